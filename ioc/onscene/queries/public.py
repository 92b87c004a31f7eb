"""What everybody may read: published reports of kinds and categories that are open, never who reported.

The one exception is `open_name`, for reporters who chose to show theirs.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ioc.kernel.clock import PROVINCE_ZONE
from ioc.kernel.errors import NotFound
from ioc.kernel.paging import Page, decode_cursor, encode_cursor
from ioc.kernel.sealing import unseal
from ioc.management.models import AreaLevel
from ioc.management.queries import loading
from ioc.onscene.models import Attachment, Report, Reporter
from ioc.onscene.queries.cards import CARD_FIELDS, Card, card
from ioc.onscene.queries.places import Place, public_place
from ioc.onscene.queries.searching import saying
from ioc.onscene.rules.workflow import PUBLIC_STATES, State

PAGE_SIZE: Final = 20
_FIELDS: Final = (*CARD_FIELDS, "latitude", "longitude", "quadkey", "result")
_SHOWN: Final = sorted(state.value for state in PUBLIC_STATES)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader of the public list asks for; empty means all. Days are of publication, both included.

    `state` is "done" or "again" (opened once more after it had been done).
    """

    area: str = ""
    category: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Published:
    """A published report in a list. `has_thumbnail` is false when its picture is kept from the public."""

    card: Card
    place: Place | None
    place_text: str
    result: str
    has_thumbnail: bool


def filters_of(given: Mapping[str, str]) -> Filters:
    """The filters in an address; what makes no sense is left out."""
    state = given.get("state", "")
    return Filters(
        area=given.get("area", "")[:10],
        category=given.get("category", "")[:40],
        state=state if state in {"done", "again"} else "",
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        words=given.get("q", "").strip()[:100],
    )


def plain(filters: Filters) -> dict[str, str]:
    """The filters as the parameters of an address; undoes `filters_of`."""
    values = {name: str(value) for name, value in asdict(filters).items() if value}
    if "words" in values:
        values["q"] = values.pop("words")
    return values


def published() -> QuerySet[Report]:
    """Reports that everybody may read."""
    reference = loading.current()
    return Report.objects.filter(
        published_at__isnull=False,
        state__in=_SHOWN,
        kind__in=[kind.code for kind in reference.kinds.values() if kind.is_published],
        category_id__in=[category.id for category in reference.categories.values() if category.is_public],
    )


def matching(filters: Filters) -> QuerySet[Report]:
    """The published reports that the filters let through."""
    found = published().filter(_where(filters), _when(filters))
    if filters.category:
        found = found.filter(category_id__in=_category_ids(filters.category))
    if filters.state == "done":
        found = found.filter(state=State.PUBLISHED)
    if filters.state == "again":
        found = found.exclude(state=State.PUBLISHED)
    return saying(found, filters.words)


def listed(filters: Filters, *, at: datetime, cursor: str = "", size: int = PAGE_SIZE) -> Page[Published]:
    """A page of published reports, the last published first; one statement."""
    found = matching(filters)
    after = _position(cursor)
    if after is not None:
        moment, last = after
        found = found.filter(Q(published_at__lt=moment) | Q(id__lt=last), published_at__lte=moment)
    rows = list(_with_thumbnail(found).order_by("-published_at", "-id").only(*_FIELDS)[: size + 1])
    following = _cursor(rows[size - 1]) if len(rows) > size else ""
    return Page(rows=[_published(row, at=at) for row in rows[:size]], next_cursor=following)


def public_report(code: str) -> Report:
    """The published report with this code; one statement.

    Raises:
        NotFound: there is none that everybody may read.
    """
    found = published().filter(code=code.upper()).first()
    if found is None:
        raise NotFound
    return found


def open_name(report_id: UUID) -> str:
    """The name of a reporter who chose to show it with a published report, else empty; one statement.

    This is the only place besides `actions.open_identity` that opens a seal: consent stands in for the right.
    """
    shown = Reporter.objects.filter(report__in=published().filter(id=report_id), hides_name=False)
    found = shown.values_list("name_sealed", flat=True).first()
    return unseal(bytes(found)) if found else ""


def _where(filters: Filters) -> Q:
    if not filters.area:
        return Q()
    areas = loading.current().areas.values()
    wanted = Q(pk__isnull=True)
    for area in areas:
        if area.code == filters.area and area.level != AreaLevel.PROVINCE:
            wanted |= Q(area_path__startswith=area.path)
    return wanted


def _when(filters: Filters) -> Q:
    wanted = Q()
    if filters.since:
        wanted &= Q(published_at__gte=_midnight(filters.since))
    if filters.until:
        wanted &= Q(published_at__lt=_midnight(filters.until + timedelta(days=1)))
    return wanted


def _category_ids(code: str) -> list[int]:
    reference = loading.current()
    top = reference.categories_by_code.get(code)
    if top is None:
        return []
    return [one.id for one in reference.categories.values() if top.id in {one.id, one.parent_id}]


def _with_thumbnail(reports: QuerySet[Report]) -> QuerySet[Report]:
    seen = Attachment.objects.filter(report=OuterRef("pk"), file_id=OuterRef("thumbnail"), is_public=True)
    return reports.annotate(has_thumbnail=Exists(seen))


def _published(row: Report, *, at: datetime) -> Published:
    place = public_place(row)
    exact = place is None or place.within_m == 0
    return Published(
        card=card(row, at=at),
        place=place,
        place_text=row.place_text if exact else "",
        result=row.result,
        has_thumbnail=bool(getattr(row, "has_thumbnail", False)),
    )


def _cursor(row: Report) -> str:
    return encode_cursor(row.published_at.isoformat() if row.published_at else "", str(row.id))


def _position(cursor: str) -> tuple[datetime, UUID] | None:
    try:
        moment, last = decode_cursor(cursor)
        return datetime.fromisoformat(str(moment)), UUID(str(last))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=PROVINCE_ZONE)
