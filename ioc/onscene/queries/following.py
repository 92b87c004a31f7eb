"""A report as its reporter sees it: by the private link, in the list of one's own, or by code (state only)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ioc.kernel.errors import NotFound
from ioc.kernel.templatetags.ioc import moment
from ioc.management.queries import loading
from ioc.management.rules.deadlines import time_left
from ioc.onscene.models import Question, Rating, Report
from ioc.onscene.queries.files import Picture, reporter_pictures
from ioc.onscene.queries.public import published
from ioc.onscene.queries.timeline import TimelineStep, timeline_for_reporter
from ioc.onscene.rules.words import STATES, TONES
from ioc.onscene.rules.workflow import DONE_STATES, State, may_reopen

STEPS_OF_THE_WAY: Final = 4

_NEXT: Final[Mapping[State, tuple[Promise, Promise]]] = {
    State.FILED: (
        gettext_lazy("The operating team reads it and takes it up before %(due)s."),
        gettext_lazy("The operating team reads it next."),
    ),
    State.ASKED: (
        gettext_lazy("Please answer the question. Until then the clock stands still."),
        gettext_lazy("Please answer the question. Until then the clock stands still."),
    ),
    State.RECEIVED: (
        gettext_lazy("The operating team passes it to the agency in charge before %(due)s."),
        gettext_lazy("The operating team passes it to the agency in charge next."),
    ),
    State.DISPATCHED: (
        gettext_lazy("%(agency)s has it and handles it by %(due)s."),
        gettext_lazy("%(agency)s has it and takes the job next."),
    ),
    State.HANDLING: (
        gettext_lazy("%(agency)s is at work, to be done by %(due)s."),
        gettext_lazy("%(agency)s is at work."),
    ),
    State.SUBMITTED: (
        gettext_lazy("%(agency)s says it is done; its head looks at the result by %(due)s."),
        gettext_lazy("%(agency)s says it is done; its head looks at the result next."),
    ),
    State.APPROVED: (
        gettext_lazy("The result is ready; the operating team checks it and shows it to you before %(due)s."),
        gettext_lazy("The result is ready; the operating team checks it and shows it to you next."),
    ),
    State.REOPENED: (
        gettext_lazy("You were not satisfied. Other people look at it anew before %(due)s."),
        gettext_lazy("You were not satisfied. Other people look at it anew."),
    ),
    State.PUBLISHED: (gettext_lazy("It is done. Tell us how it turned out."),) * 2,
    State.CLOSED: (gettext_lazy("It is done. Tell us how it turned out."),) * 2,
    State.REFUSED: (gettext_lazy("It was not taken up; the reason is below."),) * 2,
    State.GUIDED: (gettext_lazy("The law gives this another way; below it says which."),) * 2,
    State.JOINED: (gettext_lazy("Others reported the same. You are told the result all the same."),) * 2,
}
_STEPS_DONE: Final[Mapping[State, int]] = {
    State.FILED: 1,
    State.ASKED: 1,
    State.RECEIVED: 1,
    State.REOPENED: 1,
    State.DISPATCHED: 2,
    State.HANDLING: 2,
    State.SUBMITTED: 3,
    State.APPROVED: 3,
}
_ENDED: Final = DONE_STATES | {State.REFUSED, State.GUIDED, State.JOINED}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands, in words. `share` is the percent of the time used (100: due now), None: no clock.

    `took` is how long it was from filing to the result; `steps` are done of `STEPS_OF_THE_WAY`.
    """

    state: str
    state_name: str
    tone: str
    next: str
    due_at: datetime | None
    share: float | None
    steps: int
    is_done: bool
    is_ended: bool
    took: timedelta | None


@dataclass(frozen=True, slots=True)
class Mine:
    """One of one's own reports in a list. `wants` is what it waits for from the reporter: "answer", "rating" or ""."""

    id: UUID
    code: str
    token: str
    title: str
    area_name: str
    has_thumbnail: bool
    standing: Standing
    wants: str


@dataclass(frozen=True, slots=True)
class Followed:
    """All that the private link shows. `other` is the code of the matter that it was joined to."""

    id: UUID
    code: str
    token: str
    title: str
    text: str
    area_name: str
    category_label: str
    place_text: str
    filed_at: datetime
    standing: Standing
    question: str
    result: str
    agency: str
    rating: str
    can_rate: bool
    would_reopen: bool
    is_public: bool
    other: str
    other_is_public: bool
    pictures: tuple[Picture, ...]
    timeline: tuple[TimelineStep, ...]

    @property
    def before(self) -> list[Picture]:
        """The reporter's own pictures."""
        return [picture for picture in self.pictures if picture.phase in {"report", "answer"}]

    @property
    def during(self) -> list[Picture]:
        """Pictures of the work."""
        return [picture for picture in self.pictures if picture.phase == "progress"]

    @property
    def after(self) -> list[Picture]:
        """Pictures after the work."""
        return [picture for picture in self.pictures if picture.is_after]


@dataclass(frozen=True, slots=True)
class Status:
    """What anybody who knows a code may know of an unpublished report: that it is on its way."""

    code: str
    state_name: str
    tone: str
    changed_at: datetime
    is_public: bool


