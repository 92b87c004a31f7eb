"""When a session is over."""

from enum import StrEnum
from typing import NamedTuple


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    ABSOLUTE = "absolute"


class Times(NamedTuple):
    """When a session began and was used last (seconds since 1970), and how long it may rest and last (seconds)."""

    began_at: float
    seen_at: float
    idle: float
    absolute: float


def ended(times: Times, *, at: float) -> Ended | None:
    """Why the session is over at `at`; None while it is not."""
    if at - times.began_at >= times.absolute:
        return Ended.ABSOLUTE
    return Ended.IDLE if at - times.seen_at >= times.idle else None
