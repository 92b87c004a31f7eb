"""Looking at a file of people before it is taken in: what is known here, and what each row would change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.clock import local_date
from ioc.kernel.models import valid_on
from ioc.kernel.rights import NEEDS_SECOND_PERSON
from ioc.management.actions.scope import may_appoint, may_manage
from ioc.management.models import Leave, Organization, OrganizationCode, Person, Position, Role
from ioc.management.queries.reach import (
    givable_roles,
    manageable_organizations,
    manages_all,
    require_manager_of_people,
)
from ioc.management.rules.people_cells import tidied
from ioc.management.rules.people_import import Directory, KnownPerson, KnownPosition, Named, Planned, plan

Rows = Sequence[tuple[int, Mapping[str, str]]]


def plan_people(*, rows: Rows, actor: Actor, at: datetime) -> list[Planned]:
    """What taking `rows` in would change, as things stand; a fixed number of statements.

    Raises:
        Forbidden: the actor manages no people.
    """
    require_manager_of_people(actor)
    return list(plan(rows, directory(rows=rows, actor=actor, at=at)))


def directory(*, rows: Rows, actor: Actor, at: datetime) -> Directory:
    """The agencies and roles of the day, and the people whom `rows` may speak of, with what is the actor's."""
    today = local_date(at)
    organizations = {one.pk: one for one in Organization.objects.filter(valid_on(today)).select_related("area")}
    roles = {one.pk: one for one in Role.objects.filter(retired_at__isnull=True)}
    mine = set(manageable_organizations(actor=actor).values_list("pk", flat=True))
    given = set(givable_roles(actor=actor).values_list("pk", flat=True))

    @cache
    def may_give(organization: int, role: int) -> bool:
        if actor.kind is not ActorKind.SYSTEM and NEEDS_SECOND_PERSON & set(roles[role].rights):
            return False
        return may_appoint(actor, organization=organizations[organization], role=roles[role])

    return Directory(
        agencies=_agencies(organizations.values(), mine),
        roles=[Named(one.pk, (one.code, one.name, one.name_en), one.pk in given) for one in roles.values()],
        people=_people(rows, actor, at),
        today=today,
        may_give=may_give,
    )


def _agencies(organizations: Iterable[Organization], mine: set[int]) -> list[Named]:
    codes: dict[int, list[str]] = defaultdict(list)
    for organization_id, value in OrganizationCode.objects.values_list("organization_id", "value"):
        codes[organization_id].append(value)
    return [
        Named(one.pk, (one.code, one.name, one.short_name, one.name_en, *codes[one.pk]), one.pk in mine)
        for one in organizations
    ]


def _people(rows: Rows, actor: Actor, at: datetime) -> list[KnownPerson]:
    found = _spoken_of(rows)
    held = _positions(found, at)
    counting = _counting(found, held, at)
    everything = manages_all(actor)
    return [
        KnownPerson(
            id=one.pk,
            login=one.username,
            full_name=one.full_name,
            email=one.email,
            phone=one.phone,
            is_ours=everything or may_manage(actor, counting[one.pk]),
            positions=tuple(
                KnownPosition(at_.pk, at_.organization_id, at_.role_id, at_.title, at_.valid_from, at_.valid_to)
                for at_ in held[one.pk]
            ),
        )
        for one in found
    ]


def _spoken_of(rows: Rows) -> list[Person]:
    """The people who have a login, e-mail or phone of the file."""
    values = [tidied(cells) for _number, cells in rows]
    logins = {one["login"].lower() for one in values} - {""}
    emails = {one["email"] for one in values} - {""}
    phones = {one["phone"] for one in values} - {""}
    digits = Func(F("phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace")
    people = Person.objects.alias(low=Lower("username"), mail=Lower("email"), digits=digits)
    found = people.filter(Q(low__in=logins) | Q(mail__in=emails) | Q(digits__in=_spellings(phones)))
    return list(found.order_by("pk"))


def _spellings(phones: set[str]) -> set[str]:
    """The digits by which the numbers may be kept: with the 0, or with the country's code."""
    return phones | {f"{code}{phone[1:]}" for phone in phones if phone.startswith("0") for code in ("84", "0084")}


def _positions(people: Iterable[Person], at: datetime) -> dict[UUID, list[Position]]:
    """Of each person the positions that have not ended."""
    rows = Position.objects.filter(_lasting(at), person__in=[one.pk for one in people])
    found: dict[UUID, list[Position]] = defaultdict(list)
    for row in rows.select_related("role", "organization__area", "area").prefetch_related("categories"):
        found[row.person_id].append(row)
    return found


def _counting(
    people: Sequence[Person], held: Mapping[UUID, list[Position]], at: datetime
) -> dict[UUID, list[Position]]:
    """Of each person the positions by which they are whose: their own, and of those whom they deputize for."""
    found = {one.pk: list(held.get(one.pk, ())) for one in people}
    away = Leave.objects.filter(_lasting(at), deputy__in=list(found), called_off_at__isnull=True)
    pairs = list(away.select_related("person").values_list("deputy_id", "person_id"))
    theirs = _positions(Person.objects.filter(pk__in={person for _deputy, person in pairs}), at)
    for deputy, person in pairs:
        found[deputy].extend(theirs.get(person, ()))
    return found


def _lasting(at: datetime) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=local_date(at))