def follow(token: str, *, at: datetime) -> Followed:
    """The report behind a private link; three statements.

    Raises:
        NotFound: no such link.
    """
    report = _for_reporter(Report.objects.filter(token=token)).select_related("joined_to").first()
    if report is None:
        raise NotFound
    return _followed(report, at=at)


def mine(tokens: Sequence[str], *, at: datetime) -> list[Mine]:
    """The reports behind `tokens`, those that wait for the reporter first, then the last changed; one statement."""
    if not tokens:
        return []
    rows = _for_reporter(Report.objects.filter(token__in=tokens)).order_by("-changed_at")
    return sorted((_mine(row, at=at) for row in rows), key=lambda one: not one.wants)


def is_asked(token: str) -> bool:
    """Whether the report behind a private link waits for an answer; one statement.

    Raises:
        NotFound: no such link.
    """
    state = Report.objects.filter(token=token).values_list("state", flat=True).first()
    if state is None:
        raise NotFound
    return State(state) is State.ASKED


def status_of(code: str) -> Status:
    """The state of the report with `code`, and nothing else of it; one statement.

    Raises:
        NotFound: there is none.
    """
    cleaned = code.strip().upper().replace(" ", "")
    found = Report.objects.filter(code=cleaned).annotate(open_to_all=Exists(published().filter(pk=OuterRef("pk"))))
    row = found.only("code", "state", "changed_at").first()
    if row is None:
        raise NotFound(_("There is no report with this code."))
    state = State(row.state)
    return Status(
        code=row.code,
        state_name=str(STATES[state]),
        tone=TONES[state],
        changed_at=row.changed_at,
        is_public=bool(getattr(row, "open_to_all", False)),
    )


def _for_reporter(reports: QuerySet[Report]) -> QuerySet[Report]:
    open_question = Question.objects.filter(report=OuterRef("pk"), answered_at__isnull=True)
    this_round = Rating.objects.filter(report=OuterRef("pk"), round=OuterRef("reopened"))
    return reports.annotate(
        question=Subquery(open_question.values("text")[:1]),
        rated=Exists(this_round),
        open_to_all=Exists(published().filter(pk=OuterRef("pk"))),
        other_open_to_all=Exists(published().filter(pk=OuterRef("joined_to_id"))),
    )


def _followed(report: Report, *, at: datetime) -> Followed:
    reference = loading.current()
    area = reference.areas.get(report.area_id or 0)
    state = State(report.state)
    return Followed(
        id=report.id,
        code=report.code,
        token=report.token,
        title=report.title,
        text=report.text,
        area_name=area.name if area else "",
        category_label=_category_label(report),
        place_text=report.place_text,
        filed_at=report.filed_at,
        standing=standing(report, at=at),
        question=_question(report),
        result=report.result if state in _ENDED else "",
        agency=_agency(report),
        rating=report.rating if _rated(report) else "",
        can_rate=state in DONE_STATES and not _rated(report),
        would_reopen=may_reopen(state=state, reopened=report.reopened),
        is_public=bool(getattr(report, "open_to_all", False)),
        other=report.joined_to.code if report.joined_to else "",
        other_is_public=bool(getattr(report, "other_open_to_all", False)),
        pictures=tuple(reporter_pictures(report)),
        timeline=tuple(timeline_for_reporter(report)),
    )


def standing(report: Report, *, at: datetime) -> Standing:
    """Where `report` stands at `at`, in the reader's language."""
    state = State(report.state)
    with_due, without = _NEXT[state]
    words = with_due if report.due_at else without
    return Standing(
        state=state,
        state_name=str(STATES[state]),
        tone=TONES[state],
        next=str(words) % {"due": moment(report.due_at), "agency": _agency(report)},
        due_at=report.due_at,
        share=_share(report, at=at),
        steps=_STEPS_DONE.get(state, STEPS_OF_THE_WAY),
        is_done=state in DONE_STATES,
        is_ended=state in _ENDED,
        took=report.closed_at - report.filed_at if report.closed_at and state in DONE_STATES else None,
    )


def _share(report: Report, *, at: datetime) -> float | None:
    if report.due_at is None or report.due_from is None:
        return None
    return 100 * time_left(start=report.due_from, due=report.due_at, now=report.paused_at or at)


def _mine(row: Report, *, at: datetime) -> Mine:
    area = loading.current().areas.get(row.area_id or 0)
    return Mine(
        id=row.id,
        code=row.code,
        token=row.token,
        title=row.title,
        area_name=area.name if area else "",
        has_thumbnail=bool(row.thumbnail),
        standing=standing(row, at=at),
        wants=_wants(row),
    )


def _wants(row: Report) -> str:
    state = State(row.state)
    if state is State.ASKED and _question(row):
        return "answer"
    return "rating" if state in DONE_STATES and not _rated(row) else ""


def _question(row: Report) -> str:
    return getattr(row, "question", "") or ""


def _rated(row: Report) -> bool:
    return bool(getattr(row, "rated", False))


def _agency(report: Report) -> str:
    lead = loading.current().organizations.get(report.lead_id or 0)
    return lead.label if lead else _("The agency in charge")


def _category_label(report: Report) -> str:
    reference = loading.current()
    category = reference.categories.get(report.category_id)
    return category.label if category else ""
