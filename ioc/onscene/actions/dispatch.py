"""Giving a report to agencies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid
from ioc.kernel.live import announce
from ioc.kernel.rights import HANDLE
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.management.queries.reference import OrganizationRef
from ioc.onscene.actions.steps import (
    change,
    drop_deadlines,
    locked,
    meet_deadline,
    require_triage,
    start_deadline,
)
from ioc.onscene.actions.telling import tell_agency, tell_reporter
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

    Dispatching one that was not yet taken up takes it up. Dispatching anew withdraws the earlier assignments.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: an agency does not exist, or is named twice.
        NoRule, CalendarGap: no deadline can be set.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    lead, cooperating = _agencies(lead_id, cooperating_ids)
    if report.state == State.FILED:
        meet_deadline(report, step=Step.RECEIVE, at=at)
    _withdraw_open(report, at=at)
    drop_deadlines(report, at=at)
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
    announce(*(f"agency.{one.id}" for one in cooperating))
    return report


def _agencies(lead_id: int, cooperating_ids: Sequence[int]) -> tuple[OrganizationRef, list[OrganizationRef]]:
    organizations = loading.current().agencies
    wanted = [lead_id, *cooperating_ids]
    if any(one not in organizations for one in wanted):
        raise Invalid(fields={"lead": _("Please choose an agency from the list.")})
    if len(set(wanted)) != len(wanted):
        raise Invalid(fields={"cooperating": _("An agency is named twice.")})
    return organizations[lead_id], [organizations[one] for one in cooperating_ids]


def _withdraw_open(report: Report, *, at: datetime) -> None:
    running = (AssignmentState.SENT, AssignmentState.ACCEPTED, AssignmentState.DONE)
    report.assignments.filter(state__in=running).update(state=AssignmentState.WITHDRAWN, ended_at=at)


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
