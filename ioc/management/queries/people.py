"""Who somebody is, and with which rights."""

from collections.abc import Collection
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Lookup, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import StartsWith

from ioc.kernel.actors import PUBLIC, Actor, ActorKind, Grant
from ioc.kernel.clock import now
from ioc.kernel.models import valid_on
from ioc.kernel.rights import NEEDS_SECOND_PERSON
from ioc.management.models import ApiToken, Category, Leave, Person, Position
from ioc.management.queries import loading

Rows = QuerySet[Position]


_READ: Final = (
    "person__full_name", "person__sealed_rest_until", "role__rights", "organization__name", "organization__name_en",
    "organization__path", "organization__area__path", "area__path",
)  # fmt: skip


def actor_for(person_id: UUID, *, day: date) -> Actor:
    """The person with the rights of all positions held on `day`; one statement.

    A position reaches its organization and those below, the area given in it, else its organization's area, and the
    categories given in it, else all. While somebody whose deputy the person is is on leave, that person's positions
    count too. Who holds no position does not act.
    The organization that the person acts for is that of the position held longest.
    """
    found = list(
        _positions_of(person_id, day).filter(person__is_active=True)
        .select_related("person", "role", "organization__area", "area")
        .only(*_READ)  # not the boundaries: every request asks this
        .annotate(category_paths=category_paths_of())
        .order_by("valid_from", "id")
    )  # fmt: skip
    own = [position for position in found if position.person_id == person_id]
    if not own:
        return PUBLIC
    first = own[0]
    rests = sealed_rights_rest(first.person)
    return Actor(
        kind=ActorKind.PERSON,
        name=first.person.full_name,
        person_id=person_id,
        organization_id=first.organization_id,
        organization_name=first.organization.name,
        organization_name_en=first.organization.name_en,
        grants=tuple(
            grant
            for position in found
            for grant in grants_of(position, person_id)
            if not (rests and grant.right in NEEDS_SECOND_PERSON)
        ),
    )


def sealed_rights_rest(person: Person) -> bool:
    """Whether the rights that open what is sealed rest, since somebody else opened a way into the account."""
    return person.sealed_rest_until is not None and now() < person.sealed_rest_until


def _positions_of(person_id: UUID, day: date) -> Rows:
    """The positions held on `day`: the person's own, and those of whom the person deputizes for.

    An array of ids lets the database use the index on people for both.
    """
    away = Leave.objects.filter(valid_on(day), deputy_id=person_id, called_off_at__isnull=True)
    theirs = _AmongThem(F("person_id"), ArraySubquery(away.values("person_id")))
    return Position.objects.filter(valid_on(day), Q(person_id=person_id) | Q(theirs))


class _AmongThem(Lookup):
    """Whether a value is in an array: `= ANY` finds it by the index on the value, which IN with a query does not
    when it stands beside OR."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """value = ANY (array)."""
        value, given = self.process_lhs(compiler, connection)
        array, more = self.process_rhs(compiler, connection)
        return f"{value} = ANY ({array})", (*given, *more)


def category_paths_of() -> ArraySubquery:
    """The paths of a position's categories, for `annotate(category_paths=…)`."""
    return ArraySubquery(Category.objects.filter(positions=OuterRef("pk")).order_by("path").values("path"))


def grants_of(position: Any, person_id: UUID) -> list[Grant]:
    """What the position gives: to its holder everything, to a deputy all but what opens what is sealed."""
    is_own = position.person_id == person_id
    absent = "" if is_own else position.person.full_name
    rights = [right for right in position.role.rights if is_own or right not in NEEDS_SECOND_PERSON]
    return [grant for right in rights for grant in grants_with(right, position, on_behalf_of=absent)]


def grants_with(right: str, position: Any, *, on_behalf_of: str = "") -> list[Grant]:
    """How far `right` reaches in a position, one grant for each category; `position.category_paths` is filled in.

    An area is also what it was before it was merged, split, renamed or moved: matters keep the area of the day on
    which they were filed, and stay with who looks after that ground now; see `rules.grounds`.
    """
    area = position.area or position.organization.area
    own = area.path if area else ""
    return [
        Grant(
            right=right,
            organization_id=position.organization_id,
            organization_path=position.organization.path,
            area_path=path,
            category_path=category_path,
            limit_path=path if position.area else "",
            on_behalf_of=on_behalf_of,
        )
        for path in (own, *loading.current().former_paths(own, wholly=right in NEEDS_SECOND_PERSON))
        for category_path in position.category_paths or [""]
    ]


def needs_second_factor(person_id: UUID, *, day: date) -> bool:
    """Whether a role that the person acts in on `day`, as a deputy too, asks for a second factor."""
    held = _positions_of(person_id, day)
    return held.filter(role__requires_second_factor=True).exists()


def people_with(
    right: str, *, organization_id: int, day: date, area_path: str = "", category_path: str = ""
) -> list[Person]:
    """The active people of an organization who hold `right` there on `day`, over a matter of the category in the area.

    The deputies of those who are on leave are among them. Without a path that part of their scope is not asked about.
    An area that has ended counts as what stands on its ground today, as in `grants_with`.
    """
    held = Position.objects.filter(valid_on(day), organization_id=organization_id, role__rights__contains=[right])
    if area_path:
        within = Q(area=None)
        for path in (area_path, *loading.current().present_paths(area_path)):
            within |= Q(_begins(path, "area__path"))
        held = held.filter(within)
    if category_path:
        held = held.filter(Q(categories=None) | Q(_begins(category_path, "categories__path")))
    holders = set(held.values_list("person_id", flat=True))
    return list(Person.objects.filter(id__in=holders | deputies_of(holders, day=day), is_active=True))


def deputies_of(people: Collection[UUID], *, day: date) -> set[UUID]:
    """Who stands in on `day` for those of `people` who are on leave."""
    away = Leave.objects.filter(valid_on(day), person_id__in=people, called_off_at__isnull=True)
    return set(away.values_list("deputy_id", flat=True))


def _begins(path: str, field: str) -> StartsWith:
    """Whether `path` lies at or below the one in `field`."""
    return StartsWith(Value(path), F(field))


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
    """Whether the person has set up an authenticator app or a passkey."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=kinds).exists())
