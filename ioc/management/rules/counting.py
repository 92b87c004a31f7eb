"""How a deadline is counted, day by day: what the calendar does, told so that a person can follow it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from ioc.kernel.calendar import Unit, WorkingCalendar
from ioc.kernel.clock import local


class Counted(StrEnum):
    """What a day is in a count."""

    START = "start"
    COUNTED = "counted"
    MADE_UP = "made_up"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day of a count: what it is, and how much is counted when it is over (hours, or days)."""

    day: date
    what: Counted
    so_far: float


def counted_days(*, calendar: WorkingCalendar, start: datetime, limit: int, unit: Unit) -> list[CountedDay]:
    """Each day from `start` to the due instant that `calendar.add` gives, with what it adds.

    Raises:
        CalendarGap: the calendar does not cover the days that the count needs.
    """
    due_on = local(calendar.add(start, limit, unit)).date()
    days = list(_days(local(start).date(), due_on))
    if unit is Unit.WORKING_HOURS:
        return list(_hours(calendar, days, start, timedelta(hours=limit)))
    return list(_whole_days(calendar, days, limit, unit))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _kind_of(calendar: WorkingCalendar, day: date) -> Counted:
    if calendar.is_working_day(day):
        return Counted.MADE_UP if day in calendar.days_on else Counted.COUNTED
    return Counted.DAY_OFF if day in calendar.days_off and calendar.week.get(day.weekday()) else Counted.WEEKEND


def _hours(calendar: WorkingCalendar, days: list[date], start: datetime, span: timedelta) -> Iterator[CountedDay]:
    for day in days:
        done = min(calendar.worked(start, calendar.closing(day)), span)
        yield CountedDay(day, _kind_of(calendar, day), round(done.total_seconds() / 3600, 2))


def _whole_days(calendar: WorkingCalendar, days: list[date], limit: int, unit: Unit) -> Iterator[CountedDay]:
    """The first day does not count (Civil Code Art. 147); then calendar days count all, working days open ones."""
    count = 0
    yield CountedDay(days[0], Counted.START, 0)
    for day in days[1:]:
        kind = _kind_of(calendar, day)
        if unit is Unit.CALENDAR_DAYS:
            kind = Counted.MOVED if count == limit else Counted.COUNTED
        count += kind in {Counted.COUNTED, Counted.MADE_UP}
        yield CountedDay(day, kind, count)
