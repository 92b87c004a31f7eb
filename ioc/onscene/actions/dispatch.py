"""Giving a report to agencies."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid
from ioc.kernel.rights import HANDLE
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.management.queries.reference import OrganizationRef
from ioc.onscene.actions.clocks import end_deadlines, meet_deadline, start_deadline
from ioc.onscene.actions.steps import change, locked, require_triage
from ioc.onscene.actions.telling import tell_agency, tell_reporter
from ioc.onscene.actions.withdrawing import withdraw_jobs
from ioc.onscene.models import Assignment, AssignmentRole, AssignmentState, Report
from ioc.onscene.rules.workflow import State


@transaction.atomic
def dispatch(
    *,
    report_id: UUID,
    lead_id: int,
    cooperating_ids: Sequence[int] = (),
    note: str = "",
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Report:
    """Pass a report to a lead agency and cooperating ones; the handling deadline starts.

    Dispatching one that waits to be taken up, filed or given back or opened again, takes it up. Dispatching anew
    withdraws the earlier assignments and tells the agencies that have the job no longer.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: an agency does not exist, or is named twice; the report's kind has a legal way of its own.
        NoRule, CalendarGap: no deadline can be set.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    _require_handled_here(report)
    lead, cooperating = _agencies(lead_id, cooperating_ids)
    meet_deadline(report, step=Step.RECEIVE, at=at)
    end_deadlines(report, at=at)
    _end_round(report, actor=actor, at=at, keep={lead_id, *cooperating_ids})
    deadline = start_deadline(report, step=Step.HANDLE, at=at)
    _assign(report, lead, cooperating, note=note, at=at)
    event = change(
        report,
        verb="dispatched",
        actor=actor,
        at=at,
        to=State.DISPATCHED,
        reason=note,
        facts={"due_at": deadline.due_at.isoformat(), "cooperating": [one.id for one in cooperating]},
        is_public=True,
        for_reporter=True,
        lead_id=lead.id,
        received_at=report.received_at or at,
        dispatched_at=at,
    )
    tell_reporter(report, event)
    for one in (lead, *cooperating):
        tell_agency(report, event, organization_id=one.id, right=HANDLE)
    return report


def _agencies(lead_id: int, cooperating_ids: Sequence[int]) -> tuple[OrganizationRef, list[OrganizationRef]]:
    organizations = loading.current().agencies
    wanted = [lead_id, *cooperating_ids]
    if any(one not in organizations for one in wanted):
        raise Invalid(fields={"lead": _("Please choose an agency from the list.")})
    if len(set(wanted)) != len(wanted):
        raise Invalid(fields={"cooperating": _("An agency is named twice.")})
    return organizations[lead_id], [organizations[one] for one in cooperating_ids]


def _require_handled_here(report: Report) -> None:
    kind = loading.current().kinds.get(report.kind)
    if kind is not None and not kind.handled_here:
        raise Invalid(_("This kind has a legal way of its own: use “guide”, so that the reporter is told it."))


def _end_round(report: Report, *, actor: Actor, at: datetime, keep: Collection[int]) -> None:
    """Withdraw the assignments before; those of a round that is done end in silence, as its work is over."""
    withdraw_jobs(report, actor=actor, at=at, keep=keep)
    done = report.assignments.filter(state=AssignmentState.DONE)
    done.update(state=AssignmentState.WITHDRAWN)


def _assign(
    report: Report, lead: OrganizationRef, cooperating: Sequence[OrganizationRef], *, note: str, at: datetime
) -> None:
    parts: list[tuple[OrganizationRef, Any]] = [(lead, AssignmentRole.LEAD)]
    parts += [(one, AssignmentRole.COOPERATING) for one in cooperating]
    Assignment.objects.bulk_create(
        Assignment(
            report=report,
            organization_id=organization.id,
            organization_path=organization.path,
            role=role,
            state=AssignmentState.SENT,
            note=note,
            assigned_at=at,
        )
        for organization, role in parts
    )
