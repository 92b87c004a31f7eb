"""The routing table with its simulator, and the working calendar."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ioc.kernel.clock import PROVINCE_ZONE, local, now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.models import KindCode, Urgency
from ioc.management.queries import loading
from ioc.management.queries.calendar import year_of
from ioc.management.queries.simulator import Simulated, simulate
from ioc.management.views.common import number_or_none
from ioc.management.views.kinds import SCREENS
from ioc.management.views.records import lines, list_context


@require_safe
@staff(MANAGE)
def routing(request: Request) -> HttpResponse:
    """The routing table, and who would get a matter."""
    moment = _moment(request)
    context = {**list_context(request, SCREENS["routing"]), **_simulator(request, moment)}
    return render(request, "management/routing.html", context)


def _moment(request: Request) -> datetime:
    """The wall-clock moment in the address, now when there is none that makes sense."""
    try:
        return datetime.fromisoformat(request.GET.get("moment", "")).replace(tzinfo=PROVINCE_ZONE)
    except ValueError:
        return now()


def _simulator(request: Request, moment: datetime) -> dict[str, Any]:
    reference = loading.current()
    return {
        "moment": f"{local(moment):%Y-%m-%dT%H:%M}",
        "categories": [(one.id, reference.category_label(one.id)) for one in reference.leaf_categories],
        "communes": [
            (one.id, reference.area_label(one.id)) for one in reference.communes_on(reference.map_day(moment))
        ],
        "kinds": [(one.code, one.label) for one in reference.kinds.values() if one.handled_here],
        "urgencies": Urgency.choices,
        "chosen": {name: _chosen(request, name) for name in ("for_category", "commune", "kind", "urgency")},
        "simulated": _simulated(request, moment),
    }


def _chosen(request: Request, name: str) -> str | int:
    return number_or_none(request, name) or request.GET.get(name, "")


def _simulated(request: Request, moment: datetime) -> Simulated | None:
    """The answer, once a category and a commune are chosen."""
    reference = loading.current()
    category, commune = number_or_none(request, "for_category"), number_or_none(request, "commune")
    if category not in reference.categories or commune not in reference.areas:
        return None
    return simulate(
        category_id=category or 0,
        area_id=commune or 0,
        kind=request.GET.get("kind") or KindCode.ON_SCENE,
        urgency=request.GET.get("urgency") or Urgency.NORMAL,
        moment=moment,
        actor=request.actor,
    )


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
