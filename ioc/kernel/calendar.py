"""The working calendar: opening hours, weekends, public holidays and compensatory days, and counting on them.

Labour Code 45/2019/QH14 Art. 112 names the public holidays; each year's decision moves days. All of it arrives
here as data, so a count can be repeated for any year.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext as _

from ioc.kernel.clock import PROVINCE_ZONE, local
from ioc.kernel.errors import DomainError


class Unit(StrEnum):
    """What a limit counts."""

    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class CalendarGap(DomainError):
    """The calendar does not cover the days that a count needs."""

    code = "calendar-gap"
    status = 409

    def __init__(self, day: date) -> None:
        super().__init__(
            _("The working calendar has no days for %(year)s.") % {"year": day.year},
            remedy=_("Ask an administrator to add that year's holidays."),
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of opening hours on a day, on the wall clock: `opens` included, `closes` not."""

    opens: time
    closes: time


@dataclass(frozen=True)
class WorkingCalendar:
    """When the offices work.

    `week` maps a weekday (Monday 0) to its sessions; `days_off` are holidays on what would be working days;
    `days_on` are compensatory working days, kept with Monday's sessions; `first` and `last` bound what is known.
    """

    week: Mapping[int, tuple[Session, ...]]
    first: date
    last: date
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()

    def sessions(self, day: date) -> tuple[Session, ...]:
        """The opening hours of `day`, none when closed.

        Raises:
            CalendarGap: `day` lies outside the calendar.
        """
        if not self.first <= day <= self.last:
            raise CalendarGap(day)
        if day in self.days_off:
            return ()
        if day in self.days_on:
            return self.week.get(day.weekday()) or self.week.get(0, ())
        return self.week.get(day.weekday(), ())

    def is_working_day(self, day: date) -> bool:
        """Whether the offices open at all on `day`."""
        return bool(self.sessions(day))

    @cached_property
    def _working_days(self) -> list[date]:
        """All working days in order, worked out once: the counts are then look-ups."""
        span = (self.last - self.first).days + 1
        days = (self.first + timedelta(days=n) for n in range(span))
        return [day for day in days if self.sessions(day)]

    def nth_working_day_after(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day` (which need not be one itself)."""
        self.sessions(day)
        index = bisect_right(self._working_days, day) + count - 1
        if index >= len(self._working_days):
            raise CalendarGap(self.last + timedelta(days=1))
        return self._working_days[index]

    def closing(self, day: date) -> datetime:
        """The instant at which `day` ends for the offices: its last closing, or midnight where closed."""
        sessions = self.sessions(day)
        if sessions:
            return _instant(day, sessions[-1].closes)
        return _instant(day + timedelta(days=1), time(0))

    def open_stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The opening hours from `start` on, as pairs of instants; the first one may be cut by `start`."""
        day = local(start).date()
        while True:
            for session in self.sessions(day):
                opens, closes = _instant(day, session.opens), _instant(day, session.closes)
                if closes > start:
                    yield max(opens, start), closes
            day += timedelta(days=1)

    def add(self, start: datetime, limit: int, unit: Unit) -> datetime:
        """The instant at which `limit` units from `start` are over.

        Working hours are counted through the opening hours; a start outside them counts from the next opening.
        Working days end at the last closing of the day; the day of the start is not counted (Civil Code
        91/2015/QH13 Art. 147: the first day of a period of days is the next one). Calendar days likewise end
        with the day, and move to the next working day where they end on a day off (Art. 148).

        Raises:
            CalendarGap: the calendar does not cover the days that the count needs.
        """
        if unit is Unit.WORKING_HOURS:
            return self.add_time(start, timedelta(hours=limit))
        first_day = local(start).date()
        if unit is Unit.WORKING_DAYS:
            return self.closing(self.nth_working_day_after(first_day, limit))
        last_day = first_day + timedelta(days=limit)
        if not self.is_working_day(last_day):
            last_day = self.nth_working_day_after(last_day, 1)
        return self.closing(last_day)

    def resume(self, *, due: datetime, paused_at: datetime, resumed_at: datetime, unit: Unit) -> datetime:
        """The due instant after a pause: what was left when the clock stopped runs on from `resumed_at`.

        Working hours give back the opening time that was left; days give back the days that were left, ending
        with the day as before. What had passed before the pause stays passed.
        """
        if due <= paused_at:
            return due
        if unit is Unit.WORKING_HOURS:
            return self.add_time(resumed_at, self.worked(paused_at, due))
        paused_on, due_on, resumed_on = (local(moment).date() for moment in (paused_at, due, resumed_at))
        if unit is Unit.CALENDAR_DAYS:
            return self.add(resumed_at, (due_on - paused_on).days, unit)
        left = bisect_right(self._working_days, due_on) - bisect_right(self._working_days, paused_on)
        return self.closing(self.nth_working_day_after(resumed_on, max(left, 1)))

    def add_time(self, start: datetime, span: timedelta) -> datetime:
        """The instant at which `span` of opening time from `start` is over.

        Raises:
            CalendarGap: the calendar does not cover the days that the count needs.
        """
        left = span
        for opens, closes in self.open_stretches(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise AssertionError  # pragma: no cover - open_stretches ends by raising CalendarGap

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How much opening time lies between `start` and `end`: what a pause gives back."""
        total = timedelta()
        if end <= start:
            return total
        for opens, closes in self.open_stretches(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total


def _instant(day: date, at: time) -> datetime:
    """The UTC instant of a wall-clock time in the province."""
    return datetime.combine(day, at, tzinfo=PROVINCE_ZONE).astimezone(UTC)
