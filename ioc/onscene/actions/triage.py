"""What the operating team does with a report before an agency has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Forbidden, Invalid
from ioc.kernel.quadkeys import quadkey
from ioc.kernel.rights import HANDLE
from ioc.management.models import ReasonPurpose, Step
from ioc.management.queries import loading
from ioc.management.queries.reference import ReasonRef
from ioc.onscene.actions.steps import (
    change,
    drop_deadlines,
    locked,
    meet_deadline,
    open_assignment,
    open_deadlines,
    record,
    require_triage,
    start_deadline,
    tell_screens,
)
from ioc.onscene.actions.telling import tell_reporter
from ioc.onscene.models import Question, Report
from ioc.onscene.rules.workflow import QUEUE_STATES, NotNow, State

LONGEST_QUESTION = 600


@dataclass(frozen=True, slots=True)
class Correction:
    """What the team puts right; None leaves a value as it is."""

    category: str | None = None
    urgency: str | None = None
    kind: str | None = None
    title: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    area_code: str | None = None
    place_text: str | None = None


@transaction.atomic
def receive(*, report_id: UUID, actor: Actor, at: datetime, version: int | None = None) -> Report:
    """Take a report up: the receiving deadline is met.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    _take_up(report, at=at)
    change(report, verb="received", actor=actor, at=at, to=State.RECEIVED, received_at=at, is_public=True)
    return report


def _take_up(report: Report, *, at: datetime) -> None:
    meet_deadline(report, step=Step.RECEIVE, at=at)
    report.due_at = report.due_from = None


@transaction.atomic
def correct(
    *, report_id: UUID, correction: Correction, actor: Actor, at: datetime, reason: str = "", version: int | None = None
) -> Report:
    """Put category, urgency, kind, title or place right while the team has the report.

    A deadline that runs is set again by the row for the new case, from where it began.

    Raises:
        Forbidden, NotFound, Conflict: see `steps`.
        NotNow: the report is no longer with the team.
        Invalid: a value does not exist, or the place lies outside the province.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    if State(report.state) not in QUEUE_STATES:
        raise NotNow(before=report.state)
    fields = _corrected(report, correction, at=at)
    if fields:
        change(report, verb="corrected", actor=actor, at=at, reason=reason, **fields)
        _set_deadlines_again(report)
    return report


def _corrected(report: Report, correction: Correction, *, at: datetime) -> dict[str, Any]:
    reference = loading.current()
    fields: dict[str, Any] = {}
    if correction.category is not None:
        fields["category_id"] = reference.category(correction.category).id
    for name in ("urgency", "kind", "title", "place_text"):
        if getattr(correction, name) is not None:
            fields[name] = getattr(correction, name)
    if fields.get("kind") and fields["kind"] not in reference.kinds:
        raise Invalid(fields={"kind": _("Please choose what kind of report this is.")})
    fields |= _corrected_place(correction, at=at)
    return {name: value for name, value in fields.items() if getattr(report, name) != value}


def _corrected_place(correction: Correction, *, at: datetime) -> dict[str, Any]:
    reference = loading.current()
    day = reference.map_day(at)
    if correction.latitude is not None and correction.longitude is not None:
        latitude, longitude = correction.latitude, correction.longitude
        area = reference.commune_at(latitude=latitude, longitude=longitude, day=day)
        point: dict[str, Any] = {
            "latitude": latitude,
            "longitude": longitude,
            "quadkey": quadkey(latitude, longitude),
            "accuracy_m": None,
        }
    elif correction.area_code:
        area = reference.commune_by_code(correction.area_code, day=day)
        point = {}
    else:
        return {}
    if area is None:
        raise Invalid(fields={"place": _("This place is outside the province. Please move the point.")})
    return point | {"area_id": area.id, "area_path": area.path}


def _set_deadlines_again(report: Report) -> None:
    """Count running deadlines anew from where they began, by the rows for what the report is now."""
    for deadline in open_deadlines(report):
        start_deadline(report, step=Step(deadline.step), at=deadline.started_at)
    report.save(update_fields=["due_at", "due_from"])


@transaction.atomic
def refuse(
    *, report_id: UUID, reason_code: str, words: str = "", actor: Actor, at: datetime, version: int | None = None
) -> Report:
    """Not take a report up, for a reason from the list; the reporter is told `words` or the reason's own text.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: no such reason.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    reason = reason_of(reason_code, ReasonPurpose.REFUSE)
    drop_deadlines(report, at=at)
    event = change(
        report,
        verb="refused",
        actor=actor,
        at=at,
        to=State.REFUSED,
        reason=words.strip() or reason.words or reason.label,
        facts={"reason_code": reason.code, "legal_basis": reason.legal_basis},
        for_reporter=True,
        closed_at=at,
    )
    tell_reporter(report, event)
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
    drop_deadlines(report, at=at)
    event = change(
        report,
        verb="guided",
        actor=actor,
        at=at,
        to=State.GUIDED,
        reason=row.advice,
        for_reporter=True,
        kind=kind,
        closed_at=at,
    )
    tell_reporter(report, event)
    return report


