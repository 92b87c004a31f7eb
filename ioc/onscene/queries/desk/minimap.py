"""A small still map of a matter: its commune, the neighbours, the point; drawn without a map library."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ioc.management.queries.reference import AreaRef, Reference
from ioc.onscene.models import Report

WIDTH: Final = 240
HEIGHT: Final = 180
_MARGIN: Final = 14
_CAPTION: Final = 22  # the page writes the place over the lower edge
_SMALLEST: Final = 0.004  # degrees; a commune is wider, a spoilt boundary may not be

Ring = Sequence[Sequence[float]]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MiniMap:
    """Paths in a view of `WIDTH` × `HEIGHT`. `x` and `y`: the point, None where only the commune is known."""

    own: str
    others: Sequence[str]
    x: float | None
    y: float | None
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class _Frame:
    """Degrees to picture: north up, the middle's longitude shortened as the globe does."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    left: float
    top: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = self.left + (longitude - self.west) * self.scale_x
        y = self.top + (self.north - latitude) * self.scale_y
        return round(x, 1), round(y, 1)


def minimap(report: Report, reference: Reference) -> MiniMap | None:
    """The still map of `report`; None where neither boundary nor point is known. No statement."""
    area = reference.areas.get(report.area_id or 0)
    rings = list(_rings(reference, area)) if area else []
    corners = [(x, y) for ring in rings for x, y, *_ in ring]
    if report.longitude is not None and report.latitude is not None:
        corners.append((report.longitude, report.latitude))
    if not corners:
        return None
    frame = _frame(corners)
    point = _point(report, frame)
    return MiniMap(
        own=_path(rings, frame),
        others=[_path(list(_rings(reference, one)), frame) for one in _neighbours(reference, area)],
        x=point[0] if point else None,
        y=point[1] if point else None,
    )


def _point(report: Report, frame: _Frame) -> tuple[float, float] | None:
    if report.longitude is None or report.latitude is None:
        return None
    return frame.place(report.longitude, report.latitude)


def _frame(corners: Sequence[tuple[float, float]]) -> _Frame:
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    wide, high = max(east - west, _SMALLEST), max(north - south, _SMALLEST)
    shortened = math.cos(math.radians((north + south) / 2))
    scale = min((WIDTH - 2 * _MARGIN) / (wide * shortened), (HEIGHT - _CAPTION - 2 * _MARGIN) / high)
    return _Frame(
        west=(west + east) / 2,
        north=(north + south) / 2,
        scale_x=scale * shortened,
        scale_y=scale,
        left=WIDTH / 2,
        top=(HEIGHT - _CAPTION) / 2,
    )


def _neighbours(reference: Reference, area: AreaRef | None) -> Iterator[AreaRef]:
    """The units beside `area` under the same parent that stood at the same time."""
    if area is None:
        return
    for other in reference.areas.values():
        beside = other.parent_id == area.parent_id and other.id != area.id
        if beside and other.valid_on(area.valid_from) and other.id in reference.boundaries:
            yield other


def _rings(reference: Reference, area: AreaRef) -> Iterator[Ring]:
    """The outer rings of a boundary."""
    boundary: Any = reference.boundaries.get(area.id)
    if not boundary:
        return
    polygons = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    for polygon in polygons:
        yield polygon[0]


def _path(rings: Sequence[Ring], frame: _Frame) -> str:
    drawn = ([frame.place(corner[0], corner[1]) for corner in ring] for ring in rings)
    return " ".join("M" + " L".join(f"{x} {y}" for x, y in corners) + "Z" for corners in drawn)
