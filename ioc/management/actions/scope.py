"""How far a manager's right reaches.

A manager over the whole province manages everything. Others manage areas and agencies below their own, and the
people there, with no more rights than they hold themselves: a password that one sets or a role that one gives is a
way to act. Roles, the catalogue, rules, the calendar, the province's row and programs are the whole province's.

An agency's own administrator (`MANAGE_PEOPLE`) manages people whose positions all lie in the agency and below it, and
gives the roles there that are marked as delegable: nothing else.
"""

from collections.abc import Iterable
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor, Grant
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management import models as tables
from ioc.management.queries.reach import manages_all

DELEGATED: Final = frozenset({"person", "position"})
"""The kinds of records that an agency's own administrator manages."""
_BEYOND: Final = _("This lies beyond what you manage.")
_ASK: Final = _("Ask an administrator of the whole province.")


def require_manager(actor: Actor, kind: str) -> None:
    """Pass in silence when the actor manages records of `kind` somewhere; which ones, `require_reach` says.

    Raises:
        Forbidden: the actor does not.
    """
    if kind in DELEGATED and actor.has(MANAGE_PEOPLE):
        return
    actor.require(MANAGE)


def require_whole_province(actor: Actor) -> None:
    """Pass in silence when the actor manages the whole province.

    Raises:
        Forbidden: the actor does not manage, or a part only.
    """
    actor.require(MANAGE)
    if not manages_all(actor):
        raise Forbidden(_BEYOND, remedy=_ASK)


def require_reach(actor: Actor, row: models.Model, *, is_new: bool = False) -> None:
    """Pass in silence when the actor may manage `row` as it stands; `is_new` says that the actor is adding it.

    Raises:
        Forbidden: the actor does not manage, the row lies outside the actor's agencies and areas, or it gives
            rights there that the actor does not hold.
    """
    if not reaches(actor, row, is_new=is_new):
        raise Forbidden(_BEYOND, remedy=_ASK)


def reaches(actor: Actor, row: models.Model, *, is_new: bool = False) -> bool:
    """Whether the actor may manage `row` as it stands; see `require_reach`.

    A deputy's rights end with the leave: nobody gives themselves a position by them.
    """
    if isinstance(row, tables.Position) and row.person_id == actor.person_id:
        actor = actor.on_own_behalf()
    if actor.has(MANAGE) and (manages_all(actor) or _manages(actor, row, is_new=is_new)):
        return True
    return actor.has(MANAGE_PEOPLE) and _manages_as_delegate(actor, row, is_new=is_new)


def may_manage(actor: Actor, positions: Iterable[tables.Position]) -> bool:
    """Whether the actor may manage whose `positions` these are, as `require_reach` says it; for many at once."""
    held = list(positions)
    if actor.has(MANAGE) and (manages_all(actor) or (bool(held) and all(_may_give(actor, one) for one in held))):
        return True
    return actor.has(MANAGE_PEOPLE) and bool(held) and all(_is_own(actor, one) for one in held)


def may_appoint(actor: Actor, *, organization: tables.Organization, role: tables.Role) -> bool:
    """Whether the actor may give `role` in `organization`."""
    return may_manage(actor, [tables.Position(organization=organization, role=role)])


def _manages(actor: Actor, row: models.Model, *, is_new: bool) -> bool:
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
            counting = list(_counting(row))
            return all(_may_give(actor, position) for position in counting) if counting else is_new
    return False


def _manages_as_delegate(actor: Actor, row: models.Model, *, is_new: bool) -> bool:
    match row:
        case tables.Position():
            others = _counting(row.person).exclude(pk=row.pk)
            return _is_own(actor, row) and all(_is_own(actor, one) for one in others)
        case tables.Person():
            held = list(_counting(row))
            return all(_is_own(actor, one) for one in held) if held else is_new
    return False


def _counting(person: tables.Person) -> models.QuerySet[tables.Position]:
    """The positions by which somebody is whose: those held now and later; for who left, all that were held.

    Those of whom the person deputizes for count too: who sets a deputy's password acts with them.
    """
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=local_date(now()))
    absent = tables.Leave.objects.filter(lasting, deputy=person, called_off_at__isnull=True)
    rows = tables.Position.objects.select_related("role", "organization__area", "area").prefetch_related("categories")
    present = rows.filter(lasting, Q(person=person) | Q(person__in=absent.values("person_id")))
    return present if present.exists() else rows.filter(person=person)


def _is_own(actor: Actor, position: tables.Position) -> bool:
    """Whether the position is one that an agency's own administrator may give there."""
    return position.role.delegable and _reached(actor, {MANAGE_PEOPLE}, position)


def _may_give(actor: Actor, position: tables.Position) -> bool:
    """Whether the actor manages where the position is, and holds there every right that its role gives."""
    return _reached(actor, {MANAGE, *position.role.rights}, position)


def _reached(actor: Actor, rights: Iterable[str], position: tables.Position) -> bool:
    area = position.area or position.organization.area
    return all(
        _holds(actor, right, position.organization, area, category_path=path)
        for right in rights
        for path in _category_paths(position)
    )


def _category_paths(position: tables.Position) -> list[str]:
    if position.pk is None:
        return [""]
    return [category.path for category in position.categories.all()] or [""]


def _holds(
    actor: Actor, right: str, organization: tables.Organization, area: tables.Area | None, *, category_path: str = ""
) -> bool:
    """Whether one grant of `right` reaches all. No area means everywhere, which only a grant for everywhere does."""
    area_path = area.path if area else ""
    return any(_reaches(one, organization.path, area_path, category_path) for one in actor.grants_for(right))


def _reaches(grant: Grant, organization_path: str, area_path: str, category_path: str) -> bool:
    return organization_path.startswith(grant.organization_path) and grant.covers_place(
        area_path=area_path, category_path=category_path
    )
