"""A line of the queue: all that is decided about it is decided here, so that thirty of them render quickly."""

from dataclasses import dataclass
from datetime import datetime

from ioc.management.models import KindCode, Urgency
from ioc.onscene.models import Report
from ioc.onscene.queries.cards import Card, card
from ioc.onscene.rules.workflow import State

_WARN_FROM = 70


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. `used` is the part of the time that is used, in percent; None where no clock runs.

    `tone` is the bar's (error, warning, primary); `note` the state and whose it is, empty for new reports;
    `badge` the kind, for those that are not plain on-scene reports; `people` how many reported it, if several.
    """

    id: str
    code: str
    title: str
    icon: str
    area_name: str
    filed_at: datetime
    due_at: datetime | None
    has_photo: bool
    people: int
    note: str
    note_is_warm: bool
    badge: str
    is_urgent: bool
    is_paused: bool
    is_overdue: bool
    used: int | None
    tone: str


def row_of(report: Report, *, at: datetime) -> Row:
    """The line of `report` at the moment `at`. Reads `CARD_FIELDS` only: no statement."""
    shown = card(report, at=at)
    used = None if shown.used is None or report.paused_at else round(shown.used * 100)
    return Row(
        id=str(report.id),
        code=shown.code,
        title=shown.title,
        icon=shown.category.icon,
        area_name=shown.area_name,
        filed_at=shown.filed_at,
        due_at=shown.due_at,
        has_photo=bool(shown.thumbnail),
        people=shown.join_count if shown.join_count > 1 else 0,
        note=_note(shown),
        note_is_warm=shown.tone == "warning",
        badge="" if report.kind == KindCode.ON_SCENE else str(KindCode(report.kind).label),
        is_urgent=report.urgency == Urgency.URGENT,
        is_paused=report.paused_at is not None,
        is_overdue=used is not None and shown.is_overdue,
        used=used,
        tone=_tone(shown, used),
    )


def _note(shown: Card) -> str:
    if shown.state == State.FILED:
        return ""
    return f"{shown.state_name} · {shown.lead_name}" if shown.lead_name else shown.state_name


def _tone(shown: Card, used: int | None) -> str:
    if shown.is_overdue:
        return "error"
    return "warning" if (used or 0) >= _WARN_FROM else "primary"
