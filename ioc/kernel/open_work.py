"""What somebody still has to do: lower rooms say what an organization or a person holds, and pass it on.

The management room ends agencies and sees people leave. It does not know what work they hold; a room that keeps work
registers here as it starts, as `kernel.health.add_figures` does for figures.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from django.utils.functional import Promise

from ioc.kernel.actors import Actor

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds work: an organization or a person, one of the two."""

    organization_id: int | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Open work of one sort that can be passed on as a whole. `key` is "room/sort", the same over time."""

    key: str
    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class Work:
    """What a holder has open in one room: in groups, and what goes along with it (running deadlines, requests)."""

    label: Text
    groups: tuple[Group, ...] = ()
    along: tuple[tuple[Text, int], ...] = ()

    @property
    def count(self) -> int:
        """How many pieces of work."""
        return sum(group.count for group in self.groups)


class Keeper(Protocol):
    """A room that keeps work."""

    def held(self, holder: Holder) -> Work:
        """What `holder` has open; a fixed number of statements."""

    def move(
        self,
        *,
        before: Holder,
        after: Holder,
        groups: Collection[str] | None,
        actor: Actor,
        at: datetime,
        reason: str,
    ) -> int:
        """Pass the work in `groups` (None: all of it) on, in the caller's transaction; how many pieces."""


_keepers: Final[dict[str, Keeper]] = {}


def register(name: str, keeper: Keeper) -> None:
    """Have a room's work counted and passed on; called once as the room starts. `name` begins its groups' keys."""
    _keepers[name] = keeper


def held(holder: Holder) -> list[Work]:
    """What `holder` has open, room by room, those with nothing too."""
    return [keeper.held(holder) for keeper in _keepers.values()]


def count(holder: Holder) -> int:
    """How many pieces of work `holder` has open."""
    return sum(work.count for work in held(holder))


def move(
    *,
    before: Holder,
    after: Holder,
    actor: Actor,
    at: datetime,
    reason: str,
    groups: Collection[str] | None = None,
) -> Mapping[str, int]:
    """Pass the work of `before` on to `after` in the present transaction: all of it, or the `groups` that are named.

    Room → how many pieces. Whoever takes over is told; deadlines run on. What a room raises goes to the caller, so
    that either everything is passed on or nothing is.
    """
    return {
        name: keeper.move(before=before, after=after, groups=wanted, actor=actor, at=at, reason=reason)
        for name, keeper in _keepers.items()
        if (wanted := _of(name, groups)) is None or wanted
    }


def _of(name: str, groups: Collection[str] | None) -> list[str] | None:
    """The groups that are the room's own; None for all."""
    return None if groups is None else [key for key in groups if key.startswith(f"{name}/")]
