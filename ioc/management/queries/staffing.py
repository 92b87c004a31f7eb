"""Where nobody may handle, or nobody may approve: each agency needs an officer and a head."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.languages import in_language
from ioc.kernel.models import valid_on
from ioc.kernel.rights import APPROVE, HANDLE
from ioc.management.models import Organization, OrganizationKind, Position, Role
from ioc.management.queries.reach import (
    givable_roles,
    manageable_organizations,
    require_manager_of_people,
    seen_organizations,
)

NOT_HANDLING: Final = (OrganizationKind.CENTER, OrganizationKind.PROVINCE)
"""Kinds of agencies that are given no matters, so need nobody for them."""


@dataclass(frozen=True, slots=True)
class Unstaffed:
    """An agency in which nobody may handle, or nobody may approve."""

    id: int
    name: str
    lacks_officer: bool
    lacks_head: bool


@dataclass(frozen=True, slots=True)
class FittingRoles:
    """The role with which somebody may handle, and the one with which somebody may approve; None: no such role."""

    officer: int | None
    head: int | None


def with_staffing(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """The agencies that the actor sees, with `lacks_officer` and `lacks_head` today; no statement of its own.

    Raises:
        Forbidden: the actor manages nobody.
    """
    day = local_date(now())
    staffed: QuerySet[Any] = seen_organizations(rows, actor).annotate(
        lacks_officer=_lacking(HANDLE, day), lacks_head=_lacking(APPROVE, day)
    )
    return staffed


def unstaffed(*, actor: Actor, day: date) -> Iterator[Unstaffed]:
    """The agencies of the actor's that lack somebody on `day`, by name; one statement.

    Raises:
        Forbidden: the actor manages no people.
    """
    agencies = manageable_organizations(actor=actor).filter(valid_on(day)).exclude(kind__in=NOT_HANDLING)
    lacking: QuerySet[Organization, Any] = (
        agencies.annotate(lacks_officer=_lacking(HANDLE, day), lacks_head=_lacking(APPROVE, day))
        .filter(Q(lacks_officer=True) | Q(lacks_head=True))
        .order_by("name")
        .values_list("pk", "name", "name_en", "lacks_officer", "lacks_head")
    )
    for pk, name, name_en, officer, head in lacking:
        yield Unstaffed(pk, in_language(name, name_en), lacks_officer=officer, lacks_head=head)


def fitting_roles(*, actor: Actor) -> FittingRoles:
    """With which of the roles that the actor may give a lack is made good: the one that gives least beside it.

    Raises:
        Forbidden: the actor manages no people.
    """
    require_manager_of_people(actor)
    roles = list(givable_roles(actor=actor).order_by("-delegable", "pk"))
    return FittingRoles(officer=_least(roles, HANDLE), head=_least(roles, APPROVE))


def _least(roles: Iterable[Role], right: str) -> int | None:
    """Roles made for agencies go before others."""
    fitting = [role for role in roles if right in role.rights]
    found = min(fitting, key=lambda role: (not role.delegable, len(role.rights)), default=None)
    return found.pk if found else None


def _lacking(right: str, day: date) -> Any:
    held = Position.objects.filter(
        valid_on(day), organization=OuterRef("pk"), role__rights__contains=[right], person__is_active=True
    )
    return ~Exists(held)
