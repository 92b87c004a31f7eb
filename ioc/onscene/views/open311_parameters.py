"""Open311 parameters, read: the query of a list, the form of a new request."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ioc.kernel.errors import Invalid
from ioc.management.queries.reference import CategoryRef
from ioc.onscene.actions import Filing
from ioc.onscene.queries import open311
from ioc.onscene.queries.open311 import MOST_ROWS, Near, Wanted
from ioc.onscene.rules.open311 import CLOSED, OPEN, answer, instant, link, number, span

RADIUS_M: Final = 500.0
MOST_RADIUS_M: Final = 50_000.0
_MOST_PAGES: Final = 100_000
_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")


def wanted_of(given: QueryDict, *, now: datetime) -> Wanted:
    """Which requests a query asks for.

    Raises:
        Invalid: a parameter has the wrong form.
    """
    codes = _listed(given.get("service_request_id", ""))
    if len(codes) > MOST_ROWS:
        raise Invalid(fields={"service_request_id": _("At most %(most)s at once.") % {"most": MOST_ROWS}})
    since, until = span(
        start=instant("start_date", given.get("start_date", "")),
        end=instant("end_date", given.get("end_date", "")),
        now=now,
    )
    return Wanted(
        codes=codes,
        services=_listed(given.get("service_code", "")),
        since=since,
        until=until,
        states=_states(given.get("status", "")),
        near=_near(given),
        page=_count(given, "page", default=1, most=_MOST_PAGES),
        page_size=_count(given, "page_size", default=MOST_ROWS, most=MOST_ROWS),
    )


def filing_of(given: QueryDict, *, now: datetime) -> Filing:
    """The report in a form.

    Raises:
        Invalid: a parameter is missing or has the wrong form.
        NotFound: there is no such service.
    """
    service_code = given.get("service_code", "")
    if not service_code:
        raise Invalid(fields={"service_code": _("service_code was not provided.")})
    category = open311.service(service_code)
    latitude, longitude = _place(given)
    address = given.get("address_string", "").strip()
    area_code = given.get("address_id", "").strip()
    if latitude is None and not area_code and address:
        area_code = _commune_code(address, now=now)
    return Filing(
        text=given.get("description", ""),
        category=category.code,
        latitude=latitude,
        longitude=longitude,
        area_code=area_code,
        place_text=address,
        name=f"{given.get('last_name', '')} {given.get('first_name', '')}".strip(),
        phone=given.get("phone", ""),
        email=given.get("email", ""),
        answers=_answers(given, category),
        language=(get_language() or "vi")[:2],
    )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def _states(value: str) -> tuple[str, ...]:
    states = _listed(value.lower())
    if not {OPEN, CLOSED}.issuperset(states):
        raise Invalid(fields={"status": _("status is open or closed.")})
    return states if len(states) == 1 else ()


def _count(given: QueryDict, name: str, *, default: int, most: int) -> int:
    value = given.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or not 1 <= int(value[:9]) <= most:
        raise Invalid(fields={name: _("%(name)s is a number from 1 to %(most)s.") % {"name": name, "most": most}})
    return int(value)


def _near(given: QueryDict) -> Near | None:
    latitude, longitude = _place(given)
    if latitude is None or longitude is None:
        return None
    radius = number("radius", given.get("radius", ""))
    radius = RADIUS_M if radius is None else radius
    if not 0 < radius <= MOST_RADIUS_M:
        raise Invalid(fields={"radius": _("radius is in metres, at most %(most)s.") % {"most": int(MOST_RADIUS_M)}})
    return Near(latitude=latitude, longitude=longitude, radius_m=radius)


def _place(given: QueryDict) -> tuple[float | None, float | None]:
    latitude, longitude = number("lat", given.get("lat", "")), number("long", given.get("long", ""))
    if (latitude is None) != (longitude is None):
        raise Invalid(fields={"lat": _("lat and long are needed together.")})
    if latitude is not None and longitude is not None and not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Invalid(fields={"lat": _("lat and long are no place on Earth.")})
    return latitude, longitude


def _commune_code(address: str, *, now: datetime) -> str:
    found = open311.commune_in(address, at=now)
    if found is None:
        what = _("address_string does not name a commune in full; please send lat and long, or address_id.")
        raise Invalid(fields={"address_string": what})
    return found.code


def _answers(given: QueryDict, category: CategoryRef) -> Mapping[str, object]:
    """The attributes by code, and the link to a picture elsewhere, which is kept as text.

    An attribute that the service does not define is refused: it would be lost without a word.
    """
    datatypes = {question.code: question.datatype for question in category.questions}
    answers: dict[str, object] = {}
    for name, values in given.lists():
        found = _ATTRIBUTE.fullmatch(name)
        if found is None:
            continue
        code = found[1]
        if code not in datatypes:
            raise Invalid(fields={name: _("The service has no attribute “%(code)s”.") % {"code": code}})
        answers[code] = answer(code=code, datatype=datatypes[code], values=[str(value) for value in values])
    media_url = link(given.get("media_url", "").strip())
    return answers | ({"media_url": media_url} if media_url else {})
