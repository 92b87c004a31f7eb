"""A report as a card in a list: what every screen shows of it, worked out from its row and memory alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ioc.management.queries import loading
from ioc.management.queries.reference import CategoryRef
from ioc.management.rules.deadlines import time_left
from ioc.onscene.models import Report
from ioc.onscene.rules.words import STATES, TONES
from ioc.onscene.rules.workflow import State

CARD_FIELDS = (
    "id", "code", "token", "title", "state", "kind", "urgency", "category_id", "area_id", "lead_id", "filed_at",
    "changed_at", "published_at", "closed_at", "due_at", "due_from", "paused_at", "thumbnail", "join_count", "rating",
    "place_text", "reopened",
)  # fmt: skip
"""What a list reads of each row (`QuerySet.only(*CARD_FIELDS)`)."""


@dataclass(frozen=True, slots=True)
class Card:
    """One line of a list. `used` is the share of time used up (1: due now); None where no deadline runs."""

    id: UUID
    code: str
    title: str
    state: str
    state_name: str
    tone: str
    kind: str
    urgency: str
    category: CategoryRef
    area_name: str
    lead_name: str
    filed_at: datetime
    published_at: datetime | None
    due_at: datetime | None
    used: float | None
    is_overdue: bool
    thumbnail: str
    join_count: int
    rating: str


def card(report: Report, *, at: datetime) -> Card:
    """The card of `report` at the moment `at`. Reads `CARD_FIELDS` only: no statement."""
    reference = loading.current()
    area = reference.areas.get(report.area_id or 0)
    lead = reference.organizations.get(report.lead_id or 0)
    state = State(report.state)
    clock = report.paused_at or at
    used = None
    if report.due_at is not None and report.due_from is not None:
        used = time_left(start=report.due_from, due=report.due_at, now=clock)
    return Card(
        id=report.id,
        code=report.code,
        title=report.title,
        state=report.state,
        state_name=str(STATES[state]),
        tone=TONES[state],
        kind=report.kind,
        urgency=report.urgency,
        category=reference.categories[report.category_id],
        area_name=area.name if area else "",
        lead_name=lead.short_name if lead else "",
        filed_at=report.filed_at,
        published_at=report.published_at,
        due_at=report.due_at,
        used=used,
        is_overdue=report.due_at is not None and report.due_at < clock,
        thumbnail=report.thumbnail,
        join_count=report.join_count,
        rating=report.rating,
    )
