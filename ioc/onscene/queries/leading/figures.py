"""The figures of the leaders' page, each over the period, the one before and the same a year ago."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncWeek

from ioc.kernel.clock import PROVINCE_ZONE
from ioc.onscene.models import RatingValue
from ioc.onscene.queries.leading import counting
from ioc.onscene.queries.leading.scope import Scope
from ioc.onscene.rules.periods import WEEKS, Period, weeks

NAMES = ("now", "before", "year_ago")
_IN_TIME = Q(met_at__lte=F("due_at"))


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with what it is compared with; None where there is nothing to tell."""

    now: float | None
    before: float | None = None
    year_ago: float | None = None

    def change(self, other: float | None) -> float | None:
        """The relative change from `other`: 0.1 for ten percent more."""
        if self.now is None or not other:
            return None
        return self.now / other - 1

    @property
    def on_before(self) -> float | None:
        """Relative change on the period before."""
        return self.change(self.before)

    @property
    def on_year(self) -> float | None:
        """Relative change on the same stretch a year ago."""
        return self.change(self.year_ago)

    @property
    def points_on_before(self) -> float | None:
        """For shares: percentage points on the period before."""
        return _points(self.now, self.before)

    @property
    def points_on_year(self) -> float | None:
        """For shares: percentage points on the same stretch a year ago."""
        return _points(self.now, self.year_ago)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the tiles show. `due`, `rated` are the numbers that the shares rest on; `hours` wall-clock hours."""

    received: Figure
    done: Figure
    on_time: Figure
    due: int
    hours: Figure
    content: Figure
    rated: int
    ratings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Weekly:
    """The last twelve weeks: reports received, done, and the share handled in time (None: nothing was due)."""

    received: list[int]
    done: list[int]
    on_time: list[float | None]


class Median(Aggregate):
    """The middle value, between two where there is no middle one."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Median"


def figures(*, scope: Scope, period: Period, at: datetime) -> Figures:
    """All tiles; five statements, whatever the number of reports."""
    received = counting.received(scope, *period.windows).aggregate(**_counts("filed_at", period))
    done = counting.done(scope, *period.windows).aggregate(**_counts("closed_at", period))
    due = counting.fell_due(scope, *period.windows, at=at)
    totals = due.aggregate(**_counts("due_at", period), **_counts("due_at", period, "good_", _IN_TIME))
    ratings = _ratings(scope, period)
    return Figures(
        received=_figure(received),
        done=_figure(done),
        on_time=Figure(*(_share(totals[f"good_{name}"], totals[name]) for name in NAMES)),
        due=int(totals["now"]),
        hours=_hours(scope, period),
        content=Figure(*(_content(ratings[name]) for name in NAMES)),
        rated=sum(ratings["now"].values()),
        ratings=ratings["now"],
    )


def weekly(*, scope: Scope, at: datetime) -> Weekly:
    """The lines of the last twelve weeks; three statements."""
    window = weeks(at=at)
    first = window.start
    due = counting.fell_due(scope, window, at=at)
    good = _by_week(due, "due_at", first, {"good": Count("id", filter=_IN_TIME), "n": Count("id")})
    return Weekly(
        received=_whole(_by_week(counting.received(scope, window), "filed_at", first)),
        done=_whole(_by_week(counting.done(scope, window), "closed_at", first)),
        on_time=[_share(week.get("good", 0), week.get("n", 0)) for week in good],
    )


def _by_week(rows: Any, field: str, first: datetime, what: Mapping[str, Any] | None = None) -> list[Any]:
    """A row of sums for each week from `first`, empty where nothing happened."""
    by = rows.annotate(week=TruncWeek(field, tzinfo=PROVINCE_ZONE)).values("week").order_by()
    found = {row["week"]: row for row in by.annotate(**(what or {"n": Count("id")}))}
    return [found.get(first + timedelta(weeks=number), {}) for number in range(WEEKS)]


def _whole(rows: Iterable[Mapping[str, int]]) -> list[int]:
    return [row.get("n", 0) for row in rows]


def _counts(field: str, period: Period, prefix: str = "", also: Q | None = None) -> dict[str, Count]:
    """A count for each of the three stretches."""
    return {
        f"{prefix}{name}": Count("id", filter=counting.during(field, window) & (also or Q()))
        for name, window in zip(NAMES, period.windows, strict=True)
    }


def _figure(counts: Mapping[str, int]) -> Figure:
    return Figure(*(counts[name] for name in NAMES))


def _hours(scope: Scope, period: Period) -> Figure:
    took = ExpressionWrapper(F("resolved_at") - F("dispatched_at"), output_field=DurationField())
    medians = {
        name: Median(took, filter=counting.during("resolved_at", window), output_field=DurationField())
        for name, window in zip(NAMES, period.windows, strict=True)
    }
    found = counting.resolved(scope, *period.windows).aggregate(**medians)
    return Figure(*(_in_hours(found[name]) for name in NAMES))


def _in_hours(span: timedelta | None) -> float | None:
    return span.total_seconds() / 3600 if span is not None else None


def _ratings(scope: Scope, period: Period) -> dict[str, dict[str, int]]:
    """For each stretch: how many gave each of the three answers."""
    rows: Any = counting.rated(scope, *period.windows).values("value").order_by()
    found = list(rows.annotate(**_counts("at", period)))
    return {
        name: {one.value: sum(row[name] for row in found if row["value"] == one) for one in RatingValue}
        for name in NAMES
    }


def _content(ratings: Mapping[str, int]) -> float | None:
    good = ratings[RatingValue.SATISFIED] + ratings[RatingValue.ACCEPTABLE]
    return _share(good, sum(ratings.values()))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _points(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else (now - then) * 100
