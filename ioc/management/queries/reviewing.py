""" "What would change?": who gains and loses which rights where, when a role or a position is saved as it is filled in.

Worked out from the positions as they stand with the one change made in memory: nothing is written. Those who stand in
for somebody who is away gain and lose with that person and are not listed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from ioc.kernel.actors import Actor, ActorKind, Grant
from ioc.kernel.models import valid_on
from ioc.kernel.reaching import Difference, differences
from ioc.management.models import Person, Position
from ioc.management.queries import people
from ioc.management.queries.screens import in_force

MOST_SHOWN: Final = 100
"""People whose gains and losses are listed; of more only the number is told."""
_MOST_COUNTED: Final = 12
"""Different changes of reach for which matters are counted: each costs a few statements."""


@dataclass(frozen=True, slots=True)
class PersonReview:
    """What one person gains and loses. `matters` is None where it was not counted."""

    person: Person
    gained: Sequence[Grant]
    lost: Sequence[Grant]
    matters: Sequence[Difference] | None


@dataclass(frozen=True, slots=True)
class Review:
    """What a change does from `day` on: `people` are at most `MOST_SHOWN` of the `touched`."""

    day: date
    people: Sequence[PersonReview]
    touched: int
    holders: int
    for_two: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether nobody gains or loses anything."""
        return not self.touched


def review_role(*, role_id: int | None, rights: Sequence[str], for_two: frozenset[str], day: date) -> Review:
    """What becomes of the holders on `day` when the role has `rights`; two statements, and some for each way in which
    the reach changes. `for_two` are the rights that take a second administrator."""
    ids: set[UUID] = set()
    if role_id is not None:
        holders = Position.objects.filter(valid_on(day), role_id=role_id, person__is_active=True)
        ids = set(holders.values_list("person_id", flat=True))
    before = _held(ids, day)
    after = [(one, rights if one.role_id == role_id else held) for one, held in before]
    return _review(before, after, day=day, for_two=for_two)


def review_position(
    *, position: Position, category_paths: Sequence[str], was: Position | None, for_two: frozenset[str], today: date
) -> Review:
    """What becomes of the person, and of who held it before, on the first day on which the change shows.

    `position` is as filled in and not saved, `was` as it stands; None for a new one.
    """
    filled: Any = position
    filled.category_paths = list(category_paths)
    ids = {one.person_id for one in (position, was) if one is not None}
    days = {one for row in (position, was) if row is not None for one in (row.valid_from, row.valid_to)}
    found = Review(day=today, people=(), touched=0, holders=0, for_two=for_two)
    for day in sorted({today} | {one for one in days if one is not None and one > today}):
        before = _held(ids, day)
        after = [(one, rights) for one, rights in before if one.pk != position.pk]
        if in_force(position, day) and position.person.is_active:
            after.append((filled, position.role.rights))
        found = _review(before, after, day=day, for_two=for_two)
        if not found.is_empty:
            break
    return found


Held = tuple[Any, Sequence[str]]
"""A position and the rights that it gives."""


def _held(person_ids: set[UUID], day: date) -> list[Held]:
    rows = Position.objects.filter(valid_on(day), person_id__in=person_ids, person__is_active=True)
    rows = rows.select_related("person", "role", "organization__area", "area")
    rows = rows.defer("organization__area__boundary", "area__boundary").order_by("person__full_name", "id")
    return [(one, one.role.rights) for one in rows.annotate(category_paths=people.category_paths_of())]


def _review(before: Sequence[Held], after: Sequence[Held], *, day: date, for_two: frozenset[str]) -> Review:
    who = {one.person_id: one.person for one, _rights in [*before, *after]}
    pairs = [(person, _grants(before, pk), _grants(after, pk)) for pk, person in who.items()]
    touched = [(person, old, new) for person, old, new in pairs if _beyond(new, old) or _beyond(old, new)]
    counted: dict[Any, Sequence[Difference] | None] = {}
    return Review(
        day=day,
        people=[_one(person, old, new, counted) for person, old, new in touched[:MOST_SHOWN]],
        touched=len(touched),
        holders=len(who),
        for_two=for_two,
    )


def _grants(held: Iterable[Held], person_id: UUID) -> tuple[Grant, ...]:
    own = ((one, rights) for one, rights in held if one.person_id == person_id)
    return tuple(grant for one, rights in own for right in rights for grant in people.grants_with(right, one))


def _one(
    person: Person, old: tuple[Grant, ...], new: tuple[Grant, ...], counted: dict[Any, Sequence[Difference] | None]
) -> PersonReview:
    key = (frozenset(old), frozenset(new))
    if key not in counted:
        counted[key] = differences(_actor(old), _actor(new)) if len(counted) < _MOST_COUNTED else None
    return PersonReview(person=person, gained=_beyond(new, old), lost=_beyond(old, new), matters=counted[key])


def _actor(grants: tuple[Grant, ...]) -> Actor:
    return Actor(kind=ActorKind.PERSON, grants=grants)


def _beyond(grants: Iterable[Grant], others: Sequence[Grant]) -> list[Grant]:
    """The grants that reach further than each of the `others`, each way of reaching once."""
    found = {replace(one, organization_id=0): one for one in grants if not any(_covers(other, one) for other in others)}
    return list(found.values())


def _covers(wider: Grant, one: Grant) -> bool:
    paths = ("organization_path", "area_path", "category_path", "limit_path")
    return wider.right == one.right and all(getattr(one, name).startswith(getattr(wider, name)) for name in paths)
