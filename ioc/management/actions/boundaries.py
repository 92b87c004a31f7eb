"""Boundaries from files: read and looked at first, then applied, and undone while nothing later rests on them."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ioc.kernel import reference, shapes
from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, NotFound
from ioc.management.actions.audit import log_change
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import Area, AreaLevel, BoundaryChange, BoundaryImport, BoundaryState
from ioc.management.queries.boundary_check import Checked, Tell, check_boundaries

_DRAFTS_KEPT: Final = timedelta(days=7)


class AlreadyDecided(Conflict):
    """The file was applied, undone or thrown away before."""

    code = "boundaries-decided"
    message = _("This file is not waiting any more: it was applied or thrown away.")


class Superseded(Conflict):
    """A later file changed some of the same boundaries."""

    code = "boundaries-superseded"
    message = _("A later file changed some of the same boundaries.")


def read_boundaries(
    *,
    content: bytes,
    file_name: str,
    day: date,
    actor: Actor,
    at: datetime,
    level: str = AreaLevel.COMMUNE,
    system: str = "",
    source: str = "",
    tell: Tell = lambda *_: None,
) -> BoundaryImport:
    """Check a file and keep what it would change, to be looked at; nothing on any map changes yet.

    Raises:
        Forbidden: the actor does not manage the whole province.
        Invalid: the file cannot be read (`kernel.geofiles`), or the day's map has no units.
    """
    require_whole_province(actor)
    checked = check_boundaries(content, day=day, level=level, system=system, tell=tell)
    with transaction.atomic():
        BoundaryImport.objects.filter(state=BoundaryState.DRAFT, read_at__lt=at - _DRAFTS_KEPT).delete()
        made = BoundaryImport.objects.create(
            file_name=file_name[-200:],
            sha256=sha256(content).hexdigest(),
            format=checked.format,
            crs=checked.system[:80],
            day=day,
            source=source[:300],
            findings=checked.findings(),
            by_id=actor.person_id,
            read_at=at,
        )
        BoundaryChange.objects.bulk_create(_rows(made, checked))
    return made


def _rows(made: BoundaryImport, checked: Checked) -> list[BoundaryChange]:
    return [
        BoundaryChange(
            of=made, area=one.area, after=one.after, before=one.area.boundary,
            before_is_approximate=one.area.boundary_is_approximate, area_ha=one.area_ha, before_ha=one.before_ha,
            changed=one.changed, note=one.note,
        )
        for one in checked.changes
    ]  # fmt: skip


@transaction.atomic
def apply_boundaries(*, import_id: int, actor: Actor, at: datetime) -> int:
    """Put the file's boundaries in the place of the present ones, which are kept; how many.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such file.
        AlreadyDecided: it does not wait to be applied.
    """
    require_whole_province(actor)
    found = _locked(import_id, BoundaryState.DRAFT)
    changes = _changes_held(found)
    for change in changes:
        area = change.area
        change.before, change.before_is_approximate = area.boundary, area.boundary_is_approximate
        _draw(area, change.after, approximate=False)
        _log(area, found, change.before_is_approximate, actor=actor, at=at, verb="boundary_applied")
    BoundaryChange.objects.bulk_update(changes, ["before", "before_is_approximate"])
    found.state, found.applied_at = BoundaryState.APPLIED, _after_others(changes, at)
    found.save(update_fields=["state", "applied_at"])
    reference.bump()
    return len(changes)


@transaction.atomic
def restore_boundaries(*, import_id: int, actor: Actor, at: datetime) -> int:
    """Give the units the boundaries back that they had before this file; how many.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such file.
        AlreadyDecided: it is not applied.
        Superseded: a later file changed some of the same boundaries; that one is undone first.
    """
    require_whole_province(actor)
    found = _locked(import_id, BoundaryState.APPLIED)
    changes = _changes_held(found)
    _require_latest(found, changes)
    for change in changes:
        _draw(change.area, change.before, approximate=change.before_is_approximate)
        _log(change.area, found, change.before_is_approximate, actor=actor, at=at, verb="boundary_restored")
    found.state, found.restored_at = BoundaryState.RESTORED, at
    found.save(update_fields=["state", "restored_at"])
    reference.bump()
    return len(changes)


@transaction.atomic
def discard_boundaries(*, import_id: int, actor: Actor) -> None:
    """Throw a file away that was only looked at.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such file.
        AlreadyDecided: it is applied; undo it instead.
    """
    require_whole_province(actor)
    _locked(import_id, BoundaryState.DRAFT).delete()


def _locked(import_id: int, state: BoundaryState) -> BoundaryImport:
    found = BoundaryImport.objects.select_for_update().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    if found.state != state:
        raise AlreadyDecided
    return found


def _changes_held(found: BoundaryImport) -> list[BoundaryChange]:
    """What the file changes, its units held and read as whoever held them before left them."""
    rows = found.changes.select_related("area").select_for_update(of=("area",))
    return list(rows.order_by("area_id"))


def _after_others(changes: list[BoundaryChange], at: datetime) -> datetime:
    """`at`, or the moment after the last file that changed some of the same units, where this one waited for it."""
    touched = [change.area_id for change in changes]
    others = BoundaryImport.objects.filter(state=BoundaryState.APPLIED, changes__area__in=touched)
    last = others.aggregate(last=Max("applied_at"))["last"]
    return at if last is None else max(at, last + timedelta(microseconds=1))


def _require_latest(found: BoundaryImport, changes: list[BoundaryChange]) -> None:
    touched = [change.area_id for change in changes]
    later = BoundaryImport.objects.filter(
        state=BoundaryState.APPLIED, applied_at__gt=found.applied_at, changes__area__in=touched
    ).order_by("-applied_at")
    newest = later.first()
    if newest is not None:
        raise Superseded(remedy=_("Undo that one first: %(file)s.") % {"file": newest.file_name})


def _draw(area: Area, boundary: dict[str, Any] | None, *, approximate: bool) -> None:
    area.boundary, area.boundary_is_approximate = boundary, approximate
    if boundary and area.latitude is None:
        middle = shapes.from_geojson(boundary).representative_point()
        area.latitude, area.longitude = round(middle.y, 6), round(middle.x, 6)
    area.save(update_fields=["boundary", "boundary_is_approximate", "latitude", "longitude"])


def _log(area: Area, found: BoundaryImport, was: bool, *, actor: Actor, at: datetime, verb: str) -> None:  # noqa: FBT001
    """Write down whether the boundary was and is approximate; the outlines themselves are with the file."""
    before = was if verb == "boundary_applied" else False
    log_change(
        verb=verb,
        kind="area",
        record_id=area.pk,
        record_name=area.name,
        actor=actor,
        at=at,
        before={"boundary_is_approximate": before},
        after={"boundary_is_approximate": area.boundary_is_approximate},
        reason=found.file_name,
    )
