"""Pieces of the desk that are fetched when they are needed, and the one that is never kept."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import OPEN_IDENTITY, TRIAGE
from ioc.management.queries import loading
from ioc.management.stepup import step_up
from ioc.onscene import actions
from ioc.onscene.queries import desk
from ioc.onscene.views.desk import matter_part
from ioc.onscene.views.desk_forms import numbers_of


@require_safe
@staff(TRIAGE)
def agencies(request: Request) -> HttpResponse:
    """Agencies to cooperate, by words; those that are ticked stay."""
    chosen = set(numbers_of(request.GET.getlist("cooperating"), field="cooperating"))
    context = {"cooperating": desk.agencies(request.GET.get("agency", ""), chosen=chosen), "proposed": chosen}
    return render(request, "onscene/desk/cooperating.html", context)


@require_safe
@staff(TRIAGE)
def reason_words(request: Request) -> HttpResponse:
    """The text for the reporter that goes with a reason, to be edited."""
    reason = loading.current().reasons.get(request.GET.get("reason", ""))
    return render(request, "onscene/desk/reason_words.html", {"reason": reason})


@require_safe
@staff(TRIAGE)
def preview(request: Request, report_id: UUID) -> HttpResponse:
    """What the reporter will read when the matter goes to the agency that is chosen."""
    found = desk.matter(report_id, actor=request.actor, at=now())
    lead = numbers_of([request.GET.get("lead", "") or "0"], field="lead")[0]
    context = {"preview": desk.dispatch_preview(found.report, lead_id=lead, at=now())}
    return render(request, "onscene/desk/preview.html", context)


@require_POST
@never_cache
@staff(OPEN_IDENTITY)
@step_up
def identity(request: Request, report_id: UUID) -> HttpResponse:
    """Who reported, shown once: the answer is kept nowhere, the opening is an event."""
    context = matter_part(request, report_id)
    try:
        context["identity"] = actions.open_identity(
            report_id=report_id,
            reason_code=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            actor=request.actor,
            at=now(),
        )
    except Invalid as error:
        context |= {"errors": error.fields, "given": request.POST}
    template = "identity_form" if request.headers.get("HX-Request") else "identity"
    status = 422 if "errors" in context else 200
    return render(request, f"onscene/desk/{template}.html", context, status=status)
