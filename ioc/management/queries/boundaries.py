"""Files of boundaries and the units they are of, as screens and commands show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from ioc.kernel import shapes
from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.kernel.models import valid_on
from ioc.kernel.rights import MANAGE
from ioc.management.models import Area, BoundaryChange, BoundaryImport, BoundaryState
from ioc.management.queries.boundary_check import SAME
from ioc.management.queries.map_outlines import OVERVIEW, collection, drawn

MOST_IMPORTS = 50


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A file of boundaries in the list."""

    id: int
    state: str
    state_name: str
    file_name: str
    source: str
    day: date
    count: int
    by: str
    at: datetime

    def facts(self) -> dict[str, Any]:
        """For programs."""
        return {
            "id": self.id, "state": self.state, "file": self.file_name, "source": self.source,
            "map_of": self.day.isoformat(), "boundaries": self.count, "by": self.by, "at": self.at.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One unit in a file. `kind`: "new", "changed", "same"; sizes in hectares."""

    area_id: int
    code: str
    name: str
    level: str
    kind: str
    changed: float
    before_ha: float | None
    area_ha: float
    note: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A file with what it changes, the most changed first, and what was found wrong with it."""

    file: BoundaryImport
    rows: Sequence[ChangeRow]
    counts: dict[str, int]

    @property
    def may_be_applied(self) -> bool:
        """Whether it waits to be applied."""
        return self.file.state == BoundaryState.DRAFT

    @property
    def may_be_restored(self) -> bool:
        """Whether it can be undone."""
        return self.file.state == BoundaryState.APPLIED


def imports(*, actor: Actor) -> list[ImportRow]:
    """The files of boundaries, the newest first; one statement.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    rows = BoundaryImport.objects.select_related("by").annotate(count=Count("changes"))
    return [
        ImportRow(
            id=row.pk, state=row.state, state_name=row.get_state_display(), file_name=row.file_name,
            source=row.source, day=row.day, count=row.count, by=row.by.full_name if row.by else "",
            at=row.restored_at or row.applied_at or row.read_at,
        )
        for row in rows.order_by("-read_at")[:MOST_IMPORTS]
    ]  # fmt: skip


def boundary_import(*, import_id: int, actor: Actor) -> ImportPage:
    """One file; two statements.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such file.
    """
    actor.require(MANAGE)
    file = BoundaryImport.objects.select_related("by").filter(pk=import_id).first()
    if file is None:
        raise NotFound
    changes = file.changes.select_related("area").defer("after", "before", "area__boundary")
    rows = sorted((_row(change) for change in changes), key=lambda row: (row.kind != "new", -row.changed, row.code))
    counts = {kind: sum(row.kind == kind for row in rows) for kind in ("new", "changed", "same")}
    return ImportPage(file, rows, counts)


def _row(change: BoundaryChange) -> ChangeRow:
    return ChangeRow(
        area_id=change.area_id, code=change.area.code, name=change.area.name,
        level=change.area.get_level_display(), kind=_kind(change), changed=change.changed,
        before_ha=change.before_ha, area_ha=change.area_ha, note=change.note,
    )  # fmt: skip


def _kind(change: BoundaryChange) -> str:
    if change.before_ha is None:
        return "new"
    return "same" if change.changed < SAME and not change.before_is_approximate else "changed"


def import_map(*, import_id: int, actor: Actor) -> dict[str, Any]:
    """The file's outlines as GeoJSON, simplified for a screen; each with code, name and class; two statements.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such file.
    """
    page = boundary_import(import_id=import_id, actor=actor)
    levels = {row.area_id for row in page.rows if row.level == _finest(page.rows)}
    changes = (
        BoundaryChange.objects.filter(of=page.file, area__in=levels).select_related("area").defer("area__boundary")
    )
    found = list(changes.order_by("area__code"))
    outlines = drawn([shapes.from_geojson(change.after) for change in found], OVERVIEW)
    return collection(
        {"code": change.area.code, "name": change.area.name, "class": _kind(change)} | {"outline": outline}
        for change, outline in zip(found, outlines, strict=True)
    )


def _finest(rows: Sequence[ChangeRow]) -> str:
    """The level with the most rows: those above it only follow."""
    levels = [row.level for row in rows]
    return max(set(levels), key=levels.count, default="")


def standing(*, day: date, level: str, actor: Actor) -> list[dict[str, Any]]:
    """The units that stand on `day`, as plain values; one statement.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    rows = Area.objects.filter(valid_on(day), **({"level": level} if level else {})).order_by("path")
    return [
        {
            "id": row.pk, "code": row.code, "level": row.level, "name": row.name,
            "valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "boundary": "none" if not row.boundary else "approximate" if row.boundary_is_approximate else "file",
        }
        for row in rows
    ]  # fmt: skip
