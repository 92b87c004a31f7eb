"""What an agency's people see: what is assigned to their agencies, and never who reported it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import nsmallest
from typing import Final

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet, Value

from ioc.kernel.actors import Actor, Grant
from ioc.kernel.paging import Numbered
from ioc.kernel.rights import APPROVE, HANDLE
from ioc.kernel.text import syllables
from ioc.management.queries import loading
from ioc.onscene.models import Assignment, AssignmentRole, AssignmentState
from ioc.onscene.queries.cards import CARD_FIELDS, Card, card
from ioc.onscene.queries.reach import HELD, jobs
from ioc.onscene.rules.workflow import AGENCY_STATES, State

PAGE_SIZE: Final = 30
MOST_TOPICS: Final = 30
MOST_COUNTED: Final = 100
"""A tab counts no further, and what is done is not counted: history grows for ever."""

DONE_PAGES: Final = 10
"""How far back what is done is leafed through; older matters are found by search."""

OVER: Final = tuple(
    state.value for state in State if state not in AGENCY_STATES | {State.ASKED, State.RECEIVED, State.FILED}
)
"""States of a report in which an agency has nothing more to do for now."""


class Tab(StrEnum):
    """The four lists of an agency."""

    TO_ACCEPT = "accept"
    IN_HAND = "hand"
    APPROVAL = "approval"
    DONE = "done"


_AT_HEAD: Final = Q(role=AssignmentRole.LEAD, report__state=State.SUBMITTED)
_RUNNING: Final = ~Q(report__state__in=OVER)
TABS: Final[Mapping[Tab, Q]] = {
    Tab.TO_ACCEPT: Q(state=AssignmentState.SENT) & _RUNNING,
    Tab.IN_HAND: Q(state=AssignmentState.ACCEPTED) & _RUNNING & ~_AT_HEAD,
    Tab.APPROVAL: Q(state=AssignmentState.ACCEPTED) & _AT_HEAD,
    Tab.DONE: Q(state=AssignmentState.DONE) | Q(report__state__in=OVER),
}
"""Which assignments a tab holds; each held assignment is in exactly one."""

OPEN_TABS: Final = (Tab.TO_ACCEPT, Tab.IN_HAND, Tab.APPROVAL)
"""The tabs with something to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """One line of a list. `share` is the percentage of the time that is used; None where no clock runs."""

    card: Card
    is_lead: bool
    agency: str
    assigned_at: datetime
    share: float | None
    is_paused: bool


@dataclass(frozen=True, slots=True)
class JobPage(Numbered):
    """Some lines of a list; `number` counts from 1. Has the shape that the pager shows."""

    jobs: Sequence[Job]
    number: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """An agency's work: how many each open tab holds (of what is searched for, up to `MOST_COUNTED`), and one page."""

    tab: Tab
    counts: Mapping[Tab, int]
    page: JobPage
    several: bool


def agency_grants(actor: Actor) -> tuple[Grant, ...]:
    """The grants by which somebody sees an agency's work."""
    return actor.grants_for(HANDLE) + actor.grants_for(APPROVE)


def agencies(actor: Actor) -> list[str]:
    """The short names of the agencies in which the actor has a position that handles or approves; no statement."""
    organizations = loading.current().organizations
    ids = dict.fromkeys(grant.organization_id for grant in agency_grants(actor))
    return [organizations[one].short_name for one in ids if one in organizations]


def topics(actor: Actor) -> list[str]:
    """The live topics of the actor's lists: the own agencies and those below, as many as a page may name."""
    reference = loading.current()
    paths = {grant.organization_path for grant in agency_grants(actor)}
    below = {one for path in paths for one in reference.organization_tree.below(path)}
    nearest = nsmallest(MOST_TOPICS, below, key=lambda one: (len(reference.organizations[one].path), one))
    return [f"agency.{one}" for one in nearest]


def visible(actor: Actor) -> QuerySet[Assignment]:
    """The assignments that the actor may see: those held that handling or approving reaches."""
    return Assignment.objects.filter(jobs(actor, HANDLE, APPROVE), state__in=HELD)


def inbox(*, actor: Actor, at: datetime, tab: Tab | None = None, words: str = "", number: int = 1) -> Inbox:
    """One page of a tab, the nearest deadline first (done ones: the latest assigned first), and the open tabs' sizes.

    Without a tab, the first open one that holds something. `words` are looked for in code, text and place, with or
    without diacritics. Two statements, however many rows.
    """
    found = _matching(visible(actor), words)
    counts = _counts(found)
    shown = tab or next((one for one, count in counts.items() if count), Tab.TO_ACCEPT)
    return Inbox(tab=shown, counts=counts, page=_page(found, shown, number, at=at), several=len(topics(actor)) > 1)


def _counts(found: QuerySet[Assignment]) -> dict[Tab, int]:
    """How many each open tab holds, up to `MOST_COUNTED`; one statement."""
    first, *others = (
        found.filter(TABS[tab]).annotate(tab=Value(tab.value)).values_list("tab", flat=True)[:MOST_COUNTED]
        for tab in OPEN_TABS
    )
    held = Counter(first.union(*others, all=True))
    return {tab: held[tab.value] for tab in OPEN_TABS}


def _page(found: QuerySet[Assignment], tab: Tab, number: int, *, at: datetime) -> JobPage:
    last = tab is Tab.DONE and number >= DONE_PAGES
    number = DONE_PAGES if last else number
    rows = list(_rows(found.filter(TABS[tab]), tab, number))
    jobs = [_job(row, at=at) for row in rows[:PAGE_SIZE]]
    return JobPage(jobs=jobs, number=number, has_next=len(rows) > PAGE_SIZE and not last)


def _matching(found: QuerySet[Assignment], words: str) -> QuerySet[Assignment]:
    terms = syllables(words)
    if not terms:
        return found
    return found.filter(report__words=SearchQuery(" ".join(terms), config="simple"))


def _rows(found: QuerySet[Assignment], tab: Tab, number: int) -> QuerySet[Assignment]:
    order = F("report__due_at").asc(nulls_last=True)
    if tab is Tab.DONE:
        order = F("assigned_at").desc()
    fields = [f"report__{name}" for name in CARD_FIELDS if name != "token"]
    first = (number - 1) * PAGE_SIZE
    rows = found.select_related("report").only("role", "state", "assigned_at", "organization_id", *fields)
    return rows.order_by(order, "id")[first : first + PAGE_SIZE + 1]


def _job(row: Assignment, *, at: datetime) -> Job:
    shown = card(row.report, at=at)
    agency = loading.current().organizations.get(row.organization_id)
    running = row.report.state in AGENCY_STATES and row.state != AssignmentState.DONE
    return Job(
        card=shown,
        is_lead=row.role == AssignmentRole.LEAD,
        agency=agency.short_name if agency else "",
        assigned_at=row.assigned_at,
        share=shown.used * 100 if running and shown.used is not None else None,
        is_paused=row.report.paused_at is not None,
    )
