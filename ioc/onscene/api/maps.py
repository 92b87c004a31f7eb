"""Maps for programs and for our own pages: points, clusters, communes."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from ninja import Router

from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid
from ioc.kernel.quadkeys import Box
from ioc.onscene.queries import maps
from ioc.onscene.queries.public import filters_of

router = Router(tags=["maps"])
_WHOLE = Box(west=-180, south=-85, east=180, north=85)


@router.get("/points", summary="Published reports as GeoJSON points and clusters")
def get_points(request: HttpRequest, bbox: str = "", zoom: float = 9) -> HttpResponse:
    """`bbox` is west,south,east,north in degrees; the filters are those of the list. At most 500 features."""
    found = maps.points(box=_box(bbox), zoom=zoom, filters=filters_of(request.GET.dict()))
    return _answer(request, found, "public, max-age=30")


@router.get("/areas", summary="The communes of today's map as GeoJSON")
def get_areas(request: HttpRequest, zoom: float = 0) -> HttpResponse:
    """Outlines as exact as a map at `zoom` (0 the world, 22 a house) shows; properties are code, name and, where the
    boundary is approximate, `approximate`."""
    return _answer(request, maps.areas(at=now(), zoom=zoom), "public, max-age=3600")


def _box(text: str) -> Box:
    if not text:
        return _WHOLE
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid(fields={"bbox": _("Four numbers: west, south, east, north.")}) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid(fields={"bbox": _("Four numbers: west, south, east, north.")})
    return Box(west=west, south=south, east=east, north=north)


def _answer(request: HttpRequest, document: maps.Document, cache: str) -> HttpResponse:
    unchanged = get_conditional_response(request, etag=document.etag)
    response = unchanged or HttpResponse(document.body, content_type="application/geo+json")
    response["ETag"], response["Cache-Control"] = document.etag, cache
    return response
