"""Who opens what is sealed within an area only, how far that reaches, and what a change of areas would add to it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from ioc.kernel.clock import local_date, now
from ioc.kernel.rights import NEEDS_SECOND_PERSON
from ioc.management.models import Area, AreaLineage, Position
from ioc.management.queries.people import category_paths_of
from ioc.management.rules.grounds import Unit
from ioc.management.rules.lineage import Lineage, Span, TieRef
from ioc.management.rules.reach import asks_for_area
from ioc.management.rules.sealed_reach import Follower, World, gained

_BOUNDED: Final = frozenset(right for right in NEEDS_SECOND_PERSON if asks_for_area(right))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose `rights` that open what is sealed, held now or later, end at the area at `path`.

    `area_id` is the position's own area, None where it goes by its agency's; `key` is the same for the position of
    the same sort that takes its place.
    """

    key: tuple[Any, ...]
    person: str
    organization: str
    rights: frozenset[str]
    path: str
    area_id: int | None


@dataclass(frozen=True, slots=True)
class Gain:
    """A holder with the names of the units that it would reach anew."""

    holder: Holder
    units: tuple[str, ...]
    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far each holder (by key) reaches in a world; nobody's in `by` where no right is bounded by an area."""

    world: World
    by: Mapping[tuple[Any, ...], frozenset[int]]

    def within(self, areas: Set[int]) -> list[Any]:
        """Who reaches which of `areas`, as JSON."""
        found = ((plain_key(key), sorted(ids & areas)) for key, ids in self.by.items())
        return [[key, ids] for key, ids in found if ids]


def plain_key(key: tuple[Any, ...]) -> str:
    """A holder's key as text."""
    *ids, categories = key
    return " ".join([*map(str, ids), *categories])


def holders() -> list[Holder]:
    """All of them; one statement."""
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=local_date(now()))
    rows = Position.objects.filter(lasting, role__rights__overlap=sorted(_BOUNDED), person__is_active=True)
    values = rows.annotate(categories_of=category_paths_of()).order_by("person__full_name", "id").values_list(
        "person_id", "organization_id", "role_id", "categories_of", "person__full_name", "organization__short_name",
        "role__rights", "area__path", "organization__area__path", "area_id",
    )  # fmt: skip
    return [
        Holder((*key, tuple(categories)), person, organization, frozenset(rights) & _BOUNDED, own or agency, area)
        for *key, categories, person, organization, rights, own, agency, area in values
        if own or agency
    ]


def world() -> World:
    """The units and their ties as the database has them; two statements."""
    rows = list(Area.objects.values_list("id", "level", "path", "valid_from", "valid_to"))
    ties = AreaLineage.objects.values_list("before_id", "after_id", "at", "is_main")
    spans = {pk: Span(begins, ends) for pk, _level, _path, begins, ends in rows}
    units = {pk: Unit(pk, level, path) for pk, level, path, _begins, _ends in rows}
    return World(units, Lineage(tuple(TieRef(a, b, at, is_main) for a, b, at, is_main in ties), spans))


def reach_now() -> Reach:
    """How far they reach; three statements."""
    return _reach(holders())


def _reach(found: Sequence[Holder]) -> Reach:
    stands = world() if found else World({}, Lineage((), {}))
    reach = stands.reach([one.path for one in found])
    by: dict[tuple[Any, ...], frozenset[int]] = {}
    for one in found:
        by[one.key] = by.get(one.key, frozenset()) | reach[one.path]
    return Reach(stands, by)


def gains_by(followers: Sequence[Follower]) -> list[Gain]:
    """What the units to come would add to whose reach; at most four statements."""
    found = holders()
    reach = _reach(found)
    more = {
        one: gained(path=one.path, area=one.area_id, before=reach.by[one.key], followers=followers) for one in found
    }
    return _named(more)


def gains_since(before: Reach) -> list[Gain]:
    """What holders reach more than `before`, which `reach_now` gave; for changes of units that are written."""
    found = holders()
    if not before.by and not found:
        return []
    after = _reach(found)
    return _named({
        one: after.world.more(
            before=before.world,
            reached_before=before.by.get(one.key, frozenset()),
            reached_after=after.by[one.key],
        )
        for one in found
    })  # fmt: skip


def _named(more: Mapping[Holder, frozenset[int]]) -> list[Gain]:
    wanted = {one for units in more.values() for one in units}
    names = list(Area.objects.filter(pk__in=wanted).order_by("name").values_list("id", "name")) if wanted else []
    return [
        Gain(one, tuple(dict.fromkeys(name for pk, name in names if pk in units)), units)
        for one, units in more.items()
        if units
    ]
