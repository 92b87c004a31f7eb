"""One matter as the agency that has it sees it: all that handling needs, nothing of who reported it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import ngettext

from ioc.kernel.actors import Actor
from ioc.kernel.calendar import Unit
from ioc.kernel.errors import NotFound
from ioc.kernel.models import MediaKind
from ioc.kernel.rights import APPROVE, HANDLE
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.management.queries.reference import ReasonRef
from ioc.management.rules.deadlines import DeadlineTerm
from ioc.onscene.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    AttachmentPhase,
    Deadline,
    Extension,
    ExtensionState,
    Question,
    Report,
)
from ioc.onscene.queries.agency import OVER, Tab, visible
from ioc.onscene.queries.answers import answers_in_words
from ioc.onscene.queries.cards import Card, card
from ioc.onscene.queries.timeline import TimelineStep, timeline_for_staff
from ioc.onscene.rules.workflow import AGENCY_STATES, State

UNSEEN_STEPS = frozenset({"identity_opened"})
"""Steps that are not the agency's to know: their reasons may tell of the reporter."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo, video or document of the matter."""

    id: UUID
    kind: str
    phase: str
    at: datetime
    agency: str

    @property
    def is_photo(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.kind != MediaKind.DOCUMENT

    @property
    def is_video(self) -> bool:
        """Whether it plays."""
        return self.kind == MediaKind.VIDEO

    @property
    def whole(self) -> str:
        """The name of the copy to open: a photo as it fits a screen, anything else itself."""
        return "view" if self.kind == MediaKind.PHOTO else "whole"


@dataclass(frozen=True, slots=True)
class Part:
    """An agency's part in the matter."""

    agency: str
    is_lead: bool
    state: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome that an agency wrote."""

    agency: str
    text: str
    state: str
    by: str
    at: datetime
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The handling deadline and why it is what it is. `more` are the amounts that may be asked for, each with
    its words and the due instant that would come of it."""

    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    length: str
    legal_basis: str
    article_address: str
    extended: int
    share: float
    more: Sequence[tuple[int, str, datetime]]


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that the agency's page shows. `steps` names what the actor may do now."""

    card: Card
    text: str
    category: str
    area: str
    place_text: str
    latitude: float | None
    longitude: float | None
    answers: Sequence[tuple[str, str]]
    agency: str
    is_lead: bool
    part_state: str
    note: str
    assigned_at: datetime
    paused_at: datetime | None
    clock: Clock | None
    asked_more: str
    parts: Sequence[Part]
    pictures: Sequence[Picture]
    results: Sequence[Result]
    questions: Sequence[Question]
    timeline: Sequence[TimelineStep]
    steps: frozenset[str] = field(default_factory=frozenset)

    @property
    def before(self) -> list[Picture]:
        """What the reporter sent."""
        wanted = (AttachmentPhase.REPORT, AttachmentPhase.ANSWER)
        return [one for one in self.pictures if one.phase in wanted]

    @property
    def during(self) -> list[Picture]:
        """Taken while at work."""
        return [one for one in self.pictures if one.phase == AttachmentPhase.PROGRESS]

    @property
    def after(self) -> list[Picture]:
        """Taken after the work, and documents that prove it."""
        return [one for one in self.pictures if one.phase == AttachmentPhase.AFTER]

    @property
    def is_running(self) -> bool:
        """Whether the handling clock counts for this agency now."""
        return self.card.state in AGENCY_STATES and self.part_state != AssignmentState.DONE

    @property
    def tab(self) -> Tab:
        """The list in which it is."""
        if self.part_state == AssignmentState.DONE or self.card.state in OVER:
            return Tab.DONE
        if self.part_state == AssignmentState.SENT:
            return Tab.TO_ACCEPT
        at_head = self.is_lead and self.card.state == State.SUBMITTED
        return Tab.APPROVAL if at_head else Tab.IN_HAND

    @property
    def sent_back(self) -> str:
        """Why the head or the team wants the result done better, while that is the last word; else empty."""
        if State(self.card.state) is not State.HANDLING:
            return ""
        for step in self.timeline:
            if step.verb in {"sent_back", "submitted", "dispatched"}:
                return step.line if step.verb == "sent_back" else ""
        return ""


def matter(*, actor: Actor, report_id: UUID, at: datetime) -> Matter:
    """The matter for the agency of the actor that has it; eight statements, however much has happened.

    Raises:
        NotFound: no such report, or it is not assigned to the actor's agencies.
    """
    own = _own(actor, report_id)
    report = own.report
    reference = loading.current()
    deadline, asked = _deadline(report), _asked(report)
    clock = _clock(deadline, report, at=at) if deadline else None
    return Matter(
        card=card(report, at=at),
        text=report.text,
        category=reference.category_label(report.category_id),
        area=reference.area_label(report.area_id),
        place_text=report.place_text,
        latitude=report.latitude,
        longitude=report.longitude,
        answers=answers_in_words(loading.current().categories[report.category_id].questions, report.answers),
        agency=_agency(own.organization_id),
        is_lead=own.role == AssignmentRole.LEAD,
        part_state=own.state,
        note=own.note,
        assigned_at=own.assigned_at,
        paused_at=report.paused_at,
        clock=clock,
        asked_more=_amount(asked, deadline) if asked and deadline else "",
        parts=_parts(report, own),
        pictures=_pictures(report),
        results=_results(report),
        questions=list(report.questions.order_by("asked_at")),
        timeline=[step for step in timeline_for_staff(report) if step.verb not in UNSEEN_STEPS],
        steps=_steps(actor, own, more=bool(clock and clock.more) and asked is None),
    )


def reasons_for(step: str) -> list[ReasonRef]:
    """The reasons from the list for giving a job back ("return") or asking for more time ("extend")."""
    return loading.current().reasons_for(step)


def _own(actor: Actor, report_id: UUID) -> Assignment:
    """The assignment that the actor acts on: the lead's before a cooperating one, as the actions take it."""
    held = visible(actor).filter(report_id=report_id).select_related("report")
    own = held.defer("report__token", "report__words").order_by("-role").first()
    if own is None:
        raise NotFound
    return own


def _steps(actor: Actor, own: Assignment, *, more: bool) -> frozenset[str]:
    found: set[str] = set()
    job = job_of(own)
    if actor.reaches_job(HANDLE, **job):
        found |= _handling_steps(own, more=more)
    is_head = actor.reaches_job(APPROVE, **job)
    if is_head and own.report.state == State.SUBMITTED and own.role == AssignmentRole.LEAD:
        found |= {"approve", "send-back"}
    return frozenset(found)


def job_of(own: Assignment) -> dict[str, str]:
    """What of an assignment decides whose rights reach it."""
    category = loading.current().categories[own.report.category_id]
    return {
        "organization_path": own.organization_path,
        "area_path": own.report.area_path,
        "category_path": category.path,
    }


def _handling_steps(own: Assignment, *, more: bool) -> set[str]:
    state, lead = State(own.report.state), own.role == AssignmentRole.LEAD
    found: set[str] = set()
    if own.state == AssignmentState.SENT:
        found |= {"accept", "return"} if not lead or state is State.DISPATCHED else set()
    elif own.state == AssignmentState.ACCEPTED and state is State.HANDLING:
        found |= {"outcome", "progress", "return"}
        found |= {"ask"} if lead else set()
        found |= {"extend"} if lead and more else set()
    return found


def _agency(organization_id: int | None) -> str:
    organization = loading.current().organizations.get(organization_id or 0)
    return organization.label if organization else ""


def _deadline(report: Report) -> Deadline | None:
    """The handling deadline of the present round, also once it is met."""
    found = Deadline.objects.filter(report=report, step=Step.HANDLE, dropped_at__isnull=True)
    return found.order_by("-started_at").first()


def _asked(report: Report) -> Extension | None:
    return report.extensions.filter(state=ExtensionState.ASKED).first()


def _clock(deadline: Deadline, report: Report, *, at: datetime) -> Clock:
    term = loading.current().term(deadline.rule_id)
    now = deadline.met_at or report.paused_at or at
    span = (deadline.due_at - deadline.started_at).total_seconds()
    used = (now - deadline.started_at).total_seconds()
    return Clock(
        started_at=deadline.started_at,
        due_at=deadline.due_at,
        met_at=deadline.met_at,
        length=amount_words(term.limit, term.unit),
        legal_basis=term.legal_basis,
        article_address=term.article_address,
        extended=deadline.extended,
        share=max(0.0, 100 * used / span) if span > 0 else 100.0,
        more=_more(deadline, term),
    )


def _more(deadline: Deadline, term: DeadlineTerm) -> list[tuple[int, str, datetime]]:
    if deadline.extended >= term.extensions or deadline.met_at is not None:
        return []
    calendar = loading.current().calendar
    return [
        (amount, amount_words(amount, term.unit), calendar.add(deadline.due_at, amount, term.unit))
        for amount in range(1, term.extension_limit + 1)
    ]


def _amount(asked: Extension, deadline: Deadline) -> str:
    return amount_words(asked.amount, loading.current().term(deadline.rule_id).unit)


def amount_words(amount: int, unit: Unit) -> str:
    """An amount of a deadline's unit: "3 working days"."""
    if unit is Unit.WORKING_HOURS:
        return ngettext("%(n)d working hour", "%(n)d working hours", amount) % {"n": amount}
    if unit is Unit.WORKING_DAYS:
        return ngettext("%(n)d working day", "%(n)d working days", amount) % {"n": amount}
    return ngettext("%(n)d calendar day", "%(n)d calendar days", amount) % {"n": amount}


def _parts(report: Report, own: Assignment) -> list[Part]:
    rows = report.assignments.exclude(state=AssignmentState.WITHDRAWN).order_by("-role", "assigned_at")
    return [
        Part(
            agency=_agency(row.organization_id),
            is_lead=row.role == AssignmentRole.LEAD,
            state=row.state,
            is_own=row.id == own.id,
        )
        for row in rows
    ]


def _pictures(report: Report) -> list[Picture]:
    rows = report.attachments.select_related("file").order_by("added_at", "position", "id")
    return [
        Picture(
            id=row.id,
            kind=row.file.kind,
            phase=row.phase,
            at=row.taken_at or row.added_at,
            agency=_agency(row.organization_id),
        )
        for row in rows
    ]


def _results(report: Report) -> list[Result]:
    rows = report.outcomes.select_related("submitted_by").order_by("-submitted_at")
    return [
        Result(
            agency=_agency(row.organization_id),
            text=row.text,
            state=row.state,
            by=row.submitted_by.full_name if row.submitted_by else "",
            at=row.submitted_at,
            approved_at=row.approved_at,
        )
        for row in rows
    ]
