"""The working calendar."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ioc.kernel.clock import local, now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.queries.calendar import year_of
from ioc.management.views.common import number_or_none
from ioc.management.views.kinds import SCREENS
from ioc.management.views.lists import lines


@require_safe
@staff(MANAGE)
def calendar(request: Request) -> HttpResponse:
    """Opening hours, and a year's days off and compensatory days."""
    year = number_or_none(request, "year") or local(now()).year
    found = year_of(year=min(max(year, 1990), 2100), actor=request.actor)
    context = {
        "found": found,
        "hours": SCREENS["office-hours"],
        "hour_lines": list(lines(SCREENS["office-hours"], found.hours)),
        "days": SCREENS["calendar-days"],
        "day_lines": list(lines(SCREENS["calendar-days"], found.days)),
    }
    return render(request, "management/calendar.html", context)
