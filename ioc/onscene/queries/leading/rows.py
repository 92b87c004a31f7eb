"""Where a figure comes from: the rows behind it, with its definition in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.paging import Numbered
from ioc.management.queries import loading
from ioc.onscene.models import Deadline, Rating, RatingValue, Report
from ioc.onscene.queries.cards import CARD_FIELDS, Card, card
from ioc.onscene.queries.leading import counting
from ioc.onscene.queries.leading.breakdowns import hot_window
from ioc.onscene.queries.leading.scope import Scope
from ioc.onscene.rules.periods import Period
from ioc.onscene.rules.workflow import AGENCY_STATES

PAGE_SIZE: Final = 50


class FigureCode(StrEnum):
    """The figures that have rows behind them."""

    RECEIVED = "received"
    DONE = "done"
    IN_TIME = "in-time"
    LATE = "late"
    DUE = "due"
    OVERDUE = "overdue"
    OPEN = "open"
    HANDLED = "handled"
    RATED = "rated"
    SPOT = "spot"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed to besides area and period: an agency (0: the operating team), a category, a rating."""

    agency_id: int | None = None
    category: str = ""
    rating: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One report behind a figure, with what makes it count. `title` is empty for matters kept from view."""

    card: Card
    title: str
    is_public: bool = False
    due_at: datetime | None = None
    ended_at: datetime | None = None
    took: timedelta | None = None
    rating: str = ""


@dataclass(frozen=True, slots=True)
class RowPage(Numbered):
    """Some rows; `total` is the figure itself. Has the shape that the pager shows."""

    rows: Sequence[Row]
    total: int
    number: int
    has_next: bool


NAMES: Final[Mapping[FigureCode, Promise]] = {
    FigureCode.RECEIVED: _("Received"),
    FigureCode.DONE: _("Done"),
    FigureCode.IN_TIME: _("Handled in time"),
    FigureCode.LATE: _("Not handled in time"),
    FigureCode.DUE: _("Fell due"),
    FigureCode.OVERDUE: _("Overdue now"),
    FigureCode.OPEN: _("Open now"),
    FigureCode.HANDLED: _("Time to handle"),
    FigureCode.RATED: _("Ratings"),
    FigureCode.SPOT: _("Comes back again and again"),
}
DEFINITIONS: Final[Mapping[FigureCode, Promise]] = {
    FigureCode.RECEIVED: _("Reports filed in the period. Those joined to another report count once, as that one."),
    FigureCode.DONE: _("Reports whose result was published or told to the reporter in the period."),
    FigureCode.IN_TIME: _("Handling deadlines that fell due in the period and were met by then."),
    FigureCode.LATE: _("Handling deadlines that fell due in the period and were met later, or not yet."),
    FigureCode.DUE: _(
        "Handling deadlines that fell due in the period. Refused, guided and joined reports do not count, nor those"
        " whose clock stands still for the reporter's answer."
    ),
    FigureCode.OVERDUE: _("Open reports past the deadline that counts now, whatever the period."),
    FigureCode.OPEN: _("Reports in which somebody still has to do something, whatever the period."),
    FigureCode.HANDLED: _(
        "From passing to the agency until its head approved the outcome, around the clock; the middle value of those"
        " approved in the period."
    ),
    FigureCode.RATED: _("Ratings given by reporters in the period; the share is satisfied and acceptable together."),
    FigureCode.SPOT: _("Reports of the same category in the same commune in the last 30 days, five or more."),
}
_IN_TIME: Final = Q(met_at__lte=F("due_at"))
_REPORT_FIELDS: Final = [f"report__{name}" for name in CARD_FIELDS]


def rows_behind(
    figure: FigureCode, *, scope: Scope, period: Period, only: Narrowing, at: datetime, number: int = 1
) -> RowPage:
    """A page of the rows that make up a figure; two statements."""
    source = _SOURCES[figure](scope, period, at)
    rows = source.filter(_narrowed(only, "" if source.model is Report else "report__"))
    if only.rating and figure is FigureCode.RATED:
        rows = rows.filter(value=only.rating)
    first = (number - 1) * PAGE_SIZE
    total = rows.count()
    page = list(_selected(rows)[first : first + PAGE_SIZE])
    return RowPage(
        rows=[_row(one, at=at) for one in page], total=total, number=number, has_next=first + PAGE_SIZE < total
    )


def _due(scope: Scope, period: Period, at: datetime) -> QuerySet[Deadline]:
    return counting.fell_due(scope, period.now, at=at).order_by("-due_at", "-id")


def _late_now(scope: Scope, _period: Period, at: datetime) -> QuerySet[Report]:
    return counting.open_now(scope).filter(counting.is_overdue(at)).order_by("due_at", "id")


Source = Callable[[Scope, Period, datetime], QuerySet[Any]]
_SOURCES: Final[Mapping[FigureCode, Source]] = {
    FigureCode.RECEIVED: lambda scope, period, _at: counting.received(scope, period.now).order_by("-filed_at", "-id"),
    FigureCode.DONE: lambda scope, period, _at: counting.done(scope, period.now).order_by("-closed_at", "-id"),
    FigureCode.IN_TIME: lambda scope, period, at: _due(scope, period, at).filter(_IN_TIME),
    FigureCode.LATE: lambda scope, period, at: _due(scope, period, at).exclude(_IN_TIME & Q(met_at__isnull=False)),
    FigureCode.DUE: _due,
    FigureCode.OVERDUE: _late_now,
    FigureCode.OPEN: lambda scope, _period, _at: counting.open_now(scope).order_by(F("due_at").asc(nulls_last=True)),
    FigureCode.HANDLED: lambda scope, period, _at: counting.resolved(scope, period.now).order_by("-resolved_at"),
    FigureCode.RATED: lambda scope, period, _at: counting.rated(scope, period.now).order_by("-at", "-id"),
    FigureCode.SPOT: lambda scope, _period, at: counting.received(scope, hot_window(at)).order_by("-filed_at"),
}


def _narrowed(only: Narrowing, prefix: str) -> Q:
    within = Q()
    if only.category:
        path = loading.current().category(only.category).path
        below = [one.id for one in loading.current().categories.values() if one.path.startswith(path)]
        within &= Q(**{f"{prefix}category_id__in": below})
    if only.agency_id == 0:
        within &= ~Q(**{f"{prefix}state__in": sorted(AGENCY_STATES)})
    elif only.agency_id is not None:
        within &= Q(**{f"{prefix}lead_id": only.agency_id, f"{prefix}state__in": sorted(AGENCY_STATES)})
    return within


def _selected(rows: QuerySet[Any]) -> QuerySet[Any]:
    if rows.model is Report:
        return rows.only(*CARD_FIELDS, "dispatched_at", "resolved_at")
    own = ("due_at", "met_at") if rows.model is Deadline else ("value", "at")
    return rows.select_related("report").only(*own, *_REPORT_FIELDS)


def _row(one: Report | Deadline | Rating, *, at: datetime) -> Row:
    report = one if isinstance(one, Report) else one.report
    row = Row(card=card(report, at=at), title=_title(report), is_public=_is_public(report))
    if isinstance(one, Deadline):
        return replace(row, due_at=one.due_at, ended_at=one.met_at)
    if isinstance(one, Rating):
        return replace(row, ended_at=one.at, rating=str(RatingValue(one.value).label))
    took = one.resolved_at - one.dispatched_at if one.resolved_at and one.dispatched_at else None
    return replace(row, due_at=one.due_at, ended_at=one.closed_at, took=took)


def _is_public(report: Report) -> bool:
    """Whether the public page shows it."""
    category = loading.current().categories.get(report.category_id)
    return report.is_public and category is not None and category.is_public and bool(_title(report))


def _title(report: Report) -> str:
    """What a leader reads of it: nothing of kinds that the law keeps from view."""
    kind = loading.current().kinds.get(report.kind)
    return report.title if kind is None or kind.is_published else ""
