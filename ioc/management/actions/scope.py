"""How far a manager's right reaches.

A manager over the whole province manages everything. Others manage areas and agencies below their own, and the
people there, with no more rights than they hold themselves: a password that one sets or a role that one gives is a
way to act. Roles, the catalogue, rules, the calendar, the province's row and programs are the whole province's.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor, ActorKind, Grant
from ioc.kernel.errors import Forbidden
from ioc.kernel.rights import MANAGE
from ioc.management import models as tables

_BEYOND: Final = _("This lies beyond what you manage.")
_ASK: Final = _("Ask an administrator of the whole province.")


def require_whole_province(actor: Actor) -> None:
    """Pass in silence when the actor manages the whole province.

    Raises:
        Forbidden: the actor does not manage, or a part only.
    """
    actor.require(MANAGE)
    if not _manages_all(actor):
        raise Forbidden(_BEYOND, remedy=_ASK)


def require_reach(actor: Actor, row: models.Model) -> None:
    """Pass in silence when the actor may manage `row` as it stands.

    Raises:
        Forbidden: the actor does not manage, the row lies outside the actor's agencies and areas, or it gives
            rights there that the actor does not hold.
    """
    actor.require(MANAGE)
    if not _manages_all(actor) and not _manages(actor, row):
        raise Forbidden(_BEYOND, remedy=_ASK)


def _manages_all(actor: Actor) -> bool:
    if actor.kind is ActorKind.SYSTEM:
        return True
    reach = {grant.area_path for grant in actor.grants_for(MANAGE)}
    if "" in reach or not reach:
        return "" in reach
    top = tables.Province.objects.filter(area__isnull=False).values_list("area__path", flat=True).first()
    return top is not None and top.startswith(tuple(reach))


def _manages(actor: Actor, row: models.Model) -> bool:
    match row:
        case tables.Area():
            return actor.reaches_area(MANAGE, row.path)
        case tables.Organization():
            return _holds(actor, MANAGE, row, row.area)
        case tables.OrganizationCode():
            return _holds(actor, MANAGE, row.organization, row.organization.area)
        case tables.Position():
            return _may_give(actor, row)
        case tables.Person():
            held = row.positions.select_related("role", "organization__area", "area")
            return all(_may_give(actor, position) for position in held)
    return False


def _may_give(actor: Actor, position: tables.Position) -> bool:
    """Whether the actor manages where the position is, and holds there every right that its role gives."""
    area = position.area or position.organization.area
    rights = {MANAGE, *position.role.rights}
    return all(_holds(actor, right, position.organization, area) for right in rights)


def _holds(actor: Actor, right: str, organization: tables.Organization, area: tables.Area | None) -> bool:
    """Whether one grant of `right` reaches both. No area means everywhere, which only a grant for everywhere does."""
    return any(_reaches(grant, organization.path, area.path if area else "") for grant in actor.grants_for(right))


def _reaches(grant: Grant, organization_path: str, area_path: str) -> bool:
    return organization_path.startswith(grant.organization_path) and area_path.startswith(grant.area_path)
