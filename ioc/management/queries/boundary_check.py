"""What a file of boundaries would change: rows tied to units, outlines mended, neighbours compared. Writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import shapely
from django.db.models import Q
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from ioc.kernel import shapes
from ioc.kernel.errors import Invalid
from ioc.kernel.geofiles import Feature, read
from ioc.kernel.models import valid_on
from ioc.management import models as tables
from ioc.management.models import Area, AreaLevel
from ioc.management.rules.boundary_matching import Unit, Why, match_rows

MOST_TOLD: Final = 200
SAME: Final = 0.0005  # a twentieth of a percent: two surveys' rounding
_OUTSIDE_HA: Final = 1.0
_NEAR: Final = 0.002  # degrees, about 200 m
_FAR: Final = 0.1  # where the province's own outline is approximate

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One unit's new boundary. `changed`: share of the old area that lies elsewhere now; `note`: what was mended."""

    area: Area
    after: dict[str, Any]
    area_ha: float
    before_ha: float | None
    changed: float
    note: str = ""

    @property
    def kind(self) -> str:
        """ "new", "changed" or "same"."""
        if self.before_ha is None:
            return "new"
        return "same" if self.changed < SAME and not self.area.boundary_is_approximate else "changed"


@dataclass(slots=True)
class Checked:
    """A file with what it would change and what is wrong with it.

    `unmatched`: rows that are no unit's (row, label, why); `repaired`: outlines that were not valid (row, label,
    why); `missing`: units of the map without a row; `overlaps`, `gaps`: (names, hectares); `outside`: (name,
    hectares) beyond the province.
    """

    format: str
    system: str
    rows: int
    changes: list[Change] = field(default_factory=list)
    unmatched: list[tuple[int, str, str]] = field(default_factory=list)
    repaired: list[tuple[int, str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    overlaps: list[tuple[list[str], float]] = field(default_factory=list)
    gaps: list[tuple[list[str], float]] = field(default_factory=list)
    outside: list[tuple[str, float]] = field(default_factory=list)

    def findings(self) -> dict[str, Any]:
        """All but the outlines, as JSON; of long lists the beginning, with how many there are."""
        lists = ("unmatched", "repaired", "missing", "overlaps", "gaps", "outside")
        found: dict[str, Any] = {"rows": self.rows, "matched": len(self.changes)}
        for name in lists:
            every = getattr(self, name)
            found[name], found[f"{name}_total"] = every[:MOST_TOLD], len(every)
        return found


def check_boundaries(
    content: bytes, *, day: date, level: str = AreaLevel.COMMUNE, system: str = "", tell: Tell = lambda *_: None
) -> Checked:
    """Compare the file with the map of `day`; `tell` hears the step, how far it is and of how much.

    Raises:
        Unreadable, TooLarge, UnknownSystem: see `kernel.geofiles.read`.
        Invalid: the map of that day has no units of this level.
    """
    tell("read", 0, 1)
    file = read(content, system=system)
    units = units_on(day, level)
    if not units:
        raise Invalid(no_units(day))
    checked = Checked(format=file.format, system=file.system, rows=len(file.features))
    outlines = _outlines(checked, file.features, units)
    for number, (area_id, (outline, note)) in enumerate(outlines.items()):
        tell("compare", number, len(outlines))
        checked.changes.append(_change(units[area_id], outline, note))
    checked.missing = [unit.name for unit in units.values() if unit.pk not in outlines]
    _compare_neighbours(checked, units, {area_id: outline for area_id, (outline, _note) in outlines.items()}, tell)
    checked.changes += _parents(units, outlines, day)
    tell("done", 1, 1)
    return checked


def no_units(day: date) -> str:
    """What to say when a map holds no units."""
    said = _("No units of this level stand on %(day)s. Load them first: ioc areas load.")
    return said % {"day": f"{day:%d/%m/%Y}"}


def units_on(day: date, level: str) -> dict[int, Area]:
    """The units of a level that stand on `day`, within the province where it is known, with their boundaries."""
    top = tables.Province.objects.filter(area__isnull=False).select_related("area").first()
    within = Q(path__startswith=top.area.path) if top and top.area and _stands(top.area, day) else Q()
    rows = Area.objects.filter(valid_on(day), within, level=level).select_related("parent").defer("parent__boundary")
    return {row.pk: row for row in rows.order_by("code")}


def _stands(area: Area, day: date) -> bool:
    return area.valid_from <= day and (area.valid_to is None or day < area.valid_to)


def _outlines(
    checked: Checked, features: tuple[Feature, ...], units: Mapping[int, Area]
) -> dict[int, tuple[BaseGeometry, str]]:
    """Area → outline and what was mended; rows of the same unit are put together."""
    known = [Unit(row.pk, row.code, row.name, row.short_name) for row in units.values()]
    parts: dict[int, list[BaseGeometry]] = defaultdict(list)
    notes: dict[int, str] = {}
    for found, feature in zip(match_rows([one.properties for one in features], known), features, strict=True):
        if found.unit_id is None:
            checked.unmatched.append((found.row, found.label, str(found.why)))
            continue
        outline, wrong = shapes.repaired(feature.outline) if feature.outline is not None else (None, "")
        if outline is None:
            checked.unmatched.append((found.row, found.label, str(Why.NO_OUTLINE)))
            continue
        if wrong:
            checked.repaired.append((found.row, found.label, wrong))
            notes[found.unit_id] = wrong
        parts[found.unit_id].append(outline)
    return {
        area_id: (some[0] if len(some) == 1 else shapely.union_all(some), notes.get(area_id, ""))
        for area_id, some in parts.items()
    }


def _change(area: Area, outline: BaseGeometry, note: str) -> Change:
    before = shapes.from_geojson(area.boundary) if area.boundary else None
    return Change(
        area=area,
        after=shapes.to_geojson(outline),
        area_ha=round(shapes.hectares(outline), 2),
        before_ha=round(shapes.hectares(before), 2) if before is not None else None,
        changed=round(shapes.difference_share(before, outline), 5) if before is not None else 1.0,
        note=note[:300],
    )


def _compare_neighbours(
    checked: Checked, units: Mapping[int, Area], outlines: Mapping[int, BaseGeometry], tell: Tell
) -> None:
    """Overlaps and gaps of the file's units among themselves and with what earlier files gave."""
    tell("neighbours", 0, 1)
    exact = {
        row.pk: shapes.from_geojson(row.boundary)
        for row in units.values()
        if row.boundary and not row.boundary_is_approximate
    }
    together = exact | dict(outlines)
    checked.overlaps = [_named(one, units) for one in shapes.overlaps(together) if set(one.between) & outlines.keys()]
    checked.gaps = [_named(one, units) for one in shapes.gaps(together) if set(one.between) & outlines.keys()]
    checked.outside = _outside(units, outlines)


def _named(meeting: shapes.Meeting, units: Mapping[int, Area]) -> tuple[list[str], float]:
    return [units[pk].name for pk in meeting.between], round(meeting.hectares, 2)


def _outside(units: Mapping[int, Area], outlines: Mapping[int, BaseGeometry]) -> list[tuple[str, float]]:
    """What of each unit lies beyond the unit at the top; with an approximate outline only what lies far beyond."""
    top = _top(next(iter(units.values())))
    if top is None or not top.boundary:
        return []
    margin = _FAR if top.boundary_is_approximate else _NEAR
    reach = shapes.from_geojson(top.boundary).buffer(margin)
    beyond = {pk: shapes.hectares(outline.difference(reach)) for pk, outline in outlines.items()}
    found = [(units[pk].name, round(size, 2)) for pk, size in beyond.items() if size > _OUTSIDE_HA]
    return sorted(found, key=lambda one: -one[1])


def _top(area: Area) -> Area | None:
    """The province of a unit."""
    first = area.path.strip("/").split("/")[0]
    return Area.objects.filter(pk=int(first)).exclude(pk=area.pk).first() if first else None


def _parents(units: Mapping[int, Area], outlines: Mapping[int, tuple[BaseGeometry, str]], day: date) -> list[Change]:
    """The units above whose communes are now all exact: their boundary is that of their communes together."""
    exact = {pk: outline for pk, (outline, _note) in outlines.items()}
    for row in units.values():
        if row.pk not in exact and row.boundary and not row.boundary_is_approximate:
            exact[row.pk] = shapes.from_geojson(row.boundary)
    wanted = {int(part) for row in units.values() for part in row.path.strip("/").split("/")[:-1]}
    found = []
    for parent in Area.objects.filter(valid_on(day), pk__in=wanted).order_by("path"):
        below = [row for row in units.values() if row.path.startswith(parent.path)]
        whole = all(row.pk in exact for row in below)
        if whole and parent.boundary_is_approximate and any(row.pk in outlines for row in below):
            outline, _wrong = shapes.repaired(shapely.union_all([exact[row.pk] for row in below]))
            if outline is not None:
                found.append(_change(parent, _without_slivers(outline), ""))
    return found


def _without_slivers(outline: BaseGeometry) -> BaseGeometry:
    """The outline without the hair-thin holes that neighbours drawn apart leave between them."""
    parts = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapes.hectares(shapely.Polygon(hole)) > 50])
        for part in shapely.get_parts(outline)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
