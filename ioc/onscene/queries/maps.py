"""Maps for everybody: published reports as points or clusters, and the communes as simple shapes."""

import json
import threading
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, cast

from django.db.models import Avg, BigIntegerField, Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.urls import reverse
from shapely import coverage_simplify, get_num_coordinates, set_precision
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from ioc.kernel.quadkeys import ZOOM, Box, centre_of_block
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, Reference
from ioc.onscene.models import Report
from ioc.onscene.queries.places import inside, shifts
from ioc.onscene.queries.public import Filters, matching
from ioc.onscene.rules.words import STATES, TONES
from ioc.onscene.rules.workflow import State

MOST_FEATURES: Final = 500
_CELLS_A_TILE: Final = 3  # zoom steps: a map tile of 512 px holds 8 × 8 cells of 64 px
_MOST_POINTS: Final = 6000  # of all outlines together: about 130 kB
_START_TOLERANCE: Final = 0.0004  # degrees, about 40 m
_GRID: Final = 0.0001


@dataclass(frozen=True, slots=True)
class Document:
    """A finished JSON text and the tag that changes with it."""

    body: bytes
    etag: str


def points(*, box: Box, zoom: float, filters: Filters) -> Document:
    """Published reports in `box` as GeoJSON, put together by the quadkey's beginning; one statement.

    At most `MOST_FEATURES`, the largest first. A lone report carries code, title, state, tone and address.
    """
    cells = _cells(matching(filters).filter(inside(box)), zoom)
    return _document(_collection([_point(cell) for cell in cells]))


def areas(*, at: datetime) -> Document:
    """The communes of the day's map as GeoJSON, outlines simplified together so that neighbours still meet.

    Worked out once for each version of the reference data.
    """
    reference = loading.current()
    return _outlines.get(reference, reference.map_day(at))


class _Outlines:
    """The last document, kept until the reference data or the day's map changes."""

    def __init__(self) -> None:
        self._kept: tuple[Reference, date, Document] | None = None
        self._lock = threading.Lock()

    def get(self, reference: Reference, day: date) -> Document:
        with self._lock:
            kept = self._kept
            if kept is None or kept[0] is not reference or kept[1] != day:
                kept = self._kept = (reference, day, _document(_outlined(reference, day)))
            return kept[2]


_outlines: Final = _Outlines()


def _cells(reports: QuerySet[Report], zoom: float) -> list[dict[str, Any]]:
    shift = 2 * max(0, ZOOM - min(ZOOM, round(zoom) + _CELLS_A_TILE))
    by_shift = shifts()
    exact = Q(category_id__in=by_shift.get(0, []))
    cell = Case(
        *(When(category_id__in=ids, then=_block(max(shift, own))) for own, ids in by_shift.items() if own > shift),
        default=_block(shift),
        output_field=BigIntegerField(),
    )
    own_shift = Case(
        *(When(category_id__in=ids, then=Value(own)) for own, ids in by_shift.items() if own),
        default=Value(0),
        output_field=IntegerField(),
    )
    found = (
        reports.annotate(cell=cell, own=own_shift)
        .values("cell")
        .annotate(
            count=Count("id"),
            latitude=Avg("latitude", filter=exact),
            longitude=Avg("longitude", filter=exact),
            key=Min("quadkey"),
            coarsest=Max("own"),
            code=Max("code"),
            title=Max("title"),
            state=Max("state"),
        )
        .order_by("-count", "cell")[:MOST_FEATURES]
    )
    return cast("list[dict[str, Any]]", list(found))


def _block(shift: int) -> CombinedExpression:
    """The quadkey without its last `shift` bits."""
    return F("quadkey").bitrightshift(shift).bitleftshift(shift)


def _point(cell: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = cell["latitude"], cell["longitude"]
    if latitude is None:
        latitude, longitude = centre_of_block(cell["key"], shift=cell["coarsest"])
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]},
        "properties": {"count": cell["count"]} | (_lone(cell) if cell["count"] == 1 else {}),
    }


def _lone(cell: dict[str, Any]) -> dict[str, Any]:
    state = State(cell["state"])
    return {
        "code": cell["code"],
        "title": cell["title"],
        "state": str(STATES[state]),
        "tone": TONES[state],
        "url": reverse("public_report", args=[cell["code"]]),
    }


def _outlined(reference: Reference, day: date) -> dict[str, Any]:
    found = [area for area in reference.communes_on(day) if area.id in reference.boundaries]
    shapes = [shape(reference.boundaries[area.id]) for area in found]
    return _collection([_area(area, outline) for area, outline in zip(found, _simple(shapes), strict=True)])


def _simple(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Outlines with few enough points, on a grid of about ten metres."""
    if not shapes:
        return []
    tolerance = _START_TOLERANCE
    simple = list(coverage_simplify(shapes, tolerance))
    while sum(get_num_coordinates(simple)) > _MOST_POINTS and tolerance < 0.05:
        tolerance *= 1.6
        simple = list(coverage_simplify(shapes, tolerance))
    return [set_precision(outline, _GRID, mode="pointwise") for outline in simple]


def _area(area: AreaRef, outline: BaseGeometry) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": _short(mapping(outline)),
        "properties": {"code": area.code, "name": area.name},
    }


def _short(value: Any) -> Any:
    """A geometry whose numbers are written with four decimals."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _short(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_short(part) for part in value]
    return value


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _document(content: dict[str, Any]) -> Document:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(body=body, etag=f'"{sha256(body).hexdigest()[:32]}"')
