"""What is checked of a role or a position beside its values: who may give it, and that somebody is left to manage."""

from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Invalid
from ioc.kernel.models import valid_on
from ioc.kernel.rights import MANAGE, NEEDS_SECOND_PERSON, RIGHTS
from ioc.kernel.turns import wait_for_turn
from ioc.management import models as tables
from ioc.management.queries import people
from ioc.management.queries.moving import opened_under
from ioc.management.queries.reach import manages_all
from ioc.management.rules.second_person import Values, gained_by_position, gained_by_role

_TURN: Final = "management.managers"


class NeedsSecondPerson(Conflict):
    """The change gives a right that opens what is sealed: one administrator asks for it, another confirms."""

    code = "needs-second-person"
    message = _("This gives a right that opens what is sealed. A second administrator must confirm it.")

    remedy = _("Ask for it on the page of the role or of the person's position.")

    def __init__(self, rights: frozenset[str]) -> None:
        self.rights = rights
        super().__init__(rights=sorted(rights))


def check_role(row: tables.Role, before: Values) -> None:
    """Pass in silence when the role can be.

    Raises:
        Invalid: a right is unknown, agencies could give what only the province may, a fixed code changes, or a role
            that somebody holds is to be retired.
    """
    if set(row.rights) - RIGHTS.keys():
        raise Invalid(fields={"rights": _("There is no such right.")})
    if row.delegable and set(row.rights) & (NEEDS_SECOND_PERSON | {MANAGE}):
        raise Invalid(
            fields={"delegable": _("Agencies cannot give the rights to manage all or to open what is sealed.")}
        )
    if row.retired_at and not before.get("retired_at") and _is_held(row):
        raise Invalid(_("People hold this role now or later."), remedy=_("End their positions first."))
    if row.is_built_in and before and before["code"] != row.code:
        raise Invalid(fields={"code": _("This role came with the product; its code stays.")})


def _is_held(role: tables.Role) -> bool:
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=local_date(now()))
    return role.positions.filter(lasting).exists() if role.pk else False


def check_position(row: tables.Position, before: Values) -> None:
    """Pass in silence when the position's role may still be given.

    Raises:
        Invalid: it was retired.
    """
    is_retired = tables.Role.objects.filter(pk=row.role_id, retired_at__isnull=False).exists()
    if is_retired and before.get("role_id") != row.role_id:
        raise Invalid(fields={"role": _("This role was retired and is given to nobody any more.")})


def require_second(row: models.Model, *, before: Values, after: Values, actor: Actor, asked_by: Actor | None) -> None:
    """Pass in silence when the change needs no second person, or `actor` is the second one to who `asked_by`.

    The system needs nobody: it starts a province that has one administrator, and builds the demonstration.

    Raises:
        NeedsSecondPerson: it does, and there is none.
        Invalid: it moves an agency's area to where its people could not open what is sealed before, or the agency to
            where somebody comes to manage accounts that do.
    """
    if actor.kind is ActorKind.SYSTEM or asked_by is not None:
        return
    if isinstance(row, tables.Organization):
        _require_no_wider_area(row, before)
        _require_nothing_opened(row, before)
        return
    gained: frozenset[str] = frozenset()
    if isinstance(row, tables.Role):
        gained = gained_by_role(before, after)
    elif isinstance(row, tables.Position):
        held = tables.Role.objects.values_list("rights", flat=True).get(pk=row.role_id)
        gained = gained_by_position(before, after, rights=frozenset(held))
    if gained:
        raise NeedsSecondPerson(gained)


def _require_no_wider_area(row: tables.Organization, before: Values) -> None:
    """A position without an area of its own goes by its agency's: that must not grow by one administrator's word."""
    if not before or before["area_id"] in {None, row.area_id}:
        return
    earlier = tables.Area.objects.values_list("path", flat=True).get(pk=before["area_id"])
    if row.area is not None and row.area.path.startswith(earlier):
        return
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=local_date(now()))
    if row.positions.filter(lasting, area=None, role__rights__overlap=sorted(NEEDS_SECOND_PERSON)).exists():
        raise Invalid(
            fields={
                "area": _(
                    "People of this agency open what is sealed in its area. Give their positions that area first."
                )
            }
        )


def _require_nothing_opened(row: tables.Organization, before: Values) -> None:
    """Who comes to manage the accounts of an agency by its place in the tree does not by one administrator's word."""
    if not before or before["parent_id"] == row.parent_id:
        return
    earlier = tables.Organization.objects.filter(pk=before["parent_id"]).first()
    if opened_under(row, before=earlier, day=local_date(now())):
        raise Invalid(
            fields={"parent": _("This brings accounts that open what is sealed within reach. Move it from a day on.")}
        )


def require_manager_left(row: models.Model, *, actor: Actor) -> None:
    """Pass in silence when after a change to a role or position somebody still manages the whole province.

    Raises:
        Invalid: nobody would.
    """
    if isinstance(row, tables.Role | tables.Position):
        require_somebody_manages(actor=actor)


def require_somebody_manages(*, actor: Actor) -> None:
    """Pass in silence when, with what was written so far, somebody manages the whole province.

    The system is not asked: it starts a province. Two administrators who take each other's rights away at the same
    moment wait here for one another, in their transactions, so that the second one sees what the first one did.

    Raises:
        Invalid: nobody would.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    wait_for_turn(_TURN)
    day = local_date(now())
    held: Any = tables.Position.objects.filter(valid_on(day), role__rights__contains=[MANAGE], person__is_active=True)
    ids = dict.fromkeys(held.order_by("valid_from").values_list("person_id", flat=True))
    if not any(manages_all(people.actor_for(one, day=day)) for one in ids):
        raise Invalid(
            _("Nobody would be left who manages the whole province."),
            remedy=_("Give somebody else the role of an administrator first."),
        )
