"""One matter with all that the desk shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ioc.kernel.actors import Actor
from ioc.kernel.calendar import Unit
from ioc.kernel.errors import NotFound
from ioc.kernel.rights import OPEN_IDENTITY, PUBLISH, TRIAGE
from ioc.management.queries import loading
from ioc.management.queries.reference import OrganizationRef
from ioc.management.rules.deadlines import DeadlineTerm
from ioc.onscene.models import (
    Assignment,
    Attachment,
    AttachmentPhase,
    Deadline,
    Extension,
    ExtensionState,
    Outcome,
    OutcomeState,
    Question,
    Report,
)
from ioc.onscene.queries.answers import answers_in_words
from ioc.onscene.queries.cards import Card, card
from ioc.onscene.queries.desk.duplicates import Alike, same_matter
from ioc.onscene.queries.desk.minimap import MiniMap, minimap
from ioc.onscene.queries.desk.suggestion import Suggestion, suggestion
from ioc.onscene.queries.desk.visible import visible_to
from ioc.onscene.queries.timeline import TimelineStep, timeline_for_staff
from ioc.onscene.rules.workflow import ALLOWED, QUEUE_STATES, State

_WITH_TEAM: Final = QUEUE_STATES - {State.APPROVED}


@dataclass(frozen=True, slots=True)
class Part:
    """An agency's part in the matter."""

    agency: OrganizationRef | None
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class Running:
    """The deadline that counts now, with the row that set it."""

    deadline: Deadline
    term: DeadlineTerm


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for more time, and the instant to which it would move the deadline."""

    extension: Extension
    agency: OrganizationRef | None
    unit: Unit
    new_due_at: datetime


@dataclass(frozen=True, slots=True)
class Matter:
    """A report as the operating team sees it. `can` names what the actor may do with it as it stands."""

    report: Report
    card: Card
    category_name: str
    area_name: str
    kind_name: str
    shown_publicly: bool
    can: frozenset[str]
    before: Sequence[Attachment]
    during: Sequence[Attachment]
    after: Sequence[Attachment]
    answers: Sequence[tuple[str, str]]
    map: MiniMap | None
    timeline: Sequence[TimelineStep]
    questions: Sequence[Question]
    parts: Sequence[Part]
    outcome: Outcome | None
    running: Running | None
    asked: Asked | None
    suggestion: Suggestion | None
    alike: Sequence[Alike]
    has_reporter: bool

    @property
    def share(self) -> float | None:
        """The part of the time that is used, in percent; None while no clock runs."""
        return None if self.card.used is None or self.report.paused_at else self.card.used * 100

    @property
    def open_question(self) -> Question | None:
        """What the reporter has not answered yet."""
        return next((one for one in self.questions if one.answered_at is None), None)


def matter(report_id: UUID, *, actor: Actor, at: datetime) -> Matter:
    """The matter; nine statements whatever happened to it.

    Raises:
        NotFound: there is none, or it lies outside the actor's areas and categories.
    """
    found = visible_to(actor).select_related("reporter", "joined_to").filter(id=report_id).first()
    if found is None:
        raise NotFound(report=str(report_id))
    reference = loading.current()
    pictures = list(found.attachments.select_related("file"))
    kind = reference.kinds.get(found.kind)
    category = reference.categories[found.category_id]
    can = possible(actor, found)
    extension = found.extensions.filter(state=ExtensionState.ASKED).select_related("deadline").first()
    return Matter(
        report=found,
        card=card(found, at=at),
        category_name=reference.category_label(found.category_id),
        area_name=reference.area_label(found.area_id),
        kind_name=kind.label if kind else found.get_kind_display(),
        shown_publicly=bool(kind and kind.is_published and category.is_public),
        can=can,
        before=_of(pictures, AttachmentPhase.REPORT, AttachmentPhase.ANSWER),
        during=_of(pictures, AttachmentPhase.PROGRESS),
        after=_of(pictures, AttachmentPhase.AFTER),
        answers=answers_in_words(category.questions, found.answers),
        map=minimap(found, reference),
        timeline=timeline_for_staff(found),
        questions=list(found.questions.order_by("asked_at")),
        parts=_parts(found),
        outcome=found.outcomes.exclude(state=OutcomeState.SENT_BACK).order_by("-submitted_at").first(),
        running=_running(found),
        asked=_asked(extension) if extension else None,
        suggestion=suggestion(found, at=at) if "dispatch" in can else None,
        alike=same_matter(found, within=visible_to(actor), at=at),
        has_reporter=hasattr(found, "reporter"),
    )


def possible(actor: Actor, report: Report) -> frozenset[str]:
    """What the actor may do with `report` in its present state; the actions check it again."""
    state = State(report.state)
    nexts = ALLOWED[state]
    place = {"area_path": report.area_path, "category_path": loading.current().categories[report.category_id].path}
    triages = actor.reaches_place(TRIAGE, **place)
    publishes = actor.reaches_place(PUBLISH, **place)
    steps = {
        "receive": triages and state is State.FILED,
        "dispatch": triages and State.DISPATCHED in nexts and state is not State.APPROVED,
        "ask": triages and State.ASKED in nexts and state in _WITH_TEAM,
        "refuse": triages and State.REFUSED in nexts,
        "join": triages and State.JOINED in nexts,
        "guide": triages and State.GUIDED in nexts,
        "correct": triages and state in QUEUE_STATES,
        "publish": publishes and state is State.APPROVED,
        "extend": triages,
        "identity": actor.reaches_place(OPEN_IDENTITY, **place),
    }
    return frozenset(name for name, may in steps.items() if may)


def _of(pictures: Sequence[Attachment], *phases: str) -> list[Attachment]:
    return [one for one in pictures if one.phase in phases]


def _parts(report: Report) -> list[Part]:
    organizations = loading.current().organizations
    rows = report.assignments.select_related("return_reason").order_by("-assigned_at", "-role")
    return [Part(agency=organizations.get(row.organization_id), assignment=row) for row in rows]


def _running(report: Report) -> Running | None:
    open_ones = report.deadlines.filter(met_at__isnull=True, dropped_at__isnull=True)
    row = open_ones.order_by("-started_at").first()
    return Running(deadline=row, term=loading.current().term(row.rule_id)) if row else None


def _asked(extension: Extension) -> Asked:
    reference = loading.current()
    unit = reference.term(extension.deadline.rule_id).unit
    return Asked(
        extension=extension,
        agency=reference.organizations.get(extension.organization_id),
        unit=unit,
        new_due_at=reference.calendar.add(extension.deadline.due_at, extension.amount, unit),
    )
