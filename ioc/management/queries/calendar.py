"""The working calendar for its screen."""

from dataclasses import dataclass

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.management.models import CalendarDay, OfficeHours


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """All opening hours, the special days of a year, and the years that have any."""

    year: int
    hours: list[OfficeHours]
    days: list[CalendarDay]
    years: list[int]


def year_of(*, year: int, actor: Actor) -> CalendarYear:
    """The calendar of `year`; three statements.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    known = CalendarDay.objects.dates("day", "year")
    return CalendarYear(
        year=year,
        hours=list(OfficeHours.objects.order_by("valid_from", "opens")),
        days=list(CalendarDay.objects.filter(day__year=year).order_by("day")),
        years=sorted({day.year for day in known} | {year}),
    )
