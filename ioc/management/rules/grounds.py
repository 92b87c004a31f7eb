"""Which areas that have ended an area of today stands in for: who looks after a ground looks after its past.

Matters keep the area of the day on which they were filed. After a merger, a renaming or a move the whole old ground
lies in one unit, whose people look after it. After a split it lies in several, and the open matters of the old whole
must not become nobody's: each part's people reach the whole, since most of those matters have no exact place, and one
that two may take is better than one that nobody does. That goes for a unit of the same level with nothing below it:
units below are tied to their own successors, and a district that was divided into communes is not theirs.

A right that opens what is sealed does not grow that way: it needs the whole ground.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ioc.management.rules.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of some time, by its level and path."""

    id: int
    level: str
    path: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A unit that has ended: its path, the paths of what stands on its ground, and of those parts that look after the
    whole although it is not theirs alone."""

    path: str
    parts: tuple[str, ...]
    heirs: tuple[str, ...]


def grounds_on(units: Mapping[int, Unit], lineage: Lineage, day: date) -> tuple[Ground, ...]:
    """The units that have ended by `day` and have successors."""
    above = {_above(unit.path) for unit in units.values()}
    found = []
    for unit in units.values():
        ends = lineage.spans[unit.id].valid_to
        if ends is None or ends > day:
            continue
        parts = [units[one] for one in lineage.became(unit.id, day)]
        if parts:
            is_alone = unit.path not in above
            heirs = tuple(part.path for part in parts if is_alone and part.level == unit.level)
            found.append(Ground(unit.path, tuple(part.path for part in parts), heirs))
    return tuple(found)


def _above(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]


def former_paths(path: str, grounds: Iterable[Ground], *, wholly: bool) -> tuple[str, ...]:
    """The paths of ended areas that the area at `path` stands in for; those below another of them are left out.

    `wholly`: only where all of the old ground lies in it; else also where one of its parts does. None for an empty
    path, which is everywhere.
    """
    if not path:
        return ()
    inside = {
        ground.path for ground in grounds if not ground.path.startswith(path) and _holds(path, ground, wholly=wholly)
    }
    return tuple(sorted(one for one in inside if not any(one != up and one.startswith(up) for up in inside)))


def _holds(path: str, ground: Ground, *, wholly: bool) -> bool:
    if all(part.startswith(path) for part in ground.parts):
        return True
    return not wholly and any(part.startswith(path) for part in ground.heirs)


def reached(path: str, units: Mapping[int, Unit], grounds: Sequence[Ground], *, wholly: bool) -> frozenset[int]:
    """All units, past ones too, that a position in the area at `path` reaches."""
    paths = (path, *former_paths(path, grounds, wholly=wholly))
    return frozenset(unit.id for unit in units.values() if unit.path.startswith(paths))
