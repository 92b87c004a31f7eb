"""The map on which a category is divided among agencies, commune by commune."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions.responsibility import assign_category
from ioc.management.queries import loading
from ioc.management.queries.responsibility import division, map_day, plan_assignment
from ioc.management.stepup import step_up
from ioc.management.views.common import day_asked, day_of, number_or_none, whole_number

AS_BEFORE = "0"


@require_safe
@staff(MANAGE)
def page(request: Request) -> HttpResponse:
    """Who leads for a category in each commune; once communes and an agency are chosen, what would change."""
    reference = loading.current()
    categories = sorted(reference.categories_by_code.values(), key=lambda one: reference.category_label(one.id))
    day = day_asked(request)
    asked = number_or_none(request, "category")
    chosen = asked if asked in {one.id for one in categories} else next((one.id for one in categories), None)
    context: dict[str, Any] = {
        "categories": [(one.id, reference.category_label(one.id)) for one in categories],
        "agencies": sorted(reference.agencies.values(), key=lambda one: one.label),
        "day": day,
        "map_day": map_day(day),
        "picked": set(_areas(request.GET.getlist("area"))),
        "agency": request.GET.get("agency", ""),
        "legal_basis": request.GET.get("legal_basis", ""),
    }
    if chosen is not None:
        context["found"] = division(category_id=chosen, day=day, actor=request.actor)
        context |= _preview(request, chosen)
    return render(request, "management/responsibility.html", context)


def _areas(values: list[str]) -> list[int]:
    return [number for number in map(whole_number, values) if number is not None]


def _preview(request: Request, category_id: int) -> dict[str, Any]:
    """What assigning would do, once an agency is chosen; else why it cannot be done."""
    agency = whole_number(request.GET.get("agency", ""))
    if agency is None:
        return {}
    try:
        steps = plan_assignment(
            category_id=category_id,
            area_ids=_areas(request.GET.getlist("area")),
            agency_id=agency or None,
            day=day_asked(request),
            actor=request.actor,
        )
    except Invalid as error:
        return {"problem": sentence(error)}
    if not request.GET.get("legal_basis", "").strip():
        return {"problem": _("Give the document that says so.")}
    return {"steps": [step for step in steps if step.is_change], "same": sum(not step.is_change for step in steps)}


@require_POST
@staff(MANAGE)
@step_up
def assign(request: Request) -> HttpResponse:
    """Give the category in the chosen communes to the agency."""
    given = request.POST
    category = whole_number(given.get("category", "")) or 0
    day = day_of(given.get("day", ""))
    back = f"{reverse('manage_responsibility')}?{urlencode([('category', str(category)), ('day', day.isoformat())])}"
    return act(
        request,
        do=lambda: assign_category(
            category_id=category,
            area_ids=_areas(given.getlist("area")),
            agency_id=whole_number(given.get("agency", "")) or None,
            day=day,
            legal_basis=given.get("legal_basis", ""),
            actor=request.actor,
            at=now(),
        ),
        back=back,
        done=_("Assigned. Matters reported from that day on go there."),
    )
