"""Maps for everybody: published reports as points or clusters, and the communes as simple shapes."""

from datetime import datetime
from typing import Any, Final, cast

from django.db.models import Avg, BigIntegerField, Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.urls import reverse

from ioc.kernel.quadkeys import ZOOM, Box, centre_of_block
from ioc.management.queries import loading
from ioc.management.queries.map_outlines import Document, commune_outlines, document
from ioc.onscene.models import Report
from ioc.onscene.queries.places import inside, shifts
from ioc.onscene.queries.public import Filters, matching
from ioc.onscene.rules.words import STATES, TONES
from ioc.onscene.rules.workflow import State

__all__ = ["MOST_FEATURES", "Document", "areas", "points"]

MOST_FEATURES: Final = 500
_CELLS_A_TILE: Final = 3  # zoom steps: a map tile of 512 px holds 8 × 8 cells of 64 px


def points(*, box: Box, zoom: float, filters: Filters) -> Document:
    """Published reports in `box` as GeoJSON, put together by the quadkey's beginning; one statement.

    At most `MOST_FEATURES`, the largest first. A lone report carries code, title, state, tone and address.
    """
    cells = _cells(matching(filters).filter(inside(box)), zoom)
    return document({"type": "FeatureCollection", "features": [_point(cell) for cell in cells]})


def areas(*, at: datetime, zoom: float = 0) -> Document:
    """The communes of the day's map as GeoJSON, as exact as a map at `zoom` shows; approximate ones say so."""
    reference = loading.current()
    return commune_outlines(reference, reference.map_day(at), zoom=zoom)


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
