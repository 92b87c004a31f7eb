"""What the desk's forms and addresses carry, checked on its way in."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Invalid
from ioc.kernel.http import Request
from ioc.onscene.actions import Correction
from ioc.onscene.queries.choices import Urgency
from ioc.onscene.queries.desk import Filters

_KEPT = ("tab", "q", "category", "commune", "cursor")
_LONGEST_WORDS = 120
_LONGEST_TITLE = 160
_LONGEST_PLACE = 300


def filters_of(request: Request) -> Filters:
    """What of the queue the address names; searching without a tab looks everywhere."""
    given = {name: request.GET.get(name, "").strip() for name in _KEPT}
    words = given["q"][:_LONGEST_WORDS]
    return Filters(
        tab=given["tab"] or ("all" if words else "waiting"),
        words=words,
        category=given["category"],
        commune=given["commune"],
        cursor=given["cursor"],
    )


def kept_query(request: Request) -> str:
    """The part of the address that names the place in the queue: "?tab=urgent", or nothing."""
    kept = request.GET.copy()
    for name in list(kept):
        if name not in _KEPT or not kept[name]:
            del kept[name]
    return f"?{kept.urlencode()}" if kept else ""


def version_of(request: Request) -> int | None:
    """The version of the report that the person looked at; None when the form does not say."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else None


def number_of(text: str, *, field: str) -> int:
    """A number that names a row.

    Raises:
        Invalid: it is not one.
    """
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(fields={field: _("Please choose from the list.")})
    return int(text)


def numbers_of(texts: Sequence[str], *, field: str) -> list[int]:
    """Numbers that name rows, each once.

    Raises:
        Invalid: one is not.
    """
    return list(dict.fromkeys(number_of(text, field=field) for text in texts))


def ids_of(texts: Sequence[str]) -> tuple[UUID, ...]:
    """Identifiers; what is none is left out."""
    found: list[UUID] = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(found)


def place_of(request: Request) -> tuple[float | None, float | None]:
    """Latitude and longitude of the form; none when there are none or they are not on the globe."""
    try:
        latitude, longitude = (float(request.POST.get(name, "")) for name in ("latitude", "longitude"))
    except ValueError:
        return None, None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None, None
    return latitude, longitude


def moved_place_of(request: Request) -> tuple[float | None, float | None]:
    """Where the point was moved to; none when it is where the form had it ("point")."""
    chosen = f"{request.POST.get('latitude', '')},{request.POST.get('longitude', '')}"
    return (None, None) if chosen == request.POST.get("point") else place_of(request)


def correction_of(request: Request) -> Correction:
    """What the team puts right: fields that were left empty stay as they are.

    Raises:
        Invalid: the urgency is none that there is.
    """
    latitude, longitude = moved_place_of(request)
    title = request.POST.get("title", "").strip()[:_LONGEST_TITLE]
    place = request.POST.get("place_text")
    return Correction(
        category=request.POST.get("category") or None,
        urgency=urgency_of(request) or None,
        kind=request.POST.get("kind") or None,
        title=title or None,
        latitude=latitude,
        longitude=longitude,
        area_code=request.POST.get("commune") or None,
        place_text=None if place is None else place.strip()[:_LONGEST_PLACE],
    )


def urgency_of(request: Request) -> str:
    """The urgency of the form; empty when it names none.

    Raises:
        Invalid: it is none that there is.
    """
    urgency = request.POST.get("urgency", "")
    if urgency and urgency not in Urgency.values:
        raise Invalid(fields={"urgency": _("Please choose from the list.")})
    return urgency
