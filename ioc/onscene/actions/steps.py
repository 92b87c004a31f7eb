"""How every action writes: the report locked, the change checked against the table, state and event together."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, Forbidden, NotFound
from ioc.kernel.ids import new_id
from ioc.kernel.live import announce
from ioc.kernel.rights import TRIAGE
from ioc.management.queries import loading
from ioc.onscene.models import Assignment, AssignmentRole, AssignmentState, ExtensionState, Report, ReportEvent
from ioc.onscene.rules.workflow import NotNow, State, check_change

_UNDER_WAY = frozenset({State.HANDLING, State.ASKED})
_WITH_AGENCY = (AssignmentState.SENT, AssignmentState.ACCEPTED, AssignmentState.DONE)


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
    """Pass in silence when the actor's right extends over the report's place and category.

    Raises:
        Forbidden: it does not.
    """
    if not actor.reaches_place(right, area_path=report.area_path, category_path=_category_path(report)):
        raise Forbidden(right=right)


def _category_path(report: Report) -> str:
    return loading.current().categories[report.category_id].path


def _assignments(actor: Actor, report: Report, *, right: str) -> list[Assignment]:
    """The assignments, none given back or withdrawn, that the actor's `right` reaches; the lead's first.

    Raises:
        Forbidden: there is none.
    """
    held = [
        assignment
        for assignment in report.assignments.filter(state__in=_WITH_AGENCY).order_by("-role")
        if _reaches(actor, report, assignment, right=right)
    ]
    if not held:
        raise Forbidden(right=right)
    return held


def _reaches(actor: Actor, report: Report, assignment: Assignment, *, right: str) -> bool:
    return actor.reaches_job(
        right,
        organization_path=assignment.organization_path,
        area_path=report.area_path,
        category_path=_category_path(report),
    )


def open_assignment(actor: Actor, report: Report, *, right: str, states: Collection[AssignmentState]) -> Assignment:
    """The report's assignment in one of `states` to an agency that the actor's `right` reaches; whose positions reach
    several acts for the lead first.

    Raises:
        Forbidden: there is no assignment within reach.
        NotNow: there is, in another state.
    """
    held = _assignments(actor, report, right=right)
    for assignment in held:
        # Asked again for the one that counts: a deputy signs for whom this one is done.
        if assignment.state in states and _reaches(actor, report, assignment, right=right):
            return assignment
    raise NotNow(state=held[0].state)


def lead_assignment(actor: Actor, report: Report, *, right: str) -> Assignment:
    """The lead agency's assignment, for the steps that are the lead's alone.

    Raises:
        Forbidden: the actor's `right` does not reach the lead agency.
    """
    held = _assignments(actor, report, right=right)
    if held[0].role != AssignmentRole.LEAD or not _reaches(actor, report, held[0], right=right):
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

    What only has meaning in the state that is left ends with it: the open question, a request for more time.

    Raises:
        NotNow: the table does not allow the change of state.
    """
    if to is not None:
        check_change(State(report.state), to)
        fields = _left_behind(report, to, at=at) | fields
    before = {"state": report.state} | {name: _plain(getattr(report, name)) for name in fields}
    report.state = to or report.state
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


def _left_behind(report: Report, to: State, *, at: datetime) -> dict[str, Any]:
    """Close what the change to `to` leaves open: what the report's fields become."""
    if report.state in _UNDER_WAY and to not in _UNDER_WAY:
        _close_extension(report, at=at)
    if report.state != State.ASKED:
        return {}
    # A question that got no answer is closed with an empty one: the private page asks no more.
    report.questions.filter(answered_at__isnull=True).update(answered_at=at)
    return {"paused_at": None, "state_before_pause": ""}


def _close_extension(report: Report, *, at: datetime) -> None:
    """Deny the request for more time that nobody has decided: the work that it was for has ended."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The work ended before the request was decided.")
    asked = report.extensions.filter(state=ExtensionState.ASKED)
    asked.update(state=ExtensionState.DENIED, decision=reason, decided_at=at)


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
        **actor.signature(),
        reason=reason,
        before=before or {},
        after=after or {},
        is_public=is_public,
        for_reporter=for_reporter,
    )


def tell_screens(report: Report) -> None:
    """Announce to everybody who may have the report on a screen: all agencies that have it among them."""
    topics = ["onscene.queue", f"report.{report.id}", f"follow.{report.token}"]
    if report.lead_id is not None:
        held = report.assignments.filter(state__in=_WITH_AGENCY).values_list("organization_id", flat=True)
        topics += [f"agency.{agency}" for agency in {report.lead_id, *held}]
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
