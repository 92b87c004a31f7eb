"""Over which areas somebody sees the leaders' figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.errors import NotFound
from ioc.kernel.rights import LEAD
from ioc.kernel.text import fold
from ioc.management.models import AreaLevel
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas whose figures are shown: those below `paths`; none named: everything, placed or not.

    `area` is the one that was chosen; None for all that the actor may see.
    """

    paths: tuple[str, ...]
    area: AreaRef | None = None

    @property
    def code(self) -> str:
        """The chosen area's code; empty for all."""
        return self.area.code if self.area else ""

    def of(self, field: str) -> Q:
        """The rows whose area path, in `field`, lies within."""
        within = Q()
        for path in self.paths:
            within |= Q(**{f"{field}__startswith": path})
        return within

    def holds(self, area: AreaRef) -> bool:
        """Whether the area lies within."""
        return not self.paths or area.path.startswith(self.paths)


def scope_for(actor: Actor, *, area: str = "", at: datetime) -> Scope:
    """What the actor sees: the right's areas, or the one with the code `area` within them; no statement.

    Raises:
        Forbidden: the actor lacks the right.
        NotFound: there is no such area on the day's map, or it lies outside the right's areas.
    """
    actor.require(LEAD)
    whole = Scope(paths=_paths(actor))
    if not area:
        return whole
    day = loading.current().map_day(at)
    areas = loading.current().areas.values()
    found = next((one for one in areas if one.code == area and one.valid_on(day) and whole.holds(one)), None)
    if found is None:
        raise NotFound(area=area)
    return Scope(paths=(found.path,), area=found)


def _paths(actor: Actor) -> tuple[str, ...]:
    """The areas of the right; nothing for the whole province, so that what has no place counts too."""
    reference = loading.current()
    top = reference.province.area_id if reference.province else None
    everything = {"", reference.areas[top].path if top else ""}
    paths = {grant.area_path for grant in actor.grants_for(LEAD)}
    if actor.kind is ActorKind.SYSTEM or paths & everything:
        return ()
    return tuple(sorted(paths))


def choices(actor: Actor, *, at: datetime) -> list[tuple[AreaRef | None, Sequence[AreaRef]]]:
    """The areas that may be chosen: communes under their district, or all under none; no statement."""
    reference = loading.current()
    day, whole = reference.map_day(at), Scope(paths=_paths(actor))
    groups: dict[int | None, list[AreaRef]] = {}
    for commune in reference.communes_on(day):
        if whole.holds(commune):
            parent = reference.areas.get(commune.parent_id or 0)
            district = parent.id if parent and parent.level == AreaLevel.DISTRICT else None
            groups.setdefault(district, []).append(commune)
    named = [(reference.areas.get(one or 0), communes) for one, communes in groups.items()]
    return sorted(named, key=lambda group: fold(group[0].name) if group[0] else "")
