"""Taking a job away from the agencies that have it."""

from collections.abc import Collection
from datetime import datetime

from ioc.kernel.actors import Actor
from ioc.kernel.live import announce
from ioc.kernel.rights import HANDLE
from ioc.onscene.actions.steps import record
from ioc.onscene.actions.telling import tell_agency
from ioc.onscene.models import Assignment, AssignmentState, Report


def withdraw_jobs(report: Report, *, actor: Actor, at: datetime, reason: str = "", keep: Collection[int] = ()) -> None:
    """End the assignments that agencies have not finished, and tell them; those in `keep` get the job anew.

    `reason` is for the agencies and the team; the public and the reporter do not see this step.
    """
    running = report.assignments.filter(state__in=(AssignmentState.SENT, AssignmentState.ACCEPTED))
    for assignment in running.order_by("-role", "assigned_at"):
        assignment.state, assignment.ended_at = AssignmentState.WITHDRAWN, at
        assignment.save(update_fields=["state", "ended_at"])
        if assignment.organization_id not in keep:
            _tell(report, assignment, actor=actor, at=at, reason=reason)


def _tell(report: Report, assignment: Assignment, *, actor: Actor, at: datetime, reason: str) -> None:
    agency = assignment.organization_id
    event = record(report, verb="withdrawn", actor=actor, at=at, reason=reason, after={"lead_id": agency})
    tell_agency(report, event, organization_id=agency, right=HANDLE, link="/officer/")
    announce(f"agency.{agency}")
