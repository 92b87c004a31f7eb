"""Changes that wait for a second administrator, and who may be that one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import NotFound
from ioc.kernel.models import valid_on
from ioc.kernel.rights import MANAGE
from ioc.management.models import (
    AuditEntry,
    Leave,
    Organization,
    OrganizationChangeParty,
    PartyRole,
    PendingChange,
    PendingState,
    Person,
    Position,
)
from ioc.management.models.editable import EDITABLE
from ioc.management.models.named import label_of
from ioc.management.queries import people
from ioc.management.queries.audit import Change, changes_between
from ioc.management.queries.reach import manages_all
from ioc.management.rules.second_person import INDEPENDENT_AFTER

TOPIC: Final = "manage.pending"
ORGANIZATION_CHANGE: Final = "organization_change"
"""The kind of a planned move of an agency that waits."""
AREA_CHANGE: Final = "area_change"
"""The kind of a pending change of units; its fields are an `AreaChange`."""
_SHOWN_FOR: Final = timedelta(days=90)
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change with what the reader may do about it; `why_not` says why they cannot confirm it."""

    change: PendingChange
    is_own: bool
    is_expired: bool
    is_tied: bool
    is_deputy: bool

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided."""
        return self.change.state == PendingState.WAITING and not self.is_expired

    @property
    def may_confirm(self) -> bool:
        """Whether the reader is the second pair of eyes."""
        return self.is_open and not (self.is_own or self.is_tied or self.is_deputy)


@dataclass(frozen=True, slots=True)
class PendingList:
    """What waits and what was decided lately. `others` are the other administrators: none means nobody can confirm."""

    waiting: Sequence[Waiting]
    decided: Sequence[Waiting]
    others: Sequence[Person]


def pending_list(*, actor: Actor, at: datetime) -> PendingList:
    """The changes that wait, and those decided or expired in the last 90 days.

    Raises:
        Forbidden: the actor does not manage.
    """
    actor.require(MANAGE)
    rows = PendingChange.objects.select_related("asked_by", "decided_by").order_by("-asked_at", "-id")
    recent = rows.filter(Q(state=PendingState.WAITING) | Q(asked_at__gte=at - _SHOWN_FOR))
    shown = [_seen(change, actor, at) for change in recent[:_MOST]]
    return PendingList(
        waiting=[one for one in shown if one.is_open],
        decided=[one for one in shown if not one.is_open],
        others=other_administrators(actor.person_id, at=at),
    )


def pending_change(change_id: UUID, *, actor: Actor, at: datetime) -> Waiting:
    """One change.

    Raises:
        Forbidden: the actor does not manage.
        NotFound: there is none.
    """
    actor.require(MANAGE)
    change = PendingChange.objects.select_related("asked_by", "decided_by").filter(id=change_id).first()
    if change is None:
        raise NotFound
    return _seen(change, actor, at)


def changes_of(change: PendingChange) -> list[Change]:
    """What the change would write, as people read it."""
    if change.kind not in EDITABLE:
        return _of_a_move(change)
    fields = {field.name: field for field in EDITABLE[change.kind]._meta.fields}
    named = {fields[name].attname if name in fields else name: value for name, value in change.fields.items()}
    return changes_between(change.kind, change.before, {**change.before, **named})


def _of_a_move(change: PendingChange) -> list[Change]:
    """The day, the agency above before and after, and the positions that come to manage the accounts."""
    ids = [change.before["parent_id"], change.fields["parent_id"]]
    above = Organization.objects.in_bulk([one for one in ids if one is not None])
    before, after = (above[one].label if one in above else "" for one in ids)
    held = Position.objects.filter(id__in=change.fields["positions"]).select_related("person", "role", "organization")
    return [
        Change("from_day", "", change.fields["day"]),
        Change("parent", before, after),
        Change("managers", "", "; ".join(one.label for one in held)),
    ]


def names_of(changes: Iterable[PendingChange]) -> dict[UUID, str]:
    """What the records of the changes are called in the reader's language; one statement for each kind of record."""
    found = list(changes)
    names = {one.id: one.record_name for one in found}
    for kind in {one.kind for one in found if one.record_id}:
        own = [one for one in found if one.kind == kind and one.record_id]
        rows = _rows_of(kind, [one.record_id for one in own])
        names |= {one.id: label_of(rows[one.record_id]) for one in own if one.record_id in rows}
    return names


def _rows_of(kind: str, ids: Sequence[str]) -> dict[str, Any]:
    """The record that each id of a change of `kind` names; of a move, the agency."""
    if kind in EDITABLE:
        rows = EDITABLE[kind]._default_manager.filter(pk__in=ids)
        named = {"position": ("person", "role", "organization")}.get(kind, ())
        return {str(row.pk): row for row in (rows.select_related(*named) if named else rows)}
    if kind != ORGANIZATION_CHANGE:
        return {}
    moved = OrganizationChangeParty.objects.filter(change_id__in=[int(one) for one in ids], role=PartyRole.BEFORE)
    return {str(row.change_id): row.organization for row in moved.select_related("organization")}


def _seen(change: PendingChange, actor: Actor, at: datetime) -> Waiting:
    own = change.asked_by_id == actor.person_id
    is_open = change.state == PendingState.WAITING
    tied = is_open and not own and actor.person_id is not None
    return Waiting(
        change=change,
        is_own=own,
        is_expired=is_open and change.expires_at <= at,
        is_tied=tied and ties_between(change.asked_by_id, actor.person_id, at=at),
        is_deputy=tied and not manages_all(actor.on_own_behalf()),
    )


def other_administrators(person_id: UUID | None, *, at: datetime) -> list[Person]:
    """The active people, `person_id` left out, who manage the whole province; one statement each."""
    day = local_date(at)
    held = Position.objects.filter(valid_on(day), role__rights__contains=[MANAGE])
    found = Person.objects.filter(id__in=held.values("person_id"), is_active=True).order_by("full_name")
    others = found if person_id is None else found.exclude(id=person_id)
    return [one for one in others if manages_all(people.actor_for(one.id, day=day))]


def ties_between(one: UUID, other: UUID | None, *, at: datetime) -> bool:
    """Whether one of two people opened the other's account, gave them a position, changed how they sign in or stood in
    for them lately.

    Such a second account could be the first person's own; three statements.
    """
    if _stood_in(one, other, at=at):
        return True
    positions = Position.objects.filter(person_id__in=[one, other]).values_list("person_id", "id")
    held: dict[UUID | None, list[str]] = {one: [], other: []}
    for person_id, position_id in positions:
        held[person_id].append(str(position_id))
    did = Q()
    for first, second in ((one, other), (other, one)):
        about = Q(record_kind="person", record_id=str(second)) | Q(record_kind="position", record_id__in=held[second])
        did |= Q(person_id=first) & about
    return AuditEntry.objects.filter(did, at__gte=at - INDEPENDENT_AFTER, at__lte=at).exists()


def _stood_in(one: UUID, other: UUID | None, *, at: datetime) -> bool:
    """Whether one of two people was the other's deputy lately: what the deputy asks for, the absent one asks for."""
    lately, today = local_date(at - INDEPENDENT_AFTER), local_date(at)
    pair = Q(person=one, deputy=other) | Q(person=other, deputy=one)
    leaves = Leave.objects.filter(pair, valid_from__lte=today, called_off_at__isnull=True)
    return leaves.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=lately)).exists()
