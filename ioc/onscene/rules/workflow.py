"""The way of a report: its states and the changes that are allowed, as one table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Conflict


class State(StrEnum):
    """Where a report stands."""

    FILED = "filed"
    ASKED = "asked"
    RECEIVED = "received"
    REFUSED = "refused"
    JOINED = "joined"
    GUIDED = "guided"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    CLOSED = "closed"
    REOPENED = "reopened"


ALLOWED: Final[Mapping[State, frozenset[State]]] = {
    State.FILED: frozenset({State.RECEIVED, State.ASKED, State.REFUSED, State.JOINED, State.GUIDED, State.DISPATCHED}),
    State.ASKED: frozenset({State.FILED, State.RECEIVED, State.HANDLING, State.REOPENED, State.REFUSED}),
    State.RECEIVED: frozenset({State.ASKED, State.REFUSED, State.JOINED, State.GUIDED, State.DISPATCHED}),
    State.DISPATCHED: frozenset({State.HANDLING, State.RECEIVED, State.DISPATCHED, State.JOINED}),
    State.HANDLING: frozenset({State.ASKED, State.SUBMITTED, State.RECEIVED, State.DISPATCHED, State.JOINED}),
    State.SUBMITTED: frozenset({State.APPROVED, State.HANDLING}),
    State.APPROVED: frozenset({State.PUBLISHED, State.CLOSED, State.HANDLING}),
    State.PUBLISHED: frozenset({State.REOPENED}),
    State.CLOSED: frozenset({State.REOPENED}),
    State.REOPENED: frozenset({State.ASKED, State.DISPATCHED, State.REFUSED}),
    State.REFUSED: frozenset(),
    State.JOINED: frozenset(),
    State.GUIDED: frozenset(),
}

QUEUE_STATES: Final = frozenset({State.FILED, State.RECEIVED, State.REOPENED, State.APPROVED})
"""States in which the operating team has the next step."""

WAITING_STATES: Final = QUEUE_STATES - {State.APPROVED}
"""States in which the operating team has to take a report up or pass it on."""

AGENCY_STATES: Final = frozenset({State.DISPATCHED, State.HANDLING, State.SUBMITTED})
"""States in which an agency has the next step."""

OPEN_STATES: Final = QUEUE_STATES | AGENCY_STATES | {State.ASKED}
"""States in which somebody still has to do something."""

PUBLIC_STATES: Final = frozenset(
    {State.PUBLISHED, State.REOPENED, State.DISPATCHED, State.HANDLING, State.SUBMITTED, State.APPROVED}
)
"""States in which a report that has been published stays readable by everybody."""

DONE_STATES: Final = frozenset({State.PUBLISHED, State.CLOSED})
"""States in which the matter has an outcome."""

MOST_REOPENINGS: Final = 1


class NotNow(Conflict):
    """The report is in a state from which this step does not go."""

    code = "not-now"
    message = _("This step is not possible in the report's present state.")
    remedy = _("Look at the current state; someone may have been quicker.")


def check_change(before: State, after: State) -> None:
    """Pass in silence when the table allows the change.

    Raises:
        NotNow: it does not.
    """
    if after not in ALLOWED[before]:
        raise NotNow(before=before, after=after)


def may_reopen(*, state: State, reopened: int) -> bool:
    """Whether a "not satisfied" opens the matter again: once, from a published or closed one."""
    return state in DONE_STATES and reopened < MOST_REOPENINGS
