"""By when a step must be done, and which rule says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from ioc.kernel.calendar import Unit, WorkingCalendar
from ioc.kernel.errors import Conflict


class NoRule(Conflict):
    """No deadline row in force covers the case."""

    code = "no-deadline-rule"
    message = _("No deadline rule in force covers this step.")
    remedy = _("Ask an administrator to add one under Management › Deadlines.")


@dataclass(frozen=True, slots=True)
class DeadlineTerm:
    """A deadline row as the rules see it. Empty `kind`, `urgency` and `category_path` mean any."""

    id: int
    step: str
    kind: str
    urgency: str
    category_path: str
    unit: Unit
    limit: int
    extensions: int
    extension_limit: int
    valid_from: date
    valid_to: date | None
    legal_basis: str
    article_address: str = ""

    def covers(self, *, step: str, kind: str, urgency: str, category_path: str, day: date) -> bool:
        """Whether the row speaks of this case on `day`."""
        return (
            self.step == step
            and self.kind in {"", kind}
            and self.urgency in {"", urgency}
            and category_path.startswith(self.category_path)
            and self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
        )

    @property
    def precision(self) -> tuple[int, bool, bool, date]:
        """Orders rows that cover a case: deeper category, then kind, then urgency, then the newer."""
        return (len(self.category_path), bool(self.kind), bool(self.urgency), self.valid_from)


def choose_term(
    terms: Sequence[DeadlineTerm], *, step: str, kind: str, urgency: str, category_path: str, day: date
) -> DeadlineTerm:
    """The most specific row that covers the case on `day`.

    Raises:
        NoRule: no row does.
    """
    covering = [
        term
        for term in terms
        if term.covers(step=step, kind=kind, urgency=urgency, category_path=category_path, day=day)
    ]
    if not covering:
        raise NoRule(step=step, kind=kind, urgency=urgency)
    return max(covering, key=lambda term: term.precision)


class TermVerdict(StrEnum):
    """Why a deadline row decides a case, or does not."""

    WINS = "wins"
    SHALLOWER_CATEGORY = "shallower_category"
    ANY_KIND = "any_kind"
    ANY_URGENCY = "any_urgency"
    OLDER = "older"
    NOT_YET = "not_yet"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ConsideredTerm:
    """A deadline row that speaks of a case, and why it wins or loses."""

    term: DeadlineTerm
    verdict: TermVerdict


def consider_terms(
    terms: Sequence[DeadlineTerm], *, step: str, kind: str, urgency: str, category_path: str, day: date
) -> list[ConsideredTerm]:
    """Every row that speaks of the case at some time: the winner first, then what came closest."""
    speaking = sorted(
        (
            term
            for term in terms
            if term.covers(step=step, kind=kind, urgency=urgency, category_path=category_path, day=term.valid_from)
        ),
        key=lambda term: term.precision,
        reverse=True,
    )
    in_force = [term for term in speaking if term.valid_from <= day and (term.valid_to is None or day < term.valid_to)]
    winner = in_force[0] if in_force else None
    found = [ConsideredTerm(term, _term_verdict(term, winner, day)) for term in speaking]
    return sorted(found, key=lambda one: (one.verdict is not TermVerdict.WINS, one.term not in in_force))


def _term_verdict(term: DeadlineTerm, winner: DeadlineTerm | None, day: date) -> TermVerdict:
    if term.valid_from > day:
        return TermVerdict.NOT_YET
    if winner is None or (term.valid_to is not None and term.valid_to <= day):
        return TermVerdict.ENDED
    if term.id == winner.id:
        return TermVerdict.WINS
    if len(term.category_path) < len(winner.category_path):
        return TermVerdict.SHALLOWER_CATEGORY
    if bool(term.kind) < bool(winner.kind):
        return TermVerdict.ANY_KIND
    return TermVerdict.ANY_URGENCY if bool(term.urgency) < bool(winner.urgency) else TermVerdict.OLDER


def due_at(*, term: DeadlineTerm, start: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant by which a step that began at `start` must be done.

    Raises:
        CalendarGap: the calendar does not cover the days that the count needs.
    """
    return calendar.add(start, term.limit, term.unit)


def time_left(*, start: datetime, due: datetime, now: datetime) -> float:
    """The share of the time that is used up at `now`: 0 at the start, 1 at the due instant, more when overdue."""
    span = (due - start).total_seconds()
    if span <= 0:
        return 1.0
    return max(0.0, (now - start).total_seconds() / span)
