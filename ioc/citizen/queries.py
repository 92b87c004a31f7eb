"""What the filing form offers to choose from; all from memory, no statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ioc.kernel.clock import local_date
from ioc.kernel.text import fold
from ioc.management.queries import consents, loading, rollout
from ioc.management.queries.reference import AreaRef, CategoryRef, KindRef, QuestionRef

_MOST_COMMUNES: Final = 8
SYSTEMS: Final = ("onscene", "citizen")
"""What must be open where somebody reports with this app."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of matters with what can be reported in it; a field without parts is its own only one."""

    category: CategoryRef
    leaves: tuple[CategoryRef, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes that can be chosen in it."""
        return frozenset(leaf.code for leaf in self.leaves)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune to choose."""

    code: str
    label: str


def consent() -> consents.ConsentRef | None:
    """What people agree to when they report; None while there is no text."""
    return consents.consent(place="report")


def fields() -> list[Field]:
    """The fields of matters in order."""
    reference = loading.current()
    tops = [category for category in reference.categories_by_code.values() if category.parent_id is None]
    leaves = reference.leaf_categories
    return [Field(top, tuple(one for one in leaves if top.id in {one.id, one.parent_id})) for top in tops]


def kinds() -> tuple[list[KindRef], list[KindRef]]:
    """The kinds that are filed here, and those that the law gives a way of their own."""
    known = list(loading.current().kinds.values())
    return [kind for kind in known if kind.handled_here], [kind for kind in known if not kind.handled_here]


def questions(category: str) -> Sequence[QuestionRef]:
    """What is asked of who reports in a category; nothing for one that there is not."""
    found = loading.current().categories_by_code.get(category)
    return found.questions if found else ()


def communes_like(words: str, *, at: datetime) -> list[Commune]:
    """The communes of the day whose name holds `words`, with or without diacritics; those that begin so first."""
    wanted = fold(words).strip()
    if not wanted:
        return []
    reference = loading.current()
    found = [area for area in reference.communes_on(reference.map_day(at)) if wanted in fold(_label(area))]
    found.sort(key=lambda area: not fold(area.short_name).startswith(wanted))
    return [Commune(code=area.code, label=_label(area)) for area in found[:_MOST_COMMUNES]]


def commune_called(name: str, *, at: datetime) -> list[Commune]:
    """The communes that `name` may mean: the one of exactly that name, else all like it."""
    found = communes_like(name, at=at)
    wanted = fold(name).strip()
    same = [one for one in found if fold(one.label) == wanted or fold(one.label.split(",")[0]) == wanted]
    return same or found


def place_name(latitude: float, longitude: float, *, at: datetime) -> str:
    """The commune of a place with what it belongs to; empty outside the province."""
    reference = loading.current()
    found = reference.commune_at(latitude=latitude, longitude=longitude, day=reference.map_day(at))
    return _label(found) if found else ""


def closed_at(latitude: float, longitude: float, *, at: datetime) -> rollout.Closed | None:
    """What to say where reports are not taken from a place yet; None where they are, and outside the province."""
    reference = loading.current()
    area = reference.commune_at(latitude=latitude, longitude=longitude, day=reference.map_day(at))
    if area is None:
        return None
    return rollout.closed(systems=SYSTEMS, area=area, day=local_date(at), audience=rollout.audience_of("on_scene"))


def where_open(*, at: datetime) -> rollout.WhereOpen:
    """Where reports are taken, and where they will be."""
    return rollout.where_open(systems=SYSTEMS, day=local_date(at), audience=rollout.audience_of("on_scene"))


def _label(area: AreaRef) -> str:
    return loading.current().area_label(area.id)
