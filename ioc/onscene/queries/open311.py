"""What Open311 GeoReport v2 gives: services, their definitions, and the reports that everybody may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, FloatField, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt
from django.utils.translation import gettext as _

from ioc.kernel.errors import NotFound
from ioc.kernel.quadkeys import EARTH_RADIUS_M, box_around
from ioc.kernel.text import fold
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, CategoryRef
from ioc.onscene.models import Attachment, Report
from ioc.onscene.queries.places import inside, public_place
from ioc.onscene.queries.public import published
from ioc.onscene.rules.open311 import CLOSED, OPEN
from ioc.onscene.rules.workflow import State

MOST_ROWS: Final = 1000
"""The specification's limit for one answer."""
_FIELDS: Final = (
    "id", "code", "state", "category_id", "area_id", "lead_id", "text", "result", "place_text", "latitude",
    "longitude", "quadkey", "filed_at", "changed_at", "closed_at", "due_at", "thumbnail",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """A circle: degrees, and metres."""

    latitude: float
    longitude: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for. `codes` overrides everything but the page; empty tuples mean all.

    `states` is empty, or has one of "open" and "closed".
    """

    codes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    states: tuple[str, ...] = ()
    near: Near | None = None
    page: int = 1
    page_size: int = MOST_ROWS


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A published report. `address` and the place are as exact as its category allows."""

    id: UUID
    code: str
    status: str
    result: str
    category: CategoryRef
    text: str
    agency: str
    filed_at: datetime
    changed_at: datetime
    due_at: datetime | None
    address: str
    area_code: str
    latitude: float | None
    longitude: float | None
    has_thumbnail: bool


def check_jurisdiction(jurisdiction: str) -> None:
    """Pass in silence when it is ours or none was named: this endpoint serves one.

    Raises:
        NotFound: it is another one.
    """
    province = loading.current().province
    ours = province.code_prefix.lower() if province else ""
    if jurisdiction and jurisdiction.lower() != ours:
        raise NotFound(_("jurisdiction_id “%(given)s” was not found.") % {"given": jurisdiction})


def services() -> Sequence[CategoryRef]:
    """The categories that reports are filed under; no statement."""
    return loading.current().leaf_categories


def service(code: str) -> CategoryRef:
    """The category with this code.

    Raises:
        NotFound: reports are not filed under it.
    """
    found = next((category for category in services() if category.code == code), None)
    if found is None:
        raise NotFound(_("service_code “%(given)s” was not found.") % {"given": code})
    return found


def group_of(category: CategoryRef) -> str:
    """The name of the category above."""
    above = loading.current().categories.get(category.parent_id or 0)
    return above.label if above else ""


def service_requests(wanted: Wanted) -> list[ServiceRequest]:
    """A page of published reports, the last filed first; one statement."""
    first = (wanted.page - 1) * wanted.page_size
    rows = _matching(wanted).order_by("-filed_at", "-id")[first : first + wanted.page_size]
    return [_request(row) for row in rows]


def service_request(code: str) -> ServiceRequest:
    """The published report with this code; one statement.

    Raises:
        NotFound: there is none that everybody may read.
    """
    found = _matching(Wanted(codes=(code,))).first()
    if found is None:
        raise NotFound(_("service_request_id “%(given)s” was not found.") % {"given": code})
    return _request(found)


def code_of_token(token: str) -> str:
    """The code of the report behind a private link; one statement.

    Raises:
        NotFound: there is no such link.
    """
    code = Report.objects.filter(token=token).values_list("code", flat=True).first()
    if code is None:
        raise NotFound(_("token was not found."))
    return str(code)


def commune_in(address: str, *, at: datetime) -> AreaRef | None:
    """The commune that an address names in full ("Phường Ngô Quyền"); None when none or several could be meant.

    Of several communes of one name, that whose district is named too.
    """
    text = fold(address)
    communes = loading.current().communes_on(loading.current().map_day(at))
    named = [area for area in communes if fold(area.name) in text]
    longest = max((len(fold(area.name)) for area in named), default=0)
    named = [area for area in named if len(fold(area.name)) == longest]
    if len(named) > 1:
        named = [area for area in named if _district_name(area) in text]
    return named[0] if len(named) == 1 else None


def _district_name(area: AreaRef) -> str:
    above = loading.current().areas.get(area.parent_id or 0)
    return fold(above.short_name) if above else "\n"


def _matching(wanted: Wanted) -> QuerySet[Report]:
    seen = Attachment.objects.filter(report=OuterRef("pk"), file_id=OuterRef("thumbnail"), is_public=True)
    found = published().annotate(has_thumbnail=Exists(seen)).only(*_FIELDS)
    if wanted.codes:
        return found.filter(code__in=[code.upper() for code in wanted.codes])
    if wanted.since is not None and wanted.until is not None:
        found = found.filter(filed_at__gte=wanted.since, filed_at__lte=wanted.until)
    if wanted.services:
        found = found.filter(category_id__in=[service(code).id for code in wanted.services])
    if wanted.states == (CLOSED,):
        found = found.filter(state=State.PUBLISHED)
    if wanted.states == (OPEN,):
        found = found.exclude(state=State.PUBLISHED)
    return _around(found, wanted.near) if wanted.near else found


def _around(found: QuerySet[Report], near: Near) -> QuerySet[Report]:
    """Within the circle; of coarse categories every block that the circle may touch, lest circles find the place."""
    coarse = [one.id for one in loading.current().categories.values() if one.place_precision_m]
    box = box_around(near.latitude, near.longitude, near.radius_m)
    found = found.filter(inside(box)).annotate(distance_m=_distance(near))
    return found.filter(Q(distance_m__lte=near.radius_m) | Q(category_id__in=coarse))


def _distance(near: Near) -> Combinable:
    """The great-circle distance in metres as SQL (haversine)."""
    north = Power(Sin(Radians(F("latitude") - near.latitude) / 2.0), 2)
    east = Power(Sin(Radians(F("longitude") - near.longitude) / 2.0), 2)
    chord = north + Cos(Radians(F("latitude"))) * Cos(Radians(near.latitude, output_field=FloatField())) * east
    return 2.0 * EARTH_RADIUS_M * ASin(Sqrt(chord, output_field=FloatField()), output_field=FloatField())


def _request(row: Report) -> ServiceRequest:
    reference = loading.current()
    category = reference.categories[row.category_id]
    place = public_place(row)
    area = reference.areas.get(row.area_id or 0)
    lead = reference.organizations.get(row.lead_id or 0)
    done = row.state == State.PUBLISHED
    exact = category.place_precision_m == 0
    address = (row.place_text if exact else "", reference.area_label(row.area_id))
    return ServiceRequest(
        id=row.id,
        code=row.code,
        status=CLOSED if done else OPEN,
        result=row.result,
        category=category,
        text=row.text,
        agency=lead.label if lead else "",
        filed_at=row.filed_at,
        changed_at=(row.closed_at or row.changed_at) if done else row.changed_at,
        due_at=row.due_at,
        address=", ".join(part for part in address if part),
        area_code=area.code if area else "",
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        has_thumbnail=bool(getattr(row, "has_thumbnail", False)),
    )
