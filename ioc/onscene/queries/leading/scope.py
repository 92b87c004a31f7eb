"""Over which areas and categories somebody sees the leaders' figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.kernel.rights import LEAD
from ioc.kernel.text import fold
from ioc.management.models import AreaLevel
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef
from ioc.onscene.queries import reach
from ioc.onscene.queries.rebasing import rebasing


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas, and the categories there, whose figures are shown.

    `area` is the one that was chosen; None for all that the actor may see. What was filed in a commune of another
    day counts where that commune's ground is on `day` (see `queries.rebasing`).
    """

    places: tuple[reach.Place, ...] = (reach.EVERYWHERE,)
    area: AreaRef | None = None
    day: date | None = None

    @property
    def code(self) -> str:
        """The chosen area's code; empty for all."""
        return self.area.code if self.area else ""

    def of(self, prefix: str = "") -> Q:
        """The rows whose report, reached by `prefix`, lies within."""
        found = reach.within(self.places, prefix)
        if self.day is None:
            return found
        for path, categories in self.places:
            if path:
                found |= self._former(path, categories, self.day, prefix)
        return found

    @staticmethod
    def _former(path: str, categories: tuple[int, ...] | None, day: date, prefix: str) -> Q:
        """Reports of former communes that count below `path` today."""
        communes = {one.id for one in loading.current().communes_on(day) if one.path.startswith(path)}
        found = rebasing(day).counted_in(communes, prefix=prefix)
        return found if categories is None else found & Q(**{f"{prefix}category_id__in": categories})

    def holds(self, area: AreaRef) -> bool:
        """Whether the area lies within, for some category at least."""
        return any(area.path.startswith(path) for path, _categories in self.places)


def scope_for(actor: Actor, *, area: str = "", at: datetime) -> Scope:
    """What the actor sees: the right's areas, or the one with the code `area` within them; no statement.

    Raises:
        Forbidden: the actor lacks the right.
        NotFound: there is no such area on the day's map, or it lies outside the right's areas.
    """
    actor.require(LEAD)
    day = loading.current().map_day(at)
    whole = Scope(_places(actor), day=day)
    if not area:
        return whole
    areas = loading.current().areas.values()
    found = next((one for one in areas if one.code == area and one.valid_on(day) and whole.holds(one)), None)
    if found is None:
        raise NotFound(area=area)
    covering = (one for one in whole.places if found.path.startswith(one[0]))
    return Scope(tuple((found.path, categories) for _path, categories in covering), area=found, day=day)


def _places(actor: Actor) -> tuple[reach.Place, ...]:
    """The places of the right; the province itself is everywhere, so that what has no place counts too."""
    reference = loading.current()
    top = reference.province.area_id if reference.province else None
    province = reference.areas[top].path if top else ""
    return tuple(("" if path == province else path, which) for path, which in reach.places(actor, LEAD))


def choices(actor: Actor, *, at: datetime) -> list[tuple[AreaRef | None, Sequence[AreaRef]]]:
    """The areas that may be chosen: communes under their district, or all under none; no statement."""
    reference = loading.current()
    day, whole = reference.map_day(at), Scope(_places(actor))
    groups: dict[int | None, list[AreaRef]] = {}
    for commune in reference.communes_on(day):
        if whole.holds(commune):
            parent = reference.areas.get(commune.parent_id or 0)
            district = parent.id if parent and parent.level == AreaLevel.DISTRICT else None
            groups.setdefault(district, []).append(commune)
    named = [(reference.areas.get(one or 0), communes) for one, communes in groups.items()]
    return sorted(named, key=lambda group: fold(group[0].name) if group[0] else "")
