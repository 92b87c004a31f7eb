"""What an agency does with a report that it was given."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.rights import APPROVE, HANDLE
from ioc.management.models import ReasonPurpose, Step
from ioc.management.queries import loading
from ioc.onscene.actions.attaching import attach
from ioc.onscene.actions.clocks import end_deadlines, meet_deadline, start_deadline
from ioc.onscene.actions.steps import change, lead_assignment, locked, open_assignment, record, tell_screens
from ioc.onscene.actions.telling import tell_agency
from ioc.onscene.actions.triage import reason_of
from ioc.onscene.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    AttachmentPhase,
    Outcome,
    OutcomeState,
    Report,
)
from ioc.onscene.rules.media import Media
from ioc.onscene.rules.workflow import NotNow, State

SHORTEST_OUTCOME = 20
_UNFINISHED = frozenset({AssignmentState.SENT, AssignmentState.ACCEPTED})
_RETURNABLE = frozenset({State.DISPATCHED, State.HANDLING})


@transaction.atomic
def accept(*, report_id: UUID, actor: Actor, at: datetime) -> Assignment:
    """Take the job: the lead's acceptance moves the report on, a cooperating agency's marks its own part.

    Raises:
        Forbidden, NotFound, NotNow: see `steps`.
    """
    report = locked(report_id)
    assignment = open_assignment(actor, report, right=HANDLE, states={AssignmentState.SENT})
    assignment.state, assignment.accepted_at = AssignmentState.ACCEPTED, at
    assignment.save(update_fields=["state", "accepted_at"])
    if assignment.role == AssignmentRole.LEAD:
        change(report, verb="accepted", actor=actor, at=at, to=State.HANDLING, is_public=True)
    else:
        record(report, verb="accepted", actor=actor, at=at)
        tell_screens(report)
    return assignment


@transaction.atomic
def return_to_team(*, report_id: UUID, reason_code: str, words: str = "", actor: Actor, at: datetime) -> Assignment:
    """Give a job back as not ours, with a reason from the list; the lead's return puts it into the team's queue.

    Raises:
        Forbidden, NotFound, NotNow: see `steps`.
        Invalid: no such reason.
    """
    report = locked(report_id)
    assignment = open_assignment(actor, report, right=HANDLE, states=_UNFINISHED)
    if assignment.role == AssignmentRole.LEAD and State(report.state) not in _RETURNABLE:
        raise NotNow(state=report.state)
    reason = reason_of(reason_code, ReasonPurpose.RETURN)
    assignment.state, assignment.ended_at = AssignmentState.RETURNED, at
    assignment.return_reason_id = reason.id
    assignment.save(update_fields=["state", "ended_at", "return_reason"])
    said = f"{reason.label}. {words.strip()}".strip()
    facts = {"lead_id": assignment.organization_id, "reason_code": reason.code}
    if assignment.role == AssignmentRole.LEAD:
        end_deadlines(report, at=at)
        start_deadline(report, step=Step.RECEIVE, at=at)
        change(report, verb="returned", actor=actor, at=at, to=State.RECEIVED, reason=said, facts=facts)
    else:
        record(report, verb="returned", actor=actor, at=at, reason=said, after=facts)
        tell_screens(report)
    return assignment


def _at_work(actor: Actor, report: Report) -> Assignment:
    """The assignment for which the actor works on a report that is being handled.

    Raises:
        Forbidden, NotNow: see `steps`.
    """
    assignment = open_assignment(actor, report, right=HANDLE, states={AssignmentState.ACCEPTED})
    if State(report.state) is not State.HANDLING:
        raise NotNow(state=report.state)
    return assignment


@transaction.atomic
def record_progress(*, report_id: UUID, text: str, media: Sequence[Media] = (), actor: Actor, at: datetime) -> Report:
    """Tell how the work goes, with photos if there are any.

    Raises:
        Forbidden, NotFound, NotNow: see `steps`.
        Invalid: nothing was said.
    """
    report = locked(report_id)
    assignment = _at_work(actor, report)
    if not text.strip():
        raise Invalid(fields={"text": _("Please say how the work goes.")})
    attach(report, media, phase=AttachmentPhase.PROGRESS, at=at, organization_id=assignment.organization_id)
    change(report, verb="progressed", actor=actor, at=at, reason=text.strip(), for_reporter=True)
    return report


@transaction.atomic
def submit_outcome(*, report_id: UUID, text: str, media: Sequence[Media] = (), actor: Actor, at: datetime) -> Outcome:
    """Report what was done, with proof where the category asks for it; goes to the agency's head.

    A cooperating agency's outcome marks its own part as done and waits for the lead's.

    Raises:
        Forbidden, NotFound, NotNow: see `steps`.
        Invalid: too few words, or no after-photo or document where one is needed.
    """
    report = locked(report_id)
    assignment = _at_work(actor, report)
    _check_outcome(report, assignment, text, media)
    attach(report, media, phase=AttachmentPhase.AFTER, at=at, organization_id=assignment.organization_id)
    outcome = Outcome.objects.create(
        report=report,
        organization_id=assignment.organization_id,
        text=text.strip(),
        submitted_at=at,
        submitted_by_id=actor.person_id,
    )
    if assignment.role == AssignmentRole.LEAD:
        event = change(report, verb="submitted", actor=actor, at=at, to=State.SUBMITTED)
        tell_agency(report, event, organization_id=assignment.organization_id, right=APPROVE)
    else:
        assignment.state, assignment.ended_at = AssignmentState.DONE, at
        assignment.save(update_fields=["state", "ended_at"])
        record(report, verb="submitted", actor=actor, at=at)
        tell_screens(report)
    return outcome


def _check_outcome(report: Report, assignment: Assignment, text: str, media: Sequence[Media]) -> None:
    if len(text.strip()) < SHORTEST_OUTCOME:
        raise Invalid(
            fields={"text": _("Please say what was done, where and when, so that the reporter can check it.")}
        )
    wanted = loading.current().categories[report.category_id].needs_evidence
    if wanted and assignment.role == AssignmentRole.LEAD and not media and not _shown_before(report, assignment):
        raise Invalid(fields={"files": _("Please add a photo taken after the work, or a document.")})


def _shown_before(report: Report, assignment: Assignment) -> bool:
    """Whether the agency has proved this round's work already; what an earlier round left proves nothing."""
    own = report.attachments.filter(phase=AttachmentPhase.AFTER, organization_id=assignment.organization_id)
    return own.filter(added_at__gte=assignment.assigned_at).exists()


