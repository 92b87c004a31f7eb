"""What the operating team does with a matter before an agency has it: one action a form."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import TRIAGE
from ioc.onscene import actions
from ioc.onscene.queries import desk
from ioc.onscene.views.desk_acting import act_and_go_on, act_and_stay
from ioc.onscene.views.desk_forms import correction_of, ids_of, number_of, numbers_of, version_of


@require_POST
@staff(TRIAGE)
def receive(request: Request, report_id: UUID) -> HttpResponse:
    """Take the report up and stay with it."""
    return act_and_stay(
        request,
        report_id,
        do=lambda: actions.receive(report_id=report_id, actor=request.actor, at=now(), version=version_of(request)),
        done=_("Taken up. The clock for receiving has stopped."),
    )


@require_POST
@staff(TRIAGE)
def dispatch(request: Request, report_id: UUID) -> HttpResponse:
    """Pass the matter to a lead agency and those who cooperate."""

    def do() -> None:
        lead = number_of(request.POST.get("lead", ""), field="lead")
        beside = numbers_of(request.POST.getlist("cooperating"), field="cooperating")
        actions.dispatch(
            report_id=report_id,
            lead_id=lead,
            cooperating_ids=[one for one in beside if one != lead],
            note=request.POST.get("note", "").strip(),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        )

    return act_and_go_on(request, report_id, do=do, done=_("Passed on. The agency and the reporter are told."))


@require_POST
@staff(TRIAGE)
def ask(request: Request, report_id: UUID) -> HttpResponse:
    """Ask the reporter; the clock stands still."""
    return act_and_go_on(
        request,
        report_id,
        do=lambda: actions.ask_reporter(
            report_id=report_id,
            question=request.POST.get("question", ""),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        ),
        done=_("Asked. The clock stands still until the answer."),
    )


@require_POST
@staff(TRIAGE)
def refuse(request: Request, report_id: UUID) -> HttpResponse:
    """Not take the report up, and tell the reporter why."""
    return act_and_go_on(
        request,
        report_id,
        do=lambda: actions.refuse(
            report_id=report_id,
            reason_code=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        ),
        done=_("Not taken up. The reporter is told why."),
    )


@require_POST
@staff(TRIAGE)
def join(request: Request, report_id: UUID) -> HttpResponse:
    """Join the report to another one of the same matter, chosen from the list or named by its code."""

    def do() -> None:
        actions.join(
            report_id=report_id,
            other_id=_other(request),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        )

    return act_and_go_on(request, report_id, do=do, done=_("Joined. It is counted once; the reporter is told."))


def _other(request: Request) -> UUID:
    """The report to join to: a typed code comes before a choice.

    Raises:
        Invalid: there is no such report.
    """
    code = request.POST.get("code", "").strip()
    if code:
        found = desk.report_by_code(request.actor, code)
    else:
        found = next(iter(ids_of([request.POST.get("other", "")])), None)
    if found is None:
        raise Invalid(fields={"code": _("There is no report with this code.")})
    return found


@require_POST
@staff(TRIAGE)
def correct(request: Request, report_id: UUID) -> HttpResponse:
    """Put title, category, urgency, kind or place right and stay with the matter."""

    def do() -> None:
        actions.correct(
            report_id=report_id,
            correction=correction_of(request),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        )

    return act_and_stay(request, report_id, do=do, done=_("Put right."))


@require_POST
@staff(TRIAGE)
def guide(request: Request, report_id: UUID) -> HttpResponse:
    """Turn a complaint or denunciation to its legal way."""
    return act_and_go_on(
        request,
        report_id,
        do=lambda: actions.guide(
            report_id=report_id,
            kind=request.POST.get("kind", ""),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        ),
        done=_("The reporter is told the way that the law sets."),
    )
