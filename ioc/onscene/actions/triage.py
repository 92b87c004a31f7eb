"""What the operating team does with a report before an agency has it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid
from ioc.management.models import ReasonPurpose, Step
from ioc.management.queries import loading
from ioc.management.queries.reference import ReasonRef
from ioc.onscene.actions.clocks import end_deadlines, meet_deadline
from ioc.onscene.actions.joining import tell_joined_ended
from ioc.onscene.actions.steps import change, locked, require_triage
from ioc.onscene.actions.telling import tell_reporter
from ioc.onscene.actions.withdrawing import withdraw_jobs
from ioc.onscene.models import Report
from ioc.onscene.rules.workflow import NotNow, State


@transaction.atomic
def receive(*, report_id: UUID, actor: Actor, at: datetime, version: int | None = None) -> Report:
    """Take up a report that was just filed: the receiving deadline is met.

    Raises:
        Forbidden, NotFound, Conflict: see `steps`.
        NotNow: it was taken up before.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    if State(report.state) is not State.FILED:
        raise NotNow(state=report.state)
    _take_up(report, at=at)
    change(report, verb="received", actor=actor, at=at, to=State.RECEIVED, received_at=at, is_public=True)
    return report


def _take_up(report: Report, *, at: datetime) -> None:
    meet_deadline(report, step=Step.RECEIVE, at=at)
    report.due_at = report.due_from = None


@transaction.atomic
def refuse(
    *, report_id: UUID, reason_code: str, words: str = "", actor: Actor, at: datetime, version: int | None = None
) -> Report:
    """Not take a report up, for a reason from the list; the reporter is told `words` or the reason's own text.

    So are the reporters of those that are joined to it.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: no such reason.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    reason = reason_of(reason_code, ReasonPurpose.REFUSE)
    _turn_away(
        report,
        verb="refused",
        actor=actor,
        at=at,
        to=State.REFUSED,
        reason=words.strip() or reason.words or reason.label,
        facts={"reason_code": reason.code, "legal_basis": reason.legal_basis},
    )
    return report


@transaction.atomic
def guide(*, report_id: UUID, kind: str, actor: Actor, at: datetime, version: int | None = None) -> Report:
    """Turn a complaint or denunciation that came as a report to its legal way: the reporter is told who is
    competent and what a valid form needs (Law 02/2011/QH13, Law 25/2018/QH14). It is never published.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: the kind is one that is handled here.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    row = loading.current().kinds.get(kind)
    if row is None or row.handled_here:
        raise Invalid(fields={"kind": _("Please choose a kind that has a legal way of its own.")})
    _turn_away(report, verb="guided", actor=actor, at=at, to=State.GUIDED, reason=row.advice, kind=kind)
    return report


def _turn_away(report: Report, *, actor: Actor, at: datetime, reason: str, **said: Any) -> None:
    """End a report without a result: its clock, its agencies' jobs; all who reported the matter are told why."""
    end_deadlines(report, at=at)
    withdraw_jobs(report, actor=actor, at=at, reason=reason)
    event = change(report, actor=actor, at=at, reason=reason, for_reporter=True, closed_at=at, **said)
    tell_reporter(report, event)
    tell_joined_ended(report, event, actor=actor, at=at)


def reason_of(code: str, purpose: ReasonPurpose) -> ReasonRef:
    """The reason with `code` for `purpose`.

    Raises:
        Invalid: there is none.
    """
    reason = loading.current().reasons.get(code)
    if reason is None or reason.purpose != purpose:
        raise Invalid(fields={"reason": _("Please choose a reason from the list.")})
    return reason