@transaction.atomic
def approve_outcome(*, report_id: UUID, actor: Actor, at: datetime) -> Outcome:
    """The agency's head stands by the outcome: handling is done, publishing has its own deadline.

    Raises:
        Forbidden, NotFound, NotNow: see `steps`.
    """
    report = locked(report_id)
    assignment = lead_assignment(actor, report, right=APPROVE)
    outcome = _submitted(report, assignment)
    outcome.state, outcome.approved_at, outcome.approved_by_id = OutcomeState.APPROVED, at, actor.person_id
    outcome.save(update_fields=["state", "approved_at", "approved_by"])
    assignment.state, assignment.ended_at = AssignmentState.DONE, at
    assignment.save(update_fields=["state", "ended_at"])
    meet_deadline(report, step=Step.HANDLE, at=at)
    start_deadline(report, step=Step.PUBLISH, at=at)
    change(report, verb="approved", actor=actor, at=at, to=State.APPROVED, resolved_at=at, is_public=True)
    return outcome


@transaction.atomic
def send_back_outcome(*, report_id: UUID, reason: str, actor: Actor, at: datetime) -> Outcome:
    """The agency's head wants the outcome done better; says what is missing.

    Raises:
        Forbidden, NotFound, NotNow: see `steps`.
        Invalid: no reason.
    """
    report = locked(report_id)
    assignment = lead_assignment(actor, report, right=APPROVE)
    outcome = _submitted(report, assignment)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please say what is missing.")})
    outcome.state = OutcomeState.SENT_BACK
    outcome.save(update_fields=["state"])
    event = change(report, verb="sent_back", actor=actor, at=at, to=State.HANDLING, reason=reason.strip())
    tell_agency(report, event, organization_id=assignment.organization_id, right=HANDLE)
    return outcome


def _submitted(report: Report, assignment: Assignment) -> Outcome:
    """The outcome that waits for the head.

    Raises:
        NotNow: the report has none.
        NotFound: the assignment is another agency's.
    """
    if State(report.state) is not State.SUBMITTED:
        raise NotNow(state=report.state)
    outcome = (
        report.outcomes.filter(state=OutcomeState.SUBMITTED, organization_id=assignment.organization_id)
        .order_by("-submitted_at")
        .first()
    )
    if outcome is None:
        raise NotFound
    return outcome
