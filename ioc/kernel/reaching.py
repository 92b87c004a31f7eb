"""What lower rooms know of the reach of rights: a matter by its code, and how many matters a change opens or closes.

The management room asks; the rooms whose matters they are fill this in as they start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from ioc.kernel.actors import Actor

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Matter:
    """Where a matter lies: its area, its category, and the agencies (their paths) that have it."""

    name: str
    area_path: str
    category_path: str
    agencies: Sequence[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """How many matters of a sort somebody sees with other rights and did not see before, and the other way."""

    what: Text
    more: int
    fewer: int


Finder = Callable[[str], Matter | None]
Comparer = Callable[[Actor, Actor], Sequence[Difference]]
_finders: Final[list[Finder]] = []
_comparers: Final[list[Comparer]] = []


def add_room(*, find: Finder, compare: Comparer) -> None:
    """Have a room asked for its matters: by code, and before and after a change of rights; once, however often said."""
    if find not in _finders:
        _finders.append(find)
        _comparers.append(compare)


def matter_called(code: str) -> Matter | None:
    """The matter with `code`; None when no room knows it."""
    return next((found for find in _finders if (found := find(code))), None)


def differences(before: Actor, after: Actor) -> list[Difference]:
    """What `after` sees and `before` did not, and the other way, in all rooms; what stays the same is left out."""
    found = (one for compare in _comparers for one in compare(before, after))
    return [one for one in found if one.more or one.fewer]
