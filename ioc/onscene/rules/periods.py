"""The periods of the leaders' page, each with the two that it is compared with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ioc.kernel.clock import local

WEEKS: Final = 12


class PeriodCode(StrEnum):
    """What a leader may choose."""

    MONTH = "month"
    DAYS30 = "days30"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: `start` included, `end` not."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """A period up to now, the same stretch of the period before, and the same stretch a year ago.

    Periods that have only begun are compared with as much of the other ones: the first nine days of April with
    the first nine of March and the first nine of last April.
    """

    code: PeriodCode
    now: Window
    before: Window
    year_ago: Window

    @property
    def windows(self) -> tuple[Window, Window, Window]:
        """The three stretches."""
        return self.now, self.before, self.year_ago


def period(code: PeriodCode, *, at: datetime) -> Period:
    """The period `code` as it stands at `at`; days begin at midnight in the province."""
    here = local(at)
    start = _start(code, here)
    before = _start_before(code, start)
    return Period(
        code=code,
        now=Window(start, here),
        before=Window(before, min(before + (here - start), start)),
        year_ago=Window(_year_earlier(start), _year_earlier(here)),
    )


def weeks(*, at: datetime) -> Window:
    """The last twelve whole or begun weeks, from a Monday."""
    here = local(at)
    monday = _midnight(here) - timedelta(days=here.weekday())
    return Window(monday - timedelta(weeks=WEEKS - 1), here)


def _start(code: PeriodCode, here: datetime) -> datetime:
    today = _midnight(here)
    if code is PeriodCode.DAYS30:
        return today - timedelta(days=29)
    if code is PeriodCode.MONTH:
        return today.replace(day=1)
    if code is PeriodCode.QUARTER:
        return today.replace(month=today.month - (today.month - 1) % 3, day=1)
    return today.replace(month=1, day=1)


def _start_before(code: PeriodCode, start: datetime) -> datetime:
    if code is PeriodCode.DAYS30:
        return start - timedelta(days=30)
    months = {PeriodCode.MONTH: 1, PeriodCode.QUARTER: 3, PeriodCode.YEAR: 12}[code]
    number = start.year * 12 + start.month - 1 - months
    return start.replace(year=number // 12, month=number % 12 + 1)


def _year_earlier(moment: datetime) -> datetime:
    """The same moment of the year before; 28 February for a 29th."""
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year - 1, day=day)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
