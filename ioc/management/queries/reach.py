"""Which people, positions and agencies somebody sees: all, those of a part of the province, or the own agency's.

What may be done to them is checked again by the actions (`actions/scope.py`).
"""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ioc.kernel.actors import Actor, ActorKind, Grant
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management.models import Organization, Position, Role
from ioc.management.queries import loading


def manages_all(actor: Actor) -> bool:
    """Whether the actor manages the whole province."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    reach = {grant.area_path for grant in actor.grants_for(MANAGE) if not grant.category_path}
    if "" in reach or not reach:
        return "" in reach
    reference = loading.current()
    top = reference.areas.get(reference.province.area_id or 0) if reference.province else None
    return top is not None and top.path.startswith(tuple(reach))


def seen_people(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Of the people in `rows` those that the actor may see; no statement of its own.

    Raises:
        Forbidden: the actor manages nobody.
    """
    require_manager_of_people(actor)
    return rows if manages_all(actor) else rows.filter(_people(actor, local_date(now())))


def seen_positions(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Of the positions in `rows` those that the actor may see; no statement of its own.

    Raises:
        Forbidden: the actor manages nobody.
    """
    require_manager_of_people(actor)
    return rows if manages_all(actor) else rows.filter(_positions(actor))


def seen_organizations(rows: QuerySet[Organization], actor: Actor) -> QuerySet[Organization]:
    """Of the agencies in `rows` those that the actor manages, or the people of which; no statement of its own.

    Raises:
        Forbidden: the actor manages nobody.
    """
    require_manager_of_people(actor)
    if manages_all(actor):
        return rows
    wanted = Q(pk__in=())
    for grant in dict.fromkeys(_grants(actor)):
        wanted |= Q(path__startswith=grant.organization_path) & _area_reached("area", grant)
    return rows.filter(wanted)


def manageable_organizations(*, actor: Actor) -> QuerySet[Organization]:
    """The agencies in which the actor may appoint.

    Raises:
        Forbidden: the actor manages no people.
    """
    return seen_organizations(Organization.objects.all(), actor)


def givable_roles(*, actor: Actor) -> QuerySet[Role]:
    """The roles that the actor may give in some agency: none with more rights than the actor's own reach allows."""
    rows = Role.objects.filter(retired_at__isnull=True)
    if manages_all(actor):
        return rows
    wanted = Q(delegable=True) if actor.has(MANAGE_PEOPLE) else Q(pk__in=())
    if actor.has(MANAGE):
        wanted |= Q(rights__contained_by=sorted({grant.right for grant in actor.grants}))
    return rows.filter(wanted)


def require_manager_of_people(actor: Actor) -> None:
    """Pass in silence when the actor manages people somewhere.

    Raises:
        Forbidden: the actor does not.
    """
    if not actor.has(MANAGE) and not actor.has(MANAGE_PEOPLE):
        raise Forbidden(right=MANAGE_PEOPLE)


def _grants(actor: Actor) -> tuple[Grant, ...]:
    return (*actor.grants_for(MANAGE), *actor.grants_for(MANAGE_PEOPLE))


def _positions(actor: Actor) -> Q:
    """Positions in the actor's agencies; of a manager of a part those in the part's areas only."""
    wanted = Q(pk__in=())
    for grant in dict.fromkeys(_grants(actor)):
        inside = Q(organization__path__startswith=grant.organization_path)
        if grant.right == MANAGE and grant.area_path:
            own = Q(area__path__startswith=grant.area_path)
            inside &= own | Q(area__isnull=True) & _area_reached("organization__area", grant)
        wanted |= inside
    return wanted


def _area_reached(field: str, grant: Grant) -> Q:
    """No area means everywhere, which only a grant for everywhere reaches."""
    return Q(**{f"{field}__path__startswith": grant.area_path}) if grant.area_path else Q()


def _people(actor: Actor, day: date) -> Q:
    """People who have a position there now or later; who left altogether stays where they were last."""
    here = Position.objects.filter(_positions(actor), person=OuterRef("pk"))
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    anywhere = Position.objects.filter(lasting, person=OuterRef("pk"))
    return Q(Exists(here.filter(lasting))) | (Q(Exists(here)) & ~Q(Exists(anywhere)))
