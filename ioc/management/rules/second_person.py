"""Which changes give somebody a right that takes two administrators, and who may be the second one."""

from collections.abc import Collection, Iterable, Mapping, Set
from datetime import timedelta
from typing import Any, Final

from ioc.kernel.rights import MANAGE, NEEDS_SECOND_PERSON

WAITS_FOR: Final = timedelta(days=14)
"""How long a change waits for the other administrator."""
INDEPENDENT_AFTER: Final = timedelta(days=7)
"""Who opened somebody's account, gave them a position or changed how they sign in is not independent of them before."""

Values = Mapping[str, Any]
_SAME: Final = ("person_id", "organization_id", "role_id")


def gained_by_role(before: Values, after: Values) -> frozenset[str]:
    """The rights for two that a role has after a change and had not before; `before` is empty for a new role."""
    return (frozenset(after["rights"]) - frozenset(before.get("rights", ()))) & NEEDS_SECOND_PERSON


def gained_by_position(before: Values, after: Values, *, rights: Set[str]) -> frozenset[str]:
    """The rights for two that a position with `rights` gives after a change: those all, unless it only got narrower."""
    if before and is_narrower(before, after):
        return frozenset()
    return frozenset(rights) & NEEDS_SECOND_PERSON


def is_narrower(before: Values, after: Values) -> bool:
    """Whether a position gives nothing, nowhere and at no time that it did not give before.

    Values as in the audit log: ids, and days as text; no `valid_to` is for ever, no category is all of them.
    """
    return (
        all(before[name] == after[name] for name in _SAME)
        and before["area_id"] in {None, after["area_id"]}
        and _fewer(before["categories"], after["categories"])
        and before["valid_from"] <= after["valid_from"]
        and (before["valid_to"] is None or (after["valid_to"] is not None and after["valid_to"] <= before["valid_to"]))
    )


def opened_by_move(coming: Iterable[Collection[str]], below: Iterable[Collection[str]]) -> frozenset[str]:
    """The rights for two that come within reach when an agency moves under another.

    What is sealed is opened by area, never along the tree of agencies. But who manages agencies manages the accounts
    there: where one of those that are `coming` to reach it (the rights of each position) manages, it is what the
    positions `below` (in the agency and under it) open.
    """
    if not any(MANAGE in rights for rights in coming):
        return frozenset()
    return frozenset(right for rights in below for right in rights) & NEEDS_SECOND_PERSON


def _fewer(before: list[int], after: list[int]) -> bool:
    return not before or (bool(after) and set(after) <= set(before))
