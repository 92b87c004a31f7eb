"""The way of a request about personal data: what may follow what, and by when.

Law on Personal Data Protection 91/2025/QH15 gives everybody the right to see, correct and have erased what is kept
about them; Decree 356/2025/NĐ-CP has the request answered within two working days and gives longer limits for
carrying it out. Both limits are rows, each with the unit that it counts in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from ioc.kernel.calendar import Unit, WorkingCalendar
from ioc.kernel.errors import Conflict

RECEIVED: Final = "received"
ACCEPTED: Final = "accepted"
DONE: Final = "done"
REFUSED: Final = "refused"
ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    RECEIVED: frozenset({ACCEPTED, REFUSED}),
    ACCEPTED: frozenset({DONE, REFUSED}),
    DONE: frozenset(),
    REFUSED: frozenset(),
}
OPEN: Final = frozenset({RECEIVED, ACCEPTED})


class NotNow(Conflict):
    """The request is not in a state in which this can be done."""

    code = "data-request-not-now"
    message = _("This request has gone on meanwhile.")
    remedy = _("Look at it again.")


class NotVerified(Conflict):
    """Nobody has made sure yet that it is the person's own data."""

    code = "data-request-not-verified"
    message = _("It is not certain yet that this is the person's own data.")
    remedy = _("Wait until the person opens the link that was sent, or say how you made sure.")


class Term(Protocol):
    """A row that says how long a request may take; an empty `kind` means any."""

    kind: str
    answer_limit: int
    carry_out_limit: int
    unit: str
    carry_out_unit: str
    valid_from: date
    valid_to: date | None


T = TypeVar("T", bound=Term)


@dataclass(frozen=True, slots=True)
class Limits:
    """By when a request is answered, and by when it is carried out."""

    answer_by: datetime
    carry_out_by: datetime


def check_step(before: str, after: str) -> None:
    """Pass in silence when a request may go from `before` to `after`.

    Raises:
        NotNow: it may not.
    """
    if after not in ALLOWED[before]:
        raise NotNow(state=before)


def term_for(terms: Iterable[T], *, kind: str, day: date) -> T | None:
    """The row in force on `day` for a request of `kind`: one of that kind before one for any."""
    fitting = [
        term
        for term in terms
        if term.kind in {kind, ""} and term.valid_from <= day and (term.valid_to is None or day < term.valid_to)
    ]
    return max(fitting, key=lambda term: (bool(term.kind), term.valid_from), default=None)


def limits_of(term: Term, *, start: datetime, calendar: WorkingCalendar) -> Limits:
    """The two limits of a request asked at `start`, counted on `calendar`.

    Raises:
        CalendarGap: the calendar does not reach far enough.
    """
    return Limits(
        answer_by=calendar.add(start, term.answer_limit, Unit(term.unit)),
        carry_out_by=calendar.add(start, term.carry_out_limit, Unit(term.carry_out_unit)),
    )
