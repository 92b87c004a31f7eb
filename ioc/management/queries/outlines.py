"""The communes of a day as paths of a small picture (SVG), for pages that show a map without a script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from ioc.kernel import shapes
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, Reference

WIDTH: Final = 800
_TOLERANCE: Final = 0.0012  # degrees, about 130 m: less than a pixel of the picture
_MOST_POINTS: Final = 4_000


@dataclass(frozen=True, slots=True)
class Outline:
    """A commune with its path."""

    area: AreaRef
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All communes of a day in a picture `WIDTH` wide and `height` high."""

    outlines: Sequence[Outline]
    height: int


_last: list[tuple[Reference, date, Drawing]] = []


def drawing(*, day: date) -> Drawing:
    """The communes that stood on `day`; worked out once for each version of the reference data; no statement."""
    reference = loading.current()
    if _last and _last[0][0] is reference and _last[0][1] == day:
        return _last[0][2]
    made = _drawn(reference, day)
    _last[:] = [(reference, day, made)]
    return made


def _drawn(reference: Reference, day: date) -> Drawing:
    found = [area for area in reference.communes_on(day) if area.id in reference.boundaries]
    if not found:
        return Drawing((), 0)
    outlines = [shapes.from_geojson(reference.boundaries[area.id]) for area in found]
    simple = shapes.simplified(outlines, tolerance=_TOLERANCE, most_points=_MOST_POINTS)
    west, south, east, north = (float(number) for number in shapely.total_bounds(simple))
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    narrow = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * narrow, 1e-9)
    place = _Place(west, north, scale * narrow, scale)
    made = [Outline(area, place.path(outline)) for area, outline in zip(found, simple, strict=True)]
    return Drawing(made, math.ceil((north - south) * scale))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where degrees lie in the picture."""

    west: float
    north: float
    across: float
    down: float

    def path(self, outline: BaseGeometry) -> str:
        """The outline's rings as a path, holes included."""
        rings = (ring for part in shapely.get_parts(outline) for ring in shapely.get_rings(part))
        return " ".join(self._ring(ring) for ring in rings)

    def _ring(self, ring: Any) -> str:
        points = (
            f"{(longitude - self.west) * self.across:.1f} {(self.north - latitude) * self.down:.1f}"
            for longitude, latitude in shapely.get_coordinates(ring)
        )
        return f"M{'L'.join(points)}Z"
