"""Counting over a change of areas: reports keep the area of their day, figures by commune are of one day's map.

A report counts in the commune that its own commune became. Where that is several (it was split; or, looking back,
merged from several), it counts in the one in which its place lies, and without a place in the main one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, F, Func, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.lookups import In
from shapely import get_parts, get_rings
from shapely.geometry.base import BaseGeometry

from ioc.kernel import shapes
from ioc.management.models import AreaLevel
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, Reference

_TOLERANCE: Final = 0.00005  # degrees, about 5 m
_MOST_KEPT: Final = 4


@dataclass(frozen=True)
class Rebasing:
    """How every commune of all times counts on one day's map.

    `whole`: commune → the one that it counts in altogether; `parts`: commune → those among which its reports are
    divided by place, the main one first.
    """

    whole: Mapping[int, int]
    parts: Mapping[int, tuple[AreaRef, ...]] = field(default_factory=dict)
    boundaries: Mapping[int, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def counted_in(self, communes: Collection[int], *, prefix: str = "") -> Q:
        """The reports that count in `communes` though they were filed in a commune of another day."""
        former = [old for old, new in self.whole.items() if new in communes and old not in communes]
        found = Q(**{f"{prefix}area_id__in": former}) if former else Q(pk__in=[])
        divided = {old: parts for old, parts in self.parts.items() if any(one.id in communes for one in parts)}
        if divided:
            found |= Q(**{f"{prefix}area_id__in": sorted(divided)}) & Q(In(self._place(divided, prefix), [*communes]))
        return found

    def grouped(self, rows: QuerySet[Any], *, prefix: str = "", **more: Any) -> dict[int, dict[str, int]]:
        """Commune → its figures: `n` rows, `earlier` of them from communes of another day, and `more`; one
        statement."""
        counted = rows.annotate(ground=self._place(self.parts, prefix)).values(f"{prefix}area_id", "ground")
        found: dict[int, dict[str, int]] = {}
        for row in counted.order_by().annotate(n=Count("id"), **more):
            own = row.pop(f"{prefix}area_id")
            ground = row.pop("ground")
            target = self.whole.get(ground, ground)
            if target is None:
                continue
            figures = found.setdefault(target, dict.fromkeys(("n", "earlier", *more), 0))
            for name, value in row.items():
                figures[name] += value
            figures["earlier"] += row["n"] if own != target else 0
        return found

    def _place(self, divided: Mapping[int, tuple[AreaRef, ...]], prefix: str) -> Any:
        """The commune in which a report counts before `whole` is looked at."""
        whens = [
            When(**{f"{prefix}area_id": old, "then": self._among(parts, prefix)}) for old, parts in divided.items()
        ]
        own = F(f"{prefix}area_id")
        return Case(*whens, default=own, output_field=IntegerField()) if whens else own

    def _among(self, parts: tuple[AreaRef, ...], prefix: str) -> Case:
        drawn = [(one, self.boundaries[one.id]) for one in parts if one.id in self.boundaries]
        whens = [When(_inside(shapes.from_geojson(outline), prefix), then=Value(one.id)) for one, outline in drawn]
        return Case(*whens, default=Value(parts[0].id), output_field=IntegerField())


_kept: Final[dict[date, tuple[Reference, Rebasing]]] = {}


def rebasing(day: date) -> Rebasing:
    """How communes count on the map of `day`; worked out once for each version of the reference data."""
    reference = loading.current()
    kept = _kept.get(day)
    if kept is None or kept[0] is not reference:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[day] = (reference, _worked_out(reference, day))
    return kept[1]


def _worked_out(reference: Reference, day: date) -> Rebasing:
    whole: dict[int, int] = {}
    parts: dict[int, tuple[AreaRef, ...]] = {}
    for area in reference.areas.values():
        if area.level != AreaLevel.COMMUNE or area.valid_on(day):
            continue
        became = [one for one in reference.became(area.id, day=day) if one.level == AreaLevel.COMMUNE]
        if len(became) == 1:
            whole[area.id] = became[0].id
        elif became:
            parts[area.id] = tuple(became)
    return Rebasing(whole=whole, parts=parts, boundaries=reference.boundaries)


def _inside(outline: BaseGeometry, prefix: str) -> Q:
    """The reports whose place lies within the outline: PostgreSQL's own polygons, no extension needed."""
    simple = outline.simplify(_TOLERANCE)
    found = Q(pk__in=[])
    for part in get_parts(simple):
        outer, *holes = get_rings(part)
        within = Q(_in_ring(outer, prefix))
        for hole in holes:
            within &= ~Q(_in_ring(hole, prefix))
        found |= within
    return found


def _in_ring(ring: Any, prefix: str) -> Func:
    """Whether the report's point lies in a ring of longitudes and latitudes; unknown without a point."""
    text = ",".join(f"({longitude},{latitude})" for longitude, latitude in ring.coords)
    point = Func(F(f"{prefix}longitude"), F(f"{prefix}latitude"), function="point", output_field=TextField())
    polygon = Func(Value(f"({text})"), template="CAST(%(expressions)s AS polygon)", output_field=TextField())
    return Func(point, polygon, template="(%(expressions)s)", arg_joiner=" <@ ", output_field=BooleanField())