def reason_of(code: str, purpose: ReasonPurpose) -> ReasonRef:
    """The reason with `code` for `purpose`.

    Raises:
        Invalid: there is none.
    """
    reason = loading.current().reasons.get(code)
    if reason is None or reason.purpose != purpose:
        raise Invalid(fields={"reason": _("Please choose a reason from the list.")})
    return reason


@transaction.atomic
def ask_reporter(*, report_id: UUID, question: str, actor: Actor, at: datetime, version: int | None = None) -> Question:
    """Ask the reporter something; the clock stands still until the answer.

    The team may while it has the report, the lead agency while it handles it.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: the question is empty or too long.
    """
    report = locked(report_id, version=version)
    _require_asker(actor, report)
    text = question.strip()
    if not 5 <= len(text) <= LONGEST_QUESTION:
        raise Invalid(fields={"question": _("Please write the question in 5 to 600 letters.")})
    asked = Question(report=report, text=text, asked_at=at, asked_by_id=_organization_of(actor))
    before = report.state
    event = change(
        report,
        verb="asked",
        actor=actor,
        at=at,
        to=State.ASKED,
        facts={"question": text},
        for_reporter=True,
        paused_at=at,
        state_before_pause=before,
    )
    asked.save(force_insert=True)
    tell_reporter(report, event)
    return asked


def _organization_of(actor: Actor) -> int:
    """The organization that the actor asks for; the system asks for nobody."""
    if actor.organization_id is None:
        raise Forbidden
    return actor.organization_id


def _require_asker(actor: Actor, report: Report) -> None:
    if State(report.state) is State.HANDLING:
        open_assignment(actor, report, right=HANDLE)
    else:
        require_triage(actor, report)


def resume(report: Report, *, at: datetime) -> dict[str, Any]:
    """Let the clock run again: what the report's fields become. Running deadlines are moved by the pause."""
    calendar = loading.current().calendar
    moved = report.due_at
    paused_at = report.paused_at
    if paused_at is not None:
        for deadline in open_deadlines(report).select_related("rule"):
            unit = loading.current().term(deadline.rule_id).unit
            due = calendar.resume(due=deadline.due_at, paused_at=paused_at, resumed_at=at, unit=unit)
            if report.due_at == deadline.due_at:
                moved = due
            deadline.due_at = due
            deadline.save(update_fields=["due_at"])
    return {"paused_at": None, "state_before_pause": "", "due_at": moved}


@transaction.atomic
def join(*, report_id: UUID, other_id: UUID, actor: Actor, at: datetime, version: int | None = None) -> Report:
    """Join a report to `other_id`, the same matter: counted once, its reporter is told of the other's result.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: a report cannot be joined to itself or to one that is itself joined, refused or guided.
    """
    if report_id == other_id:
        raise Invalid(_("A report cannot be joined to itself."))
    first, second = (locked(one) for one in sorted((report_id, other_id)))
    report, other = (first, second) if first.id == report_id else (second, first)
    if version is not None and report.version != version:
        raise NotNow(version=report.version)
    for one in (report, other):
        require_triage(actor, one)
    if State(other.state) in {State.JOINED, State.REFUSED, State.GUIDED}:
        raise Invalid(_("The other report is no longer open for joining."))
    _join(report, other, actor=actor, at=at)
    return report


def _join(report: Report, other: Report, *, actor: Actor, at: datetime) -> None:
    drop_deadlines(report, at=at)
    Report.objects.filter(joined_to=report).update(joined_to=other)
    event = change(
        report,
        verb="joined",
        actor=actor,
        at=at,
        to=State.JOINED,
        facts={"other": other.code},
        for_reporter=True,
        joined_to_id=other.id,
        closed_at=at,
    )
    tell_reporter(report, event)
    other.join_count += report.join_count
    other.save(update_fields=["join_count"])
    record(other, verb="gained", actor=actor, at=at, after={"other": report.code}, is_public=True)
    tell_screens(other)
