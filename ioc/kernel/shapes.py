"""Outlines of areas as plain geometry: GeoJSON in WGS 84 in and out, areas in hectares, neighbours that meet."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

DECIMALS: Final = 6  # about a tenth of a metre
_BORDER_DEGREES: Final = 0.034  # about 3.7 km beyond the outermost centre points
_HULL_RATIO: Final = 0.25  # how deep the outline follows the points; 1 is the convex hull
_TOLERANCE: Final = 0.0008  # about 80 m
_GRID_DECIMALS: Final = 5
_GRID: Final = 10.0**-_GRID_DECIMALS
_EARTH_M: Final = 6_371_007.0  # radius of the sphere with the area of the ellipsoid
_SLIVER_HA: Final = 0.01

Key = TypeVar("Key", bound=Hashable)
Geo = dict[str, Any]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where two outlines (their keys) overlap, or a gap lies between neighbours; `hectares` how much."""

    between: tuple[Any, ...]
    hectares: float


def hectares(geometry: BaseGeometry) -> float:
    """The area of a geometry in degrees, in hectares: an equal-area projection of the sphere, exact to 0.5 %."""
    flat = shapely.transform(geometry, _flat)
    return float(flat.area) / 10_000


def _flat(points: Any) -> Any:
    """Degrees as metres in Lambert's cylindrical equal-area projection."""
    flat = points.copy()
    radians = math.pi / 180
    flat[:, 0] = points[:, 0] * radians * _EARTH_M
    flat[:, 1] = np.sin(points[:, 1] * radians) * _EARTH_M
    return flat


def from_geojson(value: Mapping[str, Any]) -> BaseGeometry:
    """The outline of a GeoJSON geometry."""
    return shape(dict(value))


def to_geojson(geometry: BaseGeometry, *, decimals: int = DECIMALS) -> Geo:
    """A GeoJSON geometry with `decimals` decimals."""
    return _rounded(mapping(geometry), decimals)


def repaired(geometry: BaseGeometry) -> tuple[BaseGeometry | None, str]:
    """The polygons of `geometry` made valid (None: it has none), and what was wrong; empty when nothing was."""
    flat = shapely.force_2d(geometry)
    wrong = "" if flat.is_valid else str(shapely.is_valid_reason(flat)).split("[", maxsplit=1)[0].strip()
    mended = flat if flat.is_valid else shapely.make_valid(flat)
    polygons = [part for part in shapely.get_parts(_parts_of(mended)) if isinstance(part, Polygon) and part.area > 0]
    if not polygons:
        return None, wrong or "no polygon"
    return (polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)), wrong


def _parts_of(geometry: BaseGeometry) -> Any:
    """The geometry's simple parts, however deep they lie."""
    parts = shapely.get_parts(geometry)
    deeper = [shapely.get_parts(part) for part in parts]
    return shapely.geometrycollections([one for some in deeper for one in some])


def overlaps(outlines: Mapping[Key, BaseGeometry]) -> list[Meeting]:
    """Pairs that cover the same ground, the largest first; below a hundredth of a hectare is the file's own noise."""
    keys, shapes_ = list(outlines), list(outlines.values())
    tree = shapely.STRtree(shapes_)
    found = []
    for first, second in tree.query(shapes_, predicate="intersects").T:
        if first < second:
            shared = hectares(shapely.intersection(shapes_[first], shapes_[second]))
            if shared >= _SLIVER_HA:
                found.append(Meeting((keys[first], keys[second]), shared))
    return sorted(found, key=lambda one: -one.hectares)


def gaps(outlines: Mapping[Key, BaseGeometry]) -> list[Meeting]:
    """Holes between neighbours that belong to nobody, with the units around each, the largest first."""
    if not outlines:
        return []
    keys, shapes_ = list(outlines), list(outlines.values())
    tree = shapely.STRtree(shapes_)
    whole = shapely.union_all(shapes_)
    found = []
    for part in shapely.get_parts(whole):
        for ring in shapely.get_rings(part)[1:]:
            hole = Polygon(ring)
            size = hectares(hole)
            if size >= _SLIVER_HA:
                around = tuple(keys[index] for index in sorted(tree.query(hole, predicate="intersects")))
                found.append(Meeting(around, size))
    return sorted(found, key=lambda one: -one.hectares)


