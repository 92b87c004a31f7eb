"""Who somebody is, and with which rights."""

from datetime import date
from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator

from ioc.kernel.actors import PUBLIC, Actor, ActorKind, Grant
from ioc.kernel.models import valid_on
from ioc.management.models import ApiToken, Person, Position


def actor_for(person_id: UUID, *, day: date) -> Actor:
    """The person with the rights of all positions held on `day`; one statement.

    A position reaches its organization and those below, and the area given in it, else its organization's area.
    The organization that the person acts for is that of the position held longest.
    """
    positions = list(
        Position.objects.filter(valid_on(day), person_id=person_id, person__is_active=True)
        .select_related("person", "role", "organization__area", "area")
        .order_by("valid_from", "id")
    )
    if not positions:
        return PUBLIC
    first = positions[0]
    return Actor(
        kind=ActorKind.PERSON,
        name=first.person.full_name,
        person_id=person_id,
        organization_id=first.organization_id,
        organization_name=first.organization.name,
        grants=tuple(grant for position in positions for grant in _grants(position)),
    )


def _grants(position: Position) -> list[Grant]:
    area = position.area or position.organization.area
    return [
        Grant(
            right=right,
            organization_id=position.organization_id,
            organization_path=position.organization.path,
            area_path=area.path if area else "",
        )
        for right in position.role.rights
    ]


def needs_second_factor(person_id: UUID, *, day: date) -> bool:
    """Whether a position held on `day` has a role that asks for a second factor."""
    held = Position.objects.filter(valid_on(day), person_id=person_id)
    return held.filter(role__requires_second_factor=True).exists()


def people_with(right: str, *, organization_id: int, day: date) -> list[Person]:
    """The active people of an organization who hold `right` there on `day`."""
    held = Position.objects.filter(
        valid_on(day), organization_id=organization_id, role__rights__contains=[right]
    ).values_list("person_id", flat=True)
    return list(Person.objects.filter(id__in=set(held), is_active=True))


def program_actor(token: str) -> Actor | None:
    """The program that holds `token`, with the token's rights; None for an unknown or revoked one."""
    row = ApiToken.objects.filter(digest=sha256(token.encode()).digest(), revoked_at__isnull=True).first()
    if row is None:
        return None
    grants = tuple(Grant(right=right, organization_id=0, organization_path="", area_path="") for right in row.rights)
    return Actor(kind=ActorKind.PERSON, name=row.name, grants=grants)


def owes_second_factor(person_id: UUID, *, day: date) -> bool:
    """Whether the person must set up a second factor before anything else."""
    return needs_second_factor(person_id, day=day) and not has_second_factor(person_id)


def has_second_factor(person_id: UUID) -> bool:
    """Whether the person has set up an authenticator app."""
    return bool(Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.TOTP).exists())
