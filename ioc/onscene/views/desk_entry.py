"""A report that came by phone or at the counter, entered by the team."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import form_key_of
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import TRIAGE
from ioc.management.queries import loading
from ioc.management.queries.reference import CategoryRef
from ioc.notices.queries import unread_count
from ioc.onscene import actions
from ioc.onscene.queries.opening import closed_where
from ioc.onscene.views.desk_forms import place_of, urgency_of

_TEXTS = ("text", "category", "place_text", "name", "phone", "email")
_CHANNELS = ("hotline", "desk")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(TRIAGE)
def entry(request: Request) -> HttpResponse:
    """The form; a report that is taken in opens at once."""
    context: dict[str, Any] = {"given": request.POST, "errors": {}}
    if request.method == "POST":
        try:
            filed = _file(request)
        except Invalid as error:
            context["errors"] = error.fields
        else:
            messages.success(request, _("Entered. The code is %(code)s.") % {"code": filed.code})
            _warn_where_closed(request, filed.id)
            return redirect("desk-matter", report_id=filed.id)
    reference = loading.current()
    chosen = reference.categories_by_code.get(request.POST.get("category", ""))
    context |= {
        "category": chosen,
        "answers": _answers(request, chosen),
        "reference": reference,
        "communes": reference.communes_on(reference.map_day(now())),
        "kinds": [kind for kind in reference.kinds.values() if kind.handled_here],
        "unread": unread_count(request.actor),
    }
    return render(request, "onscene/desk/entry.html", context, status=422 if context["errors"] else 200)


def _warn_where_closed(request: Request, report_id: UUID) -> None:
    """Staff may enter what lies where the system is not open yet; they are told, so that they can tell the caller."""
    found = closed_where(report_id, at=now())
    if found is not None:
        messages.warning(request, _("Taken in all the same: %(why)s") % {"why": found.sentence})


@require_safe
@staff(TRIAGE)
def questions(request: Request) -> HttpResponse:
    """What the chosen category asks."""
    chosen = loading.current().categories_by_code.get(request.GET.get("category", ""))
    return render(request, "onscene/desk/entry_questions.html", {"category": chosen, "answers": {}})


def _answers(request: Request, category: CategoryRef | None) -> dict[str, Any]:
    """The answers to the category's questions: a list where several may be chosen."""
    said: dict[str, Any] = {}
    for question in category.questions if category else ():
        chosen = [one.strip() for one in request.POST.getlist(f"answer_{question.code}") if one.strip()]
        if chosen:
            said[question.code] = chosen if question.datatype == "multivaluelist" else chosen[0]
    return said


def _file(request: Request) -> actions.Filed:
    latitude, longitude = place_of(request)
    said: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in _TEXTS}
    channel = request.POST.get("channel", "")
    filing = actions.Filing(
        **said,
        answers=_answers(request, loading.current().categories_by_code.get(said["category"])),
        kind=request.POST.get("kind") or "on_scene",
        urgency=urgency_of(request) or "normal",
        latitude=latitude,
        longitude=longitude,
        area_code=request.POST.get("commune", ""),
        hides_name=True,
        channel=channel if channel in _CHANNELS else "desk",
    )
    return actions.file_report(
        filing=filing,
        at=now(),
        actor=request.actor,
        key=form_key_of(request),
        needs_contact=False,
    )
