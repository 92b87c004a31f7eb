"""Whose, where and what: the leaders' figures broken down, and what was published last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, When

from ioc.kernel.models import MediaKind
from ioc.kernel.text import fold
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, CategoryRef
from ioc.onscene.models import Attachment, AttachmentPhase
from ioc.onscene.queries.cards import CARD_FIELDS, Card, card
from ioc.onscene.queries.leading import counting
from ioc.onscene.queries.leading.scope import Scope
from ioc.onscene.queries.public import published
from ioc.onscene.queries.rebasing import rebasing
from ioc.onscene.rules.periods import Period, Window
from ioc.onscene.rules.workflow import AGENCY_STATES

MOST_CATEGORIES: Final = 8
MOST_LATEST: Final = 3
HOT_DAYS: Final = 30
HOT_COUNT: Final = 5
MOST_HOT: Final = 6
_IN_TIME: Final = Q(met_at__lte=F("due_at"))


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many of an agency's matters are past their deadline, and how long the oldest is. `agency_id` 0: the
    operating team's own."""

    agency_id: int
    agency: str
    count: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is open now, and what of it is overdue, by who has the next step; the longest list first."""

    open: int
    overdue: int
    by_agency: Sequence[Overdue]

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((one.count for one in self.by_agency), default=1)


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A commune's figures in the period. `on_time` is None where nothing fell due; `earlier` is how many of those
    received and fallen due were filed in a commune of another day (see `queries.rebasing`)."""

    area: AreaRef
    received: int
    due: int
    late: int
    on_time: float | None
    overdue: int
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """How many were received in a category, now and in the period before."""

    category: CategoryRef
    label: str
    now: int
    before: int

    @property
    def change(self) -> int:
        """How many more than before."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class HotSpot:
    """The same kind of matter again and again in one commune."""

    area: AreaRef
    category: CategoryRef
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Latest:
    """A published result with its pictures, where there are."""

    card: Card
    before: Attachment | None
    after: Attachment | None
    took: timedelta | None


def backlog(*, scope: Scope, at: datetime) -> Backlog:
    """Who is late, as of now; one statement."""
    owner = Case(When(state__in=sorted(AGENCY_STATES), then=F("lead_id")), default=None)
    rows = counting.open_now(scope).annotate(owner=owner).values("owner").order_by()
    late = counting.is_overdue(at)
    found = list(rows.annotate(n=Count("id"), late=Count("id", filter=late), oldest=Min("due_at", filter=late)))
    by_agency = [_overdue(row, at) for row in found if row["late"]]
    by_agency.sort(key=lambda one: (-one.count, -one.oldest, one.agency))
    return Backlog(
        open=sum(row["n"] for row in found),
        overdue=sum(one.count for one in by_agency),
        by_agency=by_agency,
    )


def _overdue(row: Mapping[str, Any], at: datetime) -> Overdue:
    agency = loading.current().organizations.get(row["owner"] or 0)
    return Overdue(
        agency_id=row["owner"] or 0,
        agency=agency.short_name if agency else "",
        count=row["late"],
        oldest=at - row["oldest"],
    )


def communes(*, scope: Scope, period: Period, at: datetime) -> list[CommuneRow]:
    """Every commune of the day's map with its figures, the most often late first; three statements.

    Reports filed in a commune of another day count in what it became.
    """
    reference = loading.current()
    day = reference.map_day(at)
    ground = rebasing(day)
    due = ground.grouped(
        counting.fell_due(scope, period.now, at=at), prefix="report__", good=Count("id", filter=_IN_TIME)
    )
    received = ground.grouped(counting.received(scope, period.now))
    late = ground.grouped(counting.open_now(scope).filter(counting.is_overdue(at)))
    rows = [
        _commune(area, received.get(area.id, {}), due.get(area.id, {}), late.get(area.id, {}))
        for area in reference.communes_on(day)
        if scope.holds(area)
    ]
    return sorted(rows, key=lambda row: (-row.late, row.due == 0, row.on_time or 0.0, fold(row.area.name)))


def _commune(area: AreaRef, received: Mapping[str, int], due: Mapping[str, int], late: Mapping[str, int]) -> CommuneRow:
    count, good = due.get("n", 0), due.get("good", 0)
    return CommuneRow(
        area=area,
        received=received.get("n", 0),
        due=count,
        late=count - good,
        on_time=good / count if count else None,
        overdue=late.get("n", 0),
        earlier=received.get("earlier", 0) + due.get("earlier", 0),
    )


def categories(*, scope: Scope, period: Period) -> list[CategoryRow]:
    """The categories with the most reports in the period; one statement."""
    reference = loading.current()
    rows = counting.received(scope, period.now, period.before).values("category_id").order_by()
    counted = rows.annotate(
        now=Count("id", filter=counting.during("filed_at", period.now)),
        before=Count("id", filter=counting.during("filed_at", period.before)),
    )
    return [
        CategoryRow(
            category=reference.categories[row["category_id"]],
            label=reference.category_label(row["category_id"]),
            now=row["now"],
            before=row["before"],
        )
        for row in counted.order_by("-now")[:MOST_CATEGORIES]
        if row["category_id"] in reference.categories and row["now"]
    ]


def hot_window(at: datetime) -> Window:
    """The time in which a matter must come back to be a hot spot."""
    return Window(at - timedelta(days=HOT_DAYS), at)


def hot_spots(*, scope: Scope, at: datetime) -> list[HotSpot]:
    """Where the same kind of matter came at least five times in thirty days; one statement."""
    reference = loading.current()
    rows = counting.received(scope, hot_window(at)).values("area_id", "category_id").order_by()
    found = rows.annotate(n=Count("id")).filter(n__gte=HOT_COUNT, area_id__isnull=False).order_by("-n")
    return [
        HotSpot(
            area=reference.areas[row["area_id"]],
            category=reference.categories[row["category_id"]],
            label=reference.categories[row["category_id"]].label,
            count=row["n"],
        )
        for row in found[:MOST_HOT]
        if row["area_id"] in reference.areas and row["category_id"] in reference.categories
    ]


def latest(*, scope: Scope, at: datetime) -> list[Latest]:
    """The results published last that show a picture after the work; two statements."""
    shown = Attachment.objects.filter(
        report=OuterRef("pk"), phase=AttachmentPhase.AFTER, is_public=True, file__kind=MediaKind.PHOTO
    )
    rows = published().filter(Exists(shown), scope.of()).order_by("-published_at", "-id")
    reports = list(rows.only(*CARD_FIELDS, "dispatched_at", "resolved_at")[:MOST_LATEST])
    pictures = Attachment.objects.filter(
        report__in=[report.id for report in reports], is_public=True, file__kind=MediaKind.PHOTO
    ).order_by("added_at", "position")
    by_phase = {(one.report_id, one.phase): one for one in reversed(pictures)}
    return [
        Latest(
            card=card(report, at=at),
            before=by_phase.get((report.id, AttachmentPhase.REPORT)),
            after=by_phase.get((report.id, AttachmentPhase.AFTER)),
            took=report.published_at - report.filed_at if report.published_at else None,
        )
        for report in reports
    ]
