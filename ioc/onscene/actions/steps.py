"""How every action writes: the report locked, the change checked against the table, state and event together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, Forbidden, NotFound
from ioc.kernel.ids import new_id
from ioc.kernel.live import announce
from ioc.kernel.rights import TRIAGE
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.onscene.models import Assignment, Deadline, Report, ReportEvent
from ioc.onscene.rules.workflow import State, check_change


def locked(report_id: UUID, *, version: int | None = None) -> Report:
    """The report, held for this transaction.

    Raises:
        NotFound: there is none.
        Conflict: it is no longer at `version`, the one that the person looked at.
    """
    try:
        report = Report.objects.select_for_update(of=("self",)).select_related("lead").get(id=report_id)
    except Report.DoesNotExist as error:
        raise NotFound(report=str(report_id)) from error
    if version is not None and report.version != version:
        raise Conflict(version=report.version)
    return report


def require_triage(actor: Actor, report: Report, *, right: str = TRIAGE) -> None:
    """Pass in silence when the actor's right extends over the report's place.

    Raises:
        Forbidden: it does not.
    """
    if not actor.has(right) or not actor.reaches_area(right, report.area_path):
        raise Forbidden(right=right)


def open_assignment(actor: Actor, report: Report, *, right: str) -> Assignment:
    """The report's open assignment to an agency that the actor's `right` reaches; the lead's before others.

    Raises:
        Forbidden: there is none.
    """
    paths = tuple(grant.organization_path for grant in actor.grants_for(right))
    held = [
        assignment
        for assignment in report.assignments.filter(state__in=("sent", "accepted", "done")).order_by("-role")
        if assignment.organization_path.startswith(paths)
    ]
    if not paths or not held:
        raise Forbidden(right=right)
    return held[0]


def change(
    report: Report,
    *,
    verb: str,
    actor: Actor,
    at: datetime,
    to: State | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
    is_public: bool = False,
    for_reporter: bool = False,
    **fields: Any,
) -> ReportEvent:
    """Write a step: the state `to` (None: it stays), the given `fields` of the report, and the event.

    Raises:
        NotNow: the table does not allow the change of state.
    """
    before = {"state": report.state} | {name: _plain(getattr(report, name)) for name in fields}
    if to is not None:
        check_change(State(report.state), to)
        report.state = to
    for name, value in fields.items():
        setattr(report, name, value)
    report.version += 1
    report.changed_at = at
    report.save()
    after = {"state": report.state} | {name: _plain(value) for name, value in fields.items()} | (facts or {})
    event = record(
        report,
        verb=verb,
        actor=actor,
        at=at,
        reason=reason,
        before=before,
        after=after,
        is_public=is_public,
        for_reporter=for_reporter,
    )
    tell_screens(report)
    return event


def record(report: Report, *, verb: str, actor: Actor, at: datetime, **said: Any) -> ReportEvent:
    """Write an event of `report` without changing it; `said` as in `event_of`."""
    event = event_of(report, verb=verb, actor=actor, at=at, **said)
    event.save(force_insert=True)
    return event


def event_of(
    report: Report,
    *,
    verb: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    is_public: bool = False,
    for_reporter: bool = False,
) -> ReportEvent:
    """The event of a step, not yet written."""
    return ReportEvent(
        id=new_id(),
        report=report,
        at=at,
        verb=verb,
        actor_kind=actor.kind,
        actor_name=actor.name,
        person_id=actor.person_id,
        organization_id=actor.organization_id,
        organization_name=actor.organization_name,
        reason=reason,
        before=before or {},
        after=after or {},
        is_public=is_public,
        for_reporter=for_reporter,
    )


def tell_screens(report: Report) -> None:
    """Announce to everybody who may have the report on a screen."""
    topics = ["onscene.queue", f"report.{report.id}", f"follow.{report.token}"]
    if report.lead_id is not None:
        topics.append(f"agency.{report.lead_id}")
    if report.is_public:
        topics.append("public")
    announce(*topics)


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return getattr(value, "pk", value)


def start_deadline(report: Report, *, step: Step, at: datetime) -> Deadline:
    """Set the deadline of `step` from `at`, by the row in force, and make it the one that counts now.

    The caller saves the report. An open deadline of the same step is dropped.

    Raises:
        NoRule: no deadline row in force covers the step.
        CalendarGap: the working calendar does not reach far enough.
    """
    due = loading.current().due(
        step=step, kind=report.kind, urgency=report.urgency, category_id=report.category_id, start=at
    )
    open_deadlines(report).filter(step=step).update(dropped_at=at)
    deadline = Deadline.objects.create(report=report, step=step, rule_id=due.term.id, started_at=at, due_at=due.due_at)
    report.due_at, report.due_from = due.due_at, at
    return deadline


def meet_deadline(report: Report, *, step: Step, at: datetime) -> None:
    """Close the open deadline of `step` as done at `at` (in time or late)."""
    open_deadlines(report).filter(step=step).update(met_at=at)


def drop_deadlines(report: Report, *, at: datetime) -> None:
    """Close all open deadlines without counting them: the matter went another way. The caller saves the report."""
    open_deadlines(report).update(dropped_at=at)
    report.due_at = report.due_from = None


def open_deadlines(report: Report) -> Any:
    """The deadlines that still run."""
    return Deadline.objects.filter(report=report, met_at__isnull=True, dropped_at__isnull=True)
