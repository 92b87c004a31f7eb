"""Which agency answers for a category in each commune on a day, and what another division would change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.utils.translation import gettext as _

from ioc.kernel.actors import Actor
from ioc.kernel.clock import PROVINCE_ZONE
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.rights import MANAGE
from ioc.management.models import RoutingRule
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, CategoryRef, OrganizationRef
from ioc.management.rules.routing import route as route_of

CLASSES: Final = 10
OTHERS: Final = 9
NOBODY: Final = 10


@dataclass(frozen=True, slots=True)
class Holder:
    """An agency in the legend: its class (a colour), and in how many communes it leads."""

    agency: OrganizationRef | None
    index: int
    count: int


@dataclass(frozen=True, slots=True)
class Responsible:
    """A commune: who leads there and by which row. `is_own`: a row of this category and commune alone."""

    area: AreaRef
    lead: OrganizationRef | None
    rule_id: int | None
    legal_basis: str
    is_own: bool
    index: int = 0


@dataclass(frozen=True, slots=True)
class Division:
    """A category's division on a day. `narrower`: categories below it, which may have rows of their own."""

    category: CategoryRef
    day: date
    rows: Sequence[Responsible]
    holders: Sequence[Holder]
    narrower: int


@dataclass(frozen=True, slots=True)
class Step:
    """What assigning would do in one commune; `ends`: rows of this category and commune that would end."""

    area: AreaRef
    before: OrganizationRef | None
    after: OrganizationRef | None
    ends: Sequence[RoutingRule]

    @property
    def is_change(self) -> bool:
        """Whether another agency would lead, or a row of its own goes."""
        return self.before != self.after or bool(self.ends)


def division(*, category_id: int, day: date, actor: Actor) -> Division:
    """Who leads in each commune of the day's map; no statement.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such category.
    """
    actor.require(MANAGE)
    reference = loading.current()
    category = reference.categories.get(category_id)
    if category is None:
        raise NotFound(category=category_id)
    own = {route.id for route in reference.routes if route.category_path == category.path and route.area_path}
    rows = [_row(area, category, day, own) for area in reference.communes_on(map_day(day))]
    holders = _holders(rows)
    index = {holder.agency.id if holder.agency else None: holder.index for holder in holders}
    placed = [_placed(row, index) for row in rows]
    narrower = sum(one.path.startswith(category.path) for one in reference.categories_by_code.values()) - 1
    return Division(category, day, placed, holders, max(0, narrower))


def map_day(day: date) -> date:
    """The day whose map is shown for `day`."""
    return loading.current().map_day(moment(day))


def moment(day: date) -> datetime:
    """Noon of `day` in the province."""
    return datetime.combine(day, time(12), PROVINCE_ZONE)


def _row(area: AreaRef, category: CategoryRef, day: date, own: Collection[int]) -> Responsible:
    reference = loading.current()
    found = reference.routed(category_id=category.id, area_id=area.id, moment=moment(day))
    if found is None:
        return Responsible(area, None, None, "", is_own=False)
    lead = reference.organizations.get(found.lead) if found.lead else None
    return Responsible(area, lead, found.route.id, found.route.legal_basis, is_own=found.route.id in own)


def _holders(rows: Sequence[Responsible]) -> list[Holder]:
    """The agencies by how many communes they lead in; the first get a colour of their own."""
    counts: dict[int | None, int] = {}
    for row in rows:
        key = row.lead.id if row.lead else None
        counts[key] = counts.get(key, 0) + 1
    ordered = sorted(counts.items(), key=lambda one: (one[0] is None, -one[1], one[0] or 0))
    agencies = loading.current().organizations
    return [
        Holder(agencies[key] if key else None, NOBODY if key is None else min(place, OTHERS), count)
        for place, (key, count) in enumerate(ordered)
    ]


def _placed(row: Responsible, index: dict[int | None, int]) -> Responsible:
    at = index[row.lead.id if row.lead else None]
    return Responsible(row.area, row.lead, row.rule_id, row.legal_basis, row.is_own, at)


def plan_assignment(
    *, category_id: int, area_ids: Sequence[int], agency_id: int | None, day: date, actor: Actor
) -> list[Step]:
    """What giving the category in these communes to the agency (None: as wider rows say) from `day` would do.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such category or commune.
        Invalid: nothing is chosen, or the agency is not in force.
    """
    found = division(category_id=category_id, day=day, actor=actor)
    rows = {row.area.id: row for row in found.rows}
    if not area_ids:
        raise Invalid(_("Choose at least one commune."))
    if not set(area_ids) <= rows.keys():
        raise NotFound
    agencies = loading.current().agencies
    if agency_id is not None and agency_id not in agencies:
        raise Invalid(_("Choose an agency that is in force."))
    own = _own_rules(category_id, area_ids, day)
    chosen = agencies.get(agency_id or 0)
    return [
        Step(rows[area_id].area, rows[area_id].lead, chosen or _wider(found.category, area_id, day), own[area_id])
        for area_id in dict.fromkeys(area_ids)
    ]


def _own_rules(category_id: int, area_ids: Sequence[int], day: date) -> dict[int, list[RoutingRule]]:
    """The rows of exactly this category and commune that are in force on `day` or later."""
    rows = RoutingRule.objects.filter(category_id=category_id, area_id__in=area_ids).prefetch_related("cooperating")
    own: dict[int, list[RoutingRule]] = {area_id: [] for area_id in area_ids}
    for row in rows.order_by("valid_from"):
        if row.area_id is not None and (row.valid_to is None or row.valid_to > day):
            own[row.area_id].append(row)
    return own


def _wider(category: CategoryRef, area_id: int, day: date) -> OrganizationRef | None:
    """Who would lead without rows of this category and commune."""
    reference = loading.current()
    path = reference.areas[area_id].path
    rest = tuple(route for route in reference.routes if (route.category_path, route.area_path) != (category.path, path))
    found = route_of(
        rest, category_path=category.path, area_path=path, committees=reference.committees_at(area_id), day=day
    )
    return reference.organizations.get(found.lead) if found and found.lead else None