def difference_share(before: BaseGeometry, after: BaseGeometry) -> float:
    """How much of the old area lies elsewhere now, gained and lost together: 0 is the same ground."""
    size = hectares(before)
    changed = hectares(shapely.symmetric_difference(before, after))
    return changed / size if size else 1.0


def simplified(outlines: Sequence[BaseGeometry], *, tolerance: float, most_points: int) -> list[BaseGeometry]:
    """The outlines with fewer points, neighbours still meeting; coarser than `tolerance` (degrees) where needed to
    stay within `most_points` altogether."""
    if not outlines:
        return []
    simple = list(shapely.coverage_simplify(list(outlines), tolerance))
    while int(sum(shapely.get_num_coordinates(simple))) > most_points and tolerance < 0.05:
        tolerance *= 1.6
        simple = list(shapely.coverage_simplify(list(outlines), tolerance))
    return simple


def cells(*eras: Mapping[Key, Place]) -> dict[Key, BaseGeometry]:
    """Approximate outlines from centre points (latitude, longitude): Voronoi cells within one plausible outline.

    Each of `eras` is divided by itself; within one the points differ. Good enough to find the unit of a place until
    a file of boundaries is read; never exact.
    """
    outline = _outline([point for era in eras for point in era.values()])
    found: dict[Key, BaseGeometry] = {}
    for era in eras:
        if era:
            found |= divided(era, outline)
    return found


def _outline(points: Sequence[Place]) -> BaseGeometry:
    centres = MultiPoint([(longitude, latitude) for latitude, longitude in points])
    hull = shapely.concave_hull(centres, ratio=_HULL_RATIO)
    return hull.buffer(_BORDER_DEGREES, quad_segs=4)


def divided(points: Mapping[Key, Place], outline: BaseGeometry) -> dict[Key, BaseGeometry]:
    """`outline` divided among `points` (latitude, longitude): to each what is nearest to it."""
    centres = [shapely.Point(longitude, latitude) for latitude, longitude in points.values()]
    diagram = shapely.voronoi_polygons(MultiPoint(centres), extend_to=outline.envelope)
    pieces: list[BaseGeometry] = [cell for cell in diagram.geoms if isinstance(cell, Polygon)] or [outline]
    tree = shapely.STRtree(pieces)
    return {
        key: shapely.set_precision(pieces[int(tree.nearest(centre))].intersection(outline), _GRID)
        for key, centre in zip(points, centres, strict=True)
    }


def union_geojson(outlines: Sequence[BaseGeometry], *, smooth: bool = True) -> Geo:
    """The union of `outlines` as a GeoJSON geometry with five decimals (about a metre).

    With `smooth` the joints of cells along the outer line go: in approximate outlines they carry no meaning.
    """
    whole = shapely.set_precision(shapely.union_all(outlines, grid_size=_GRID), _GRID)
    if smooth and len(outlines) > 1:
        whole = shapely.set_precision(whole.simplify(_TOLERANCE), _GRID)
    return to_geojson(whole, decimals=_GRID_DECIMALS)


def _rounded(geometry: Mapping[str, Any], decimals: int) -> Geo:
    if "geometries" in geometry:
        return {"type": geometry["type"], "geometries": [_rounded(one, decimals) for one in geometry["geometries"]]}
    return {"type": geometry["type"], "coordinates": _round_all(geometry["coordinates"], decimals)}


def _round_all(value: Any, decimals: int) -> Any:
    """Nested coordinate tuples as lists, rounded: floating dust from the grid goes."""
    if isinstance(value, float):
        return round(value, decimals)
    return [_round_all(part, decimals) for part in value]
