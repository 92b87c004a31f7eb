"""Whether a change of units makes a right that opens what is sealed reach further than two administrators gave it.

Ground, not names, is compared: a unit that follows another is nothing new to who reached all that it came from.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from ioc.management.rules.grounds import Unit, grounds_on, reached
from ioc.management.rules.lineage import Lineage


@dataclass(frozen=True, slots=True)
class World:
    """All units of all times, with what became of them."""

    units: Mapping[int, Unit]
    lineage: Lineage

    @property
    def _last(self) -> date:
        """A day on which every change that is written has come."""
        days = (day for span in self.lineage.spans.values() for day in (span.valid_from, span.valid_to) if day)
        return max(days, default=date.max)

    def reach(self, paths: Sequence[str]) -> dict[str, frozenset[int]]:
        """For each path of a position's area what it reaches once every change that is written has come."""
        grounds = grounds_on(self.units, self.lineage, self._last)
        return {path: reached(path, self.units, grounds, wholly=True) for path in set(paths)}

    def ground(self, unit: int) -> frozenset[int]:
        """What stands on the unit's ground in the end: itself where it does, or is not known here."""
        if unit not in self.units:
            return frozenset({unit})
        return frozenset(self.lineage.became(unit, self._last))

    def more(self, *, before: "World", reached_before: Set[int], reached_after: Set[int]) -> frozenset[int]:
        """What a position reaches in this world and did not in the one before.

        A unit that stands again counts as the ground on which others stood meanwhile.
        """
        again = (one for one in reached_after if self.ground(one) == {one} and before.ground(one) != {one})
        regained = (one for one in again if not before.ground(one) <= reached_before)
        return frozenset(reached_after - reached_before) | frozenset(regained)


@dataclass(frozen=True, slots=True)
class Follower:
    """A unit to come: the units whose ground it takes over (`heads` themselves, `ground` with what is below them),
    and the path of the unit above it. `takes_positions`: positions of the heads become its own."""

    heads: frozenset[int]
    ground: frozenset[int]
    above: str
    takes_positions: bool


def gained(*, path: str, area: int | None, before: Set[int], followers: Sequence[Follower]) -> frozenset[int]:
    """The units of today whose ground a position reaches by the change and did not `before`.

    `path` is that of the area that bounds the position, `area` the position's own one.
    """
    reached_now = (
        one.ground for one in followers if one.above.startswith(path) or (one.takes_positions and area in one.heads)
    )
    return frozenset().union(*reached_now) - before
