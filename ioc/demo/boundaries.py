"""Approximate boundaries from centre points: Voronoi cells within a plausible outline.

Good enough to find the commune of a place and to draw a map until a boundary file is imported; never exact.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, TypeVar

import shapely
from shapely.geometry import MultiPoint, Polygon, mapping
from shapely.geometry.base import BaseGeometry

_BORDER_DEGREES: Final = 0.034  # about 3.7 km beyond the outermost centre points
_HULL_RATIO: Final = 0.25  # how deep the outline follows the points; 1 is the convex hull
_TOLERANCE: Final = 0.0008  # about 80 m
_DECIMALS: Final = 5
_GRID: Final = 10.0**-_DECIMALS

Key = TypeVar("Key", bound=Hashable)


def commune_cells(
    old: Mapping[Key, tuple[float, float]], new: Mapping[Key, tuple[float, float]]
) -> dict[Key, BaseGeometry]:
    """A cell for each commune before and after the reform, both within one outline.

    Points are (latitude, longitude) in degrees and differ within an era.
    """
    outline = _outline([*old.values(), *new.values()])
    return _cells(old, outline) | _cells(new, outline)


def union_geojson(shapes: Sequence[BaseGeometry]) -> dict[str, Any]:
    """The union of `shapes` as a GeoJSON geometry with five decimals (about a metre)."""
    whole = shapely.set_precision(shapely.union_all(shapes, grid_size=_GRID), _GRID)
    if len(shapes) > 1:
        # The joints of cells along the outer line carry no meaning; the line may lose them.
        whole = shapely.set_precision(whole.simplify(_TOLERANCE), _GRID)
    return _rounded(mapping(whole))


def _outline(points: Sequence[tuple[float, float]]) -> BaseGeometry:
    centres = MultiPoint([(longitude, latitude) for latitude, longitude in points])
    hull = shapely.concave_hull(centres, ratio=_HULL_RATIO)
    return hull.buffer(_BORDER_DEGREES, quad_segs=4)


def _cells(points: Mapping[Key, tuple[float, float]], outline: BaseGeometry) -> dict[Key, BaseGeometry]:
    """The Voronoi cell of each point within `outline`."""
    centres = [shapely.Point(longitude, latitude) for latitude, longitude in points.values()]
    diagram = shapely.voronoi_polygons(MultiPoint(centres), extend_to=outline.envelope)
    cells = [cell for cell in diagram.geoms if isinstance(cell, Polygon)]
    tree = shapely.STRtree(cells)
    found: dict[Key, BaseGeometry] = {}
    for key, centre in zip(points, centres, strict=True):
        cell = cells[int(tree.nearest(centre))]
        found[key] = shapely.set_precision(cell.intersection(outline), _GRID)
    return found


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": geometry["type"], "coordinates": _round_all(geometry["coordinates"])}


def _round_all(value: Any) -> Any:
    """Nested coordinate tuples as lists, rounded: floating dust from the grid goes."""
    if isinstance(value, float):
        return round(value, _DECIMALS)
    return [_round_all(part) for part in value]
