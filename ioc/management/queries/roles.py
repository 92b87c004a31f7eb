"""One role with its holders, and the changes of it that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.kernel.rights import MANAGE
from ioc.management.models import PendingChange, PendingState, Position, Role
from ioc.management.queries.screens import in_force

MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Holder:
    """A position with the role; `is_held` is false before it begins."""

    position: Position
    is_held: bool


@dataclass(frozen=True, slots=True)
class RolePage:
    """A role; `holders` are at most `MOST_SHOWN` of `count` positions held now or later."""

    role: Role
    holders: Sequence[Holder]
    count: int
    waiting: PendingChange | None


def role_page(*, role_id: int, actor: Actor, day: date, at: datetime) -> RolePage:
    """The role; four statements.

    Raises:
        Forbidden: the actor does not manage.
        NotFound: there is none.
    """
    actor.require(MANAGE)
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise NotFound
    lasting = Position.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), role=role)
    rows = lasting.select_related("person", "organization").order_by("organization__name", "person__full_name")
    waiting = PendingChange.objects.filter(
        kind="role", record_id=str(role_id), state=PendingState.WAITING, expires_at__gt=at
    )
    return RolePage(
        role=role,
        holders=[Holder(one, in_force(one, day)) for one in rows[:MOST_SHOWN]],
        count=lasting.count(),
        waiting=waiting.first(),
    )
