"""Somebody's page: positions now, before and later, leave and deputies, the invitation, and what is still open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from ioc.kernel import open_work
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import NotFound
from ioc.kernel.models import valid_on
from ioc.management.models import Invitation, InvitationState, Leave, Person, Position
from ioc.management.queries import screens


class When(StrEnum):
    """Where a period lies as seen from a day."""

    PRESENT = "present"
    LATER = "later"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Dated:
    """A position or leave, and whether it is on, to come or over."""

    row: Any
    when: When


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What the page shows. `away` is the leave that is on; `invitation` the latest one with its state."""

    person: Person
    positions: list[Dated]
    leaves: list[Dated]
    stands_in: list[Dated]
    invitation: Invitation | None
    invitation_state: InvitationState | None
    work: list[open_work.Work]

    @property
    def away(self) -> Leave | None:
        """The leave that is on."""
        return next((one.row for one in self.leaves if one.when is When.PRESENT), None)

    @property
    def has_history(self) -> bool:
        """Whether some position is over."""
        return any(one.when is When.OVER for one in self.positions)

    @property
    def owes_second_factor(self) -> bool:
        """Whether a role that is held asks for a second factor."""
        held = (one.row for one in self.positions if one.when is When.PRESENT)
        return any(position.role.requires_second_factor for position in held)

    @property
    def has_second_factor(self) -> bool:
        """Whether an authenticator app or a passkey is set up."""
        return any(one.type in {"totp", "webauthn"} for one in self.person.authenticator_set.all())  # type: ignore[attr-defined]

    @property
    def open_count(self) -> int:
        """How many pieces of work are the person's own."""
        return sum(work.count for work in self.work)


def person_page(*, person_id: UUID, actor: Actor, at: datetime) -> PersonPage:
    """Somebody whom the actor may see, with the positions there; a fixed number of statements.

    Raises:
        Forbidden: the actor manages nobody.
        NotFound: there is no such person, or not for the actor.
    """
    person: Person = screens.record(kind="person", record_id=person_id, actor=actor)
    positions = screens.parts(kind="position", of={"person": person.pk}, actor=actor)
    return _page(person, positions, local_date(at), at)


def own_page(*, actor: Actor, at: datetime) -> PersonPage:
    """The actor's own page.

    Raises:
        NotFound: the actor is no person.
    """
    person = Person.objects.prefetch_related("authenticator_set").filter(pk__in=[actor.person_id]).first()
    if person is None:
        raise NotFound
    positions = Position.objects.filter(person=person).select_related("role", "organization", "area")
    return _page(person, list(positions), local_date(at), at)


def find_leave(*, leave_id: int) -> Leave:
    """A leave by its number.

    Raises:
        NotFound: there is none.
    """
    found = Leave.objects.select_related("person").filter(pk=leave_id).first()
    if found is None:
        raise NotFound
    return found


def possible_deputies(*, actor: Actor, at: datetime) -> list[Person]:
    """Who may stand in for the actor: the people of the agencies where the actor works; at most 200."""
    today = local_date(at)
    own = Position.objects.filter(valid_on(today), person=actor.person_id).values("organization_id")
    there = Position.objects.filter(valid_on(today), organization__in=own)
    people = Person.objects.filter(pk__in=there.values("person_id"), is_active=True).exclude(pk__in=[actor.person_id])
    return list(people.order_by("full_name")[:200])


def _page(person: Person, positions: Iterable[Position], today: date, at: datetime) -> PersonPage:
    leaves = Leave.objects.filter(called_off_at__isnull=True).select_related("person", "deputy").order_by("-valid_from")
    invitation = person.invitations.order_by("-created_at").first()
    return PersonPage(
        person=person,
        positions=sorted(_dated(positions, today), key=lambda one: (one.when is When.OVER, -_ordinal(one))),
        leaves=_dated(leaves.filter(person=person)[:20], today),
        stands_in=[one for one in _dated(leaves.filter(deputy=person)[:20], today) if one.when is not When.OVER],
        invitation=invitation,
        invitation_state=invitation.state(at) if invitation else None,
        work=[work for work in open_work.held(open_work.Holder(person_id=person.pk)) if work.count],
    )


def _dated(rows: Iterable[Any], today: date) -> list[Dated]:
    return [Dated(row, _when(row, today)) for row in rows]


def _when(row: Any, today: date) -> When:
    if row.valid_to is not None and row.valid_to <= today:
        return When.OVER
    return When.PRESENT if row.valid_from <= today else When.LATER


def _ordinal(one: Dated) -> int:
    begins: date = one.row.valid_from
    return begins.toordinal()
