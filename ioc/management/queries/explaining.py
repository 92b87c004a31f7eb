""" "Why can this person do that?": every position with what it gives and does not give, in the order of the checks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from ioc.kernel.actors import Actor, Grant
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.models import valid_on
from ioc.kernel.reaching import Matter, matter_called
from ioc.kernel.rights import NEEDS_SECOND_PERSON, RIGHTS
from ioc.management.models import Leave, Person, Position, Role
from ioc.management.queries import loading, people
from ioc.management.queries.reach import seen_people
from ioc.management.queries.screens import in_force
from ioc.management.rules.reach import asks_for_agency, asks_for_area


class Missing(StrEnum):
    """Why a position does not give the right for what was asked about."""

    ROLE = "role"
    BEGINS = "begins"
    ENDED = "ended"
    DEPUTY = "deputy"
    ORGANIZATION = "organization"
    AREA = "area"
    CATEGORY = "category"
    NOBODY_HAS_IT = "nobody_has_it"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a right, and where: an agency, an area, a category, or a matter by its code."""

    right: str
    organization_id: int | None = None
    area_id: int | None = None
    category_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A position and what it says about the question; `missing` is empty where it gives the right.

    `absent` is who is away, for a position that the person only stands in for. `grant` says how far it reaches.
    """

    position: Position
    grant: Grant
    missing: Sequence[Missing]
    absent: Person | None = None

    @property
    def gives(self) -> bool:
        """Whether the position gives what was asked about."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer with its reasons. `roles` are those that hold the right; `away` is the person's own leave."""

    person: Person
    question: Question
    matter: Matter | None
    day: date
    giving: Sequence[Reason]
    others: Sequence[Reason]
    owes_second_factor: bool
    away: Leave | None
    roles: Sequence[Role]

    @property
    def allowed(self) -> bool:
        """Whether the person may."""
        return bool(self.giving) and self.works_here and self.person.is_active and not self.waits

    @property
    def waits(self) -> bool:
        """Whether something must come first: a second factor, or the end of a rest."""
        return self.owes_second_factor or self.rests

    @property
    def rests(self) -> bool:
        """Whether the right rests, since somebody else opened a way into the account."""
        return self.question.right in NEEDS_SECOND_PERSON and people.sealed_rights_rest(self.person)

    @property
    def works_here(self) -> bool:
        """Whether some position of the person's own is in force: who only stands in for somebody does not act."""
        own = (one for one in (*self.giving, *self.others) if one.absent is None)
        return any(not {Missing.BEGINS, Missing.ENDED} & set(one.missing) for one in own)


def explain(*, person_id: UUID, question: Question, actor: Actor, day: date) -> Explanation:
    """Whether and why somebody may do something on `day`; a fixed number of statements.

    Raises:
        Forbidden: the actor manages nobody.
        NotFound: there is no such person, or it is not the actor's to see.
        Invalid: there is no such right or matter.
    """
    person = seen_people(Person.objects.all(), actor).filter(id=person_id).first()
    if person is None:
        raise NotFound
    if question.right not in RIGHTS:
        raise Invalid(fields={"right": "?"})
    matter = _matter(question)
    reasons = list(_reasons(person, question, matter, day))
    leaves = Leave.objects.filter(valid_on(day), person=person, called_off_at__isnull=True)
    return Explanation(
        person=person,
        question=question,
        matter=matter,
        day=day,
        giving=[one for one in reasons if one.gives],
        others=[one for one in reasons if not one.gives],
        owes_second_factor=people.owes_second_factor(person.id, day=day),
        away=leaves.select_related("deputy").first(),
        roles=list(Role.objects.filter(rights__contains=[question.right], retired_at__isnull=True).order_by("name")),
    )


def _matter(question: Question) -> Matter | None:
    if not question.code:
        return None
    found = matter_called(question.code)
    if found is None:
        raise Invalid(fields={"code": NotFound.message})
    return found


def _reasons(person: Person, question: Question, matter: Matter | None, day: date) -> Iterator[Reason]:
    """The person's own positions, then those that they stand in for, those that give the right first."""
    away = Leave.objects.filter(valid_on(day), deputy=person, called_off_at__isnull=True).values("person_id")
    rows = Position.objects.filter(Q(person=person) | Q(person_id__in=away, person__is_active=True))
    rows = rows.select_related("person", "role", "organization__area", "area")
    ordered = rows.defer("organization__area__boundary", "area__boundary").order_by(
        F("valid_to").desc(nulls_first=True)
    )
    for position in ordered.annotate(category_paths=people.category_paths_of()):
        absent = None if position.person_id == person.id else position.person
        yield _reason(position, absent, question, matter, day)


def _reason(position: Any, absent: Person | None, question: Question, matter: Matter | None, day: date) -> Reason:
    missing = list(_of_itself(position, absent, question.right, day))
    grants = people.grants_with(question.right, position)
    best = min((list(_of_reach(grant, question, matter)) for grant in grants), key=len)
    return Reason(position=position, grant=grants[0], missing=[*missing, *best], absent=absent)


def _of_itself(position: Position, absent: Person | None, right: str, day: date) -> Iterator[Missing]:
    if right not in position.role.rights:
        yield Missing.ROLE
    if not in_force(position, day):
        yield Missing.BEGINS if position.valid_from > day else Missing.ENDED
    if absent is not None and right in NEEDS_SECOND_PERSON:
        yield Missing.DEPUTY


def _of_reach(grant: Grant, question: Question, matter: Matter | None) -> Iterator[Missing]:
    """What of the place that is asked about lies outside the grant."""
    area, category = _asked_place(question, matter)
    bound = grant.area_path if asks_for_area(grant.right) else grant.limit_path
    if asks_for_agency(grant.right):
        yield from _of_agency(grant, question, matter)
    if area is not None and not area.startswith(bound):
        yield Missing.AREA
    if category is not None and not category.startswith(grant.category_path):
        yield Missing.CATEGORY


def _of_agency(grant: Grant, question: Question, matter: Matter | None) -> Iterator[Missing]:
    asked = loading.current().organizations.get(question.organization_id or 0)
    if asked is not None and not asked.path.startswith(grant.organization_path):
        yield Missing.ORGANIZATION
    if matter is not None and not any(path.startswith(grant.organization_path) for path in matter.agencies):
        yield Missing.NOBODY_HAS_IT


def _asked_place(question: Question, matter: Matter | None) -> tuple[str | None, str | None]:
    """The paths of the area and the category that are asked about; None: anywhere, any."""
    if matter is not None:
        return matter.area_path, matter.category_path
    reference = loading.current()
    area = reference.areas.get(question.area_id or 0)
    category = reference.categories.get(question.category_id or 0)
    return area.path if area else None, category.path if category else None


def people_to_ask_about(*, actor: Actor) -> list[Person]:
    """The people that the actor may ask about, by name.

    Raises:
        Forbidden: the actor manages nobody.
    """
    return list(seen_people(Person.objects.all(), actor).order_by("full_name", "username")[:500])


def person_with_login(login: str) -> UUID:
    """The person who signs in as `login`.

    Raises:
        NotFound: there is none.
    """
    found = Person.objects.filter(username=login).values_list("id", flat=True).first()
    if found is None:
        raise NotFound
    return found
