"""Routing and deadlines as matrices with their gaps, and the simulator that explains a single case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ioc.kernel.clock import PROVINCE_ZONE, local, now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.forms.rules import UNITS
from ioc.management.models import KindCode, Urgency
from ioc.management.queries import loading
from ioc.management.queries.coverage import deadline_matrix, routing_matrix
from ioc.management.queries.simulator import Simulated, considered_rows, simulate
from ioc.management.rules.counting import Counted
from ioc.management.rules.deadlines import TermVerdict
from ioc.management.rules.routing import Verdict
from ioc.management.views.common import day_asked, number_or_none

VERDICTS: Final[Mapping[str, str | Promise]] = {
    Verdict.WINS: _("decides"),
    Verdict.NO_COMMITTEE: _("passed over: this place has no People's Committee of that level"),
    Verdict.SHALLOWER_CATEGORY: _("loses: the other row names a deeper category"),
    Verdict.LARGER_AREA: _("loses: the other row names a smaller area"),
    Verdict.OLDER: _("loses: the other row is as precise and newer"),
    Verdict.NOT_YET: _("not in force yet on that day"),
    Verdict.ENDED: _("no longer in force on that day"),
    TermVerdict.ANY_KIND: _("loses: the other row names the kind"),
    TermVerdict.ANY_URGENCY: _("loses: the other row names the urgency"),
}
DAYS: Final[Mapping[str, str | Promise]] = {
    Counted.START: _("the day it begins does not count"),
    Counted.COUNTED: _("counts"),
    Counted.MADE_UP: _("compensatory working day: counts"),
    Counted.WEEKEND: _("no office hours: skipped"),
    Counted.DAY_OFF: _("day off: skipped"),
    Counted.MOVED: _("the end fell on a day off: moved on"),
}


@require_safe
@staff(MANAGE)
def simulator(request: Request) -> HttpResponse:
    """Who would get a matter, by when, and why: every row that was looked at, every day that was counted."""
    moment = _moment(request)
    reference = loading.current()
    context = {
        "moment": f"{local(moment):%Y-%m-%dT%H:%M}",
        "categories": [(one.id, reference.category_label(one.id)) for one in reference.leaf_categories],
        "communes": [
            (one.id, reference.area_label(one.id)) for one in reference.communes_on(reference.map_day(moment))
        ],
        "kinds": [(one.code, one.label) for one in reference.kinds.values() if one.handled_here],
        "urgencies": Urgency.choices,
        "chosen": {name: _chosen(request, name) for name in ("for_category", "commune", "kind", "urgency")},
        "simulated": _simulated(request, moment),
        "verdicts": VERDICTS,
        "days": DAYS,
        "units": UNITS,
    }
    return render(request, "management/routing_try.html", context)


def _moment(request: Request) -> datetime:
    """The wall-clock moment in the address, now when there is none that makes sense."""
    try:
        return datetime.fromisoformat(request.GET.get("moment", "")).replace(tzinfo=PROVINCE_ZONE)
    except ValueError:
        return now()


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
def matrix(request: Request) -> HttpResponse:
    """The routing table as areas × categories, with its gaps and conflicts; a cell opens the rows behind it."""
    day = day_asked(request)
    only = request.GET.get("only") == "1"
    found = routing_matrix(
        day=day,
        top=number_or_none(request, "top"),
        within=number_or_none(request, "within"),
        only_problems=only,
        actor=request.actor,
    )
    context = {"matrix": found, "day": day, "only": only, "opened": _opened(request), "verdicts": VERDICTS}
    return render(request, "management/routing_matrix.html", context)


def _opened(request: Request) -> dict[str, Any] | None:
    """The cell that the address opens: its category and area, and every row that speaks of it."""
    reference = loading.current()
    category = reference.categories.get(number_or_none(request, "category") or 0)
    area = reference.areas.get(number_or_none(request, "area") or 0)
    if category is None or area is None:
        return None
    return {
        "category": category,
        "category_label": reference.category_label(category.id),
        "area": area,
        "rows": considered_rows(reference, category_id=category.id, area_id=area.id, day=day_asked(request)),
    }


@require_safe
@staff(MANAGE)
def deadlines(request: Request) -> HttpResponse:
    """The deadlines as kind and urgency × step, with what is missing."""
    day = day_asked(request)
    context = {"matrix": deadline_matrix(day=day, actor=request.actor), "day": day, "units": UNITS}
    return render(request, "management/deadline_matrix.html", context)
