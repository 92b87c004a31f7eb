"""The last look by the operating team: editing, publishing, or sending back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.rights import HANDLE, PUBLISH
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.onscene.actions.clocks import end_deadlines, meet_deadline, run_on
from ioc.onscene.actions.joining import tell_joined_result
from ioc.onscene.actions.steps import change, locked, require_triage
from ioc.onscene.actions.telling import tell_agency, tell_reporter
from ioc.onscene.models import Assignment, AssignmentRole, AssignmentState, Attachment, Outcome, OutcomeState, Report
from ioc.onscene.rules.workflow import NotNow, State


@transaction.atomic
def publish(
    *,
    report_id: UUID,
    text: str,
    hidden_attachments: tuple[UUID, ...] = (),
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Report:
    """Publish the outcome in the team's words (the agency's own are kept), and tell the reporter.

    A kind or category that is never published is closed instead: only the reporter reads the result. Joined
    reports get the result too. Photos in `hidden_attachments` (faces, number plates) stay unseen.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: no text.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report, right=PUBLISH)
    outcome = approved_outcome(report)
    if not text.strip():
        raise Invalid(fields={"text": _("Please write what the public will read.")})
    outcome.state, outcome.published_text = OutcomeState.PUBLISHED, text.strip()
    outcome.save(update_fields=["state", "published_text"])
    Attachment.objects.filter(report=report, id__in=hidden_attachments).update(is_public=False)
    meet_deadline(report, step=Step.PUBLISH, at=at)
    report.due_at = report.due_from = None
    _finish(report, text.strip(), actor=actor, at=at)
    tell_joined_result(report, actor=actor, at=at)
    return report


def approved_outcome(report: Report) -> Outcome:
    """The lead's outcome that its head approved.

    Raises:
        NotNow: the report is not at that point.
        NotFound: there is none.
    """
    if State(report.state) is not State.APPROVED:
        raise NotNow(state=report.state)
    found = report.outcomes.filter(state=OutcomeState.APPROVED, organization_id=report.lead_id or 0)
    outcome = found.order_by("-approved_at").first()
    if outcome is None:
        raise NotFound
    return outcome


def _finish(report: Report, text: str, *, actor: Actor, at: datetime) -> None:
    reference = loading.current()
    open_to_all = reference.kinds[report.kind].is_published and reference.categories[report.category_id].is_public
    event = change(
        report,
        verb="published" if open_to_all else "closed",
        actor=actor,
        at=at,
        to=State.PUBLISHED if open_to_all else State.CLOSED,
        is_public=open_to_all,
        for_reporter=True,
        result=text,
        closed_at=at,
        published_at=at if open_to_all else None,
    )
    tell_reporter(report, event)


@transaction.atomic
def send_back_to_agency(
    *, report_id: UUID, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Report:
    """The team wants more from the agency before it publishes: the handling clock runs on with what was left when
    the head approved, one unit (hour or day) of its row at the least.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: no reason.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report, right=PUBLISH)
    outcome = approved_outcome(report)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please say what is missing.")})
    outcome.state = OutcomeState.SENT_BACK
    outcome.save(update_fields=["state"])
    Assignment.objects.filter(report=report, role=AssignmentRole.LEAD, state=AssignmentState.DONE).update(
        state=AssignmentState.ACCEPTED, ended_at=None
    )
    end_deadlines(report, at=at)
    run_on(report, step=Step.HANDLE, at=at)
    event = change(
        report, verb="sent_back", actor=actor, at=at, to=State.HANDLING, reason=reason.strip(), resolved_at=None
    )
    if report.lead_id is not None:
        tell_agency(report, event, organization_id=report.lead_id, right=HANDLE)
    return report
