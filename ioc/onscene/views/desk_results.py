"""What the operating team decides while an agency handles and when it is done."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ioc.kernel.clock import now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import PUBLISH, TRIAGE
from ioc.onscene import actions
from ioc.onscene.views.desk_acting import act_and_go_on
from ioc.onscene.views.desk_forms import ids_of, version_of


@require_POST
@staff(PUBLISH)
def publish(request: Request, report_id: UUID) -> HttpResponse:
    """Publish the result in the team's words, or send it to the reporter alone where it is never public."""
    return act_and_go_on(
        request,
        report_id,
        do=lambda: actions.publish(
            report_id=report_id,
            text=request.POST.get("text", ""),
            hidden_attachments=ids_of(request.POST.getlist("hidden")),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        ),
        done=_("The result is out. The reporter is told and asked for a rating."),
    )


@require_POST
@staff(PUBLISH)
def send_back(request: Request, report_id: UUID) -> HttpResponse:
    """Ask the agency for more before publishing."""
    return act_and_go_on(
        request,
        report_id,
        do=lambda: actions.send_back_to_agency(
            report_id=report_id,
            reason=request.POST.get("reason", ""),
            actor=request.actor,
            at=now(),
            version=version_of(request),
        ),
        done=_("Sent back to the agency."),
    )


@require_POST
@staff(TRIAGE)
def grant(request: Request, report_id: UUID) -> HttpResponse:
    """Grant the extension that was asked for."""
    return act_and_go_on(
        request,
        report_id,
        do=lambda: actions.grant_extension(report_id=report_id, actor=request.actor, at=now()),
        done=_("More time granted. The agency and the reporter are told."),
    )


@require_POST
@staff(TRIAGE)
def deny(request: Request, report_id: UUID) -> HttpResponse:
    """Not grant the extension that was asked for."""
    return act_and_go_on(
        request,
        report_id,
        do=lambda: actions.deny_extension(
            report_id=report_id, reason=request.POST.get("reason", ""), actor=request.actor, at=now()
        ),
        done=_("More time not granted. The agency is told why."),
    )
