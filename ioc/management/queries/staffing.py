"""Where nobody may handle, or nobody may approve: each agency needs an officer and a head."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.models import valid_on
from ioc.kernel.rights import APPROVE, HANDLE
from ioc.management.models import Organization, OrganizationKind, Position
from ioc.management.queries.reach import manageable_organizations

NOT_HANDLING: Final = (OrganizationKind.CENTER, OrganizationKind.PROVINCE)
"""Kinds of agencies that are given no matters, so need nobody for them."""


@dataclass(frozen=True, slots=True)
class Unstaffed:
    """An agency in which nobody may handle, or nobody may approve."""

    id: int
    name: str
    lacks_officer: bool
    lacks_head: bool


def with_staffing(rows: QuerySet[Any], _actor: Actor) -> QuerySet[Any]:
    """The agencies with `lacks_officer` and `lacks_head` today, as part of the statement that reads them."""
    day = local_date(now())
    staffed: QuerySet[Any] = rows.annotate(lacks_officer=_lacking(HANDLE, day), lacks_head=_lacking(APPROVE, day))
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
        .values_list("pk", "name", "lacks_officer", "lacks_head")
    )
    for pk, name, officer, head in lacking:
        yield Unstaffed(pk, name, lacks_officer=officer, lacks_head=head)


def _lacking(right: str, day: date) -> Any:
    held = Position.objects.filter(
        valid_on(day), organization=OuterRef("pk"), role__rights__contains=[right], person__is_active=True
    )
    return ~Exists(held)
