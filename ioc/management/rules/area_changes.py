"""What may become of administrative units on a day: merged, split, renamed, moved under another unit.

Law 72/2025/QH15 on the organisation of local government: a unit is set up, dissolved, merged, split, renamed or has
its boundary changed by a resolution, from a day that it names.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Fault(StrEnum):
    """Why a change cannot be made."""

    NO_BASIS = "no-basis"
    NO_UNITS = "no-units"
    LEVELS_DIFFER = "levels-differ"
    NOT_STANDING = "not-standing"
    TOO_EARLY = "too-early"
    TOO_FEW_BEFORE = "too-few-before"
    TOO_MANY_BEFORE = "too-many-before"
    TOO_FEW_AFTER = "too-few-after"
    TOO_MANY_AFTER = "too-many-after"
    NOT_ONE_MAIN = "not-one-main"
    SAME_NAME = "same-name"
    SAME_PARENT = "same-parent"
    NO_PARENT = "no-parent"
    CODE_TAKEN = "code-taken"
    CODE_TWICE = "code-twice"
    NO_PLACE = "no-place"
    HAS_UNITS_BELOW = "has-units-below"


@dataclass(frozen=True, slots=True)
class Before:
    """A unit that ends."""

    code: str
    level: str
    name: str
    parent_id: int | None
    valid_from: date
    valid_to: date | None
    has_boundary: bool = False
    units_below: int = 0


@dataclass(frozen=True, slots=True)
class After:
    """A unit that begins. The main one of a split is where what has no exact place is counted."""

    code: str
    name: str
    short_name: str
    parent_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_main: bool = False


def faults(
    kind: str, before: Sequence[Before], after: Sequence[After], *, day: date, legal_basis: str, taken: frozenset[str]
) -> list[Fault]:
    """What keeps the change from being made; nothing when it may be.

    `taken`: the codes of the units of the level that stand on `day`.
    """
    if not before:
        return [Fault.NO_UNITS]
    found = [] if legal_basis.strip() else [Fault.NO_BASIS]
    found += _faults_of_before(before, day)
    found += _faults_of_codes(before, after, taken)
    checks = {"merged": _merged, "split": _split, "renamed": _renamed, "moved": _moved}
    return found + checks[kind](before, after)


def _faults_of_before(before: Sequence[Before], day: date) -> list[Fault]:
    found = []
    if len({one.level for one in before}) > 1:
        found.append(Fault.LEVELS_DIFFER)
    if any(one.valid_to is not None and one.valid_to <= day for one in before):
        found.append(Fault.NOT_STANDING)
    if any(one.valid_from >= day for one in before):
        found.append(Fault.TOO_EARLY)
    return found


def _faults_of_codes(before: Sequence[Before], after: Sequence[After], taken: frozenset[str]) -> list[Fault]:
    found = []
    if any(count > 1 for count in Counter(one.code for one in after).values()):
        found.append(Fault.CODE_TWICE)
    freed = {one.code for one in before}
    if any(one.code in taken - freed for one in after):
        found.append(Fault.CODE_TAKEN)
    return found


def _merged(before: Sequence[Before], after: Sequence[After]) -> list[Fault]:
    found = [Fault.TOO_FEW_BEFORE] if len(before) < 2 else []
    return found + _exactly_one(after)


def _split(before: Sequence[Before], after: Sequence[After]) -> list[Fault]:
    found = [Fault.TOO_MANY_BEFORE] if len(before) > 1 else []
    if len(after) < 2:
        found.append(Fault.TOO_FEW_AFTER)
    if sum(one.is_main for one in after) != 1:
        found.append(Fault.NOT_ONE_MAIN)
    if before[0].has_boundary and any(one.latitude is None or one.longitude is None for one in after):
        found.append(Fault.NO_PLACE)
    if before[0].units_below:
        found.append(Fault.HAS_UNITS_BELOW)
    return found


def _renamed(before: Sequence[Before], after: Sequence[After]) -> list[Fault]:
    found = [Fault.TOO_MANY_BEFORE] if len(before) > 1 else []
    found += _exactly_one(after)
    if len(before) == len(after) == 1 and before[0].name == after[0].name:
        found.append(Fault.SAME_NAME)
    return found


def _moved(before: Sequence[Before], after: Sequence[After]) -> list[Fault]:
    if len(after) != len(before):
        return [Fault.NO_PARENT]
    if any(one.parent_id is None for one in after):
        return [Fault.NO_PARENT]
    same = any(old.parent_id == new.parent_id for old, new in zip(before, after, strict=True))
    return [Fault.SAME_PARENT] if same else []


def _exactly_one(after: Sequence[After]) -> list[Fault]:
    if not after:
        return [Fault.TOO_FEW_AFTER]
    return [Fault.TOO_MANY_AFTER] if len(after) > 1 else []
