"""Rosters of the operating team: what clashes in one, and how the queue is shared."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

T = TypeVar("T")

LEAST_REST: Final = timedelta(hours=12)
"""Between two shifts of one person (Labour Code 45/2019/QH14, Art. 110: at least 12 hours before another shift)."""


class ClashKind(StrEnum):
    """What is wrong with somebody's turn."""

    DOUBLE = "double"
    LEAVE = "leave"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody down for a shift: `id` names it to the caller, `day` is the one on which it starts."""

    id: int
    person: UUID
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """A turn that clashes; `rest` is the time since the turn before, for the kind REST."""

    kind: ClashKind
    turn: Turn
    rest: timedelta | None = None


def span_of(*, day: date, starts: time, ends: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """When a shift of `day` begins and ends; one that ends at or before its start ends on the next day."""
    last = day if ends > starts else day + timedelta(days=1)
    return datetime.combine(day, starts, tzinfo=zone), datetime.combine(last, ends, tzinfo=zone)


def clashes(turns: Sequence[Turn], *, away: Mapping[UUID, Sequence[tuple[date, date | None]]]) -> list[Clash]:
    """What is wrong with a roster, turn by turn in order of time.

    `away` maps people to their leave: from a day (included) to a day (not included; None: open). Two turns at once
    are one clash, not also a lack of rest; turns that follow each other without a break are one long turn.
    """
    found: list[Clash] = []
    by_person: dict[UUID, list[Turn]] = defaultdict(list)
    for turn in sorted(turns, key=lambda turn: (turn.starts_at, turn.ends_at, turn.id)):
        by_person[turn.person].append(turn)
        if any(start <= turn.day and (end is None or turn.day < end) for start, end in away.get(turn.person, ())):
            found.append(Clash(ClashKind.LEAVE, turn))
    for own in by_person.values():
        found += _in_a_row(own)
    return sorted(found, key=lambda clash: (clash.turn.starts_at, clash.turn.id, clash.kind))


def _in_a_row(own: Sequence[Turn]) -> list[Clash]:
    """Where a person's turns, in order, lie over each other or too close together."""
    found: list[Clash] = []
    ended = own[0].ends_at
    for turn in own[1:]:
        if turn.starts_at < ended:
            found.append(Clash(ClashKind.DOUBLE, turn))
        elif ended < turn.starts_at < ended + LEAST_REST:
            found.append(Clash(ClashKind.REST, turn, rest=turn.starts_at - ended))
        ended = max(ended, turn.ends_at)
    return found


def share_of(number: int, people: Sequence[T]) -> T | None:
    """Whose a report with this running number would be if the queue were shared evenly; None with nobody there."""
    return people[number % len(people)] if people else None
