"""Taking a file of people in: new accounts, changes and positions, in one transaction with the log of each.

Nothing is hashed: who is new is invited and sets a password. Taking the same file in again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Func, Value

from ioc.kernel import reference
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, NotFound
from ioc.kernel.together import insert_many
from ioc.management.actions.audit import Change, log_changes
from ioc.management.actions.gaining import require_somebody_manages
from ioc.management.actions.invitation_links import end_links, reached_at
from ioc.management.actions.invitations import send_invitations
from ioc.management.actions.people_planning import Rows, plan_people
from ioc.management.actions.table_reading import Sheet
from ioc.management.models import PeopleImport, Person, Position
from ioc.management.queries.reach import require_manager_of_people
from ioc.management.rules.people_cells import Entry, login_base, login_for
from ioc.management.rules.people_import import Outcome, Planned

KEEP: Final = timedelta(days=14)
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rows were new, changed, unchanged and wrong, and how many people were invited."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    people: int = 0
    positions: int = 0
    invited: int = 0


def keep_file(*, sheet: Sheet, name: str, actor: Actor, at: datetime) -> UUID:
    """Keep what was read of a file until it is taken in; older files than `KEEP` are forgotten.

    Raises:
        Forbidden: the actor manages no people.
    """
    require_manager_of_people(actor)
    PeopleImport.objects.filter(uploaded_at__lt=at - KEEP).delete()
    kept = PeopleImport.objects.create(
        file_name=name[-120:], uploaded_by_id=actor.person_id, uploaded_at=at, headers=sheet.headers, rows=sheet.rows
    )
    return kept.pk


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A kept file and what it would change as things stand; `taken` once it was taken in."""

    id: UUID
    name: str
    headers: Mapping[str, str]
    planned: list[Planned]
    uploaded_at: datetime
    taken: Taken | None


def kept_file(*, import_id: UUID, actor: Actor, at: datetime) -> KeptFile:
    """A file that the actor sent, looked at anew.

    Raises:
        Forbidden: the actor manages no people.
        NotFound: the actor has no such file.
    """
    require_manager_of_people(actor)
    kept = PeopleImport.objects.filter(pk=import_id, uploaded_by_id=actor.person_id).first()
    if kept is None:
        raise NotFound
    return KeptFile(
        id=kept.pk,
        name=kept.file_name,
        headers=kept.headers,
        planned=plan_people(rows=kept.rows, actor=actor, at=at),
        uploaded_at=kept.uploaded_at,
        taken=Taken(**kept.outcome) if kept.applied_at else None,
    )


def take_file(*, import_id: UUID, actor: Actor, at: datetime, send_out: bool) -> Taken:
    """Take in the good rows of a kept file; a second time the first outcome is the answer.

    `send_out`: invite who has no password yet.

    Raises:
        Forbidden: the actor manages no people.
        NotFound: the actor has no such file.
        Conflict: somebody changed the same people at the same moment; nothing was taken in.
    """
    require_manager_of_people(actor)
    with transaction.atomic():
        mine = PeopleImport.objects.select_for_update().filter(pk=import_id, uploaded_by_id=actor.person_id)
        kept = mine.first()
        if kept is None:
            raise NotFound
        if kept.applied_at:
            return Taken(**kept.outcome)
        taken = take_rows(rows=kept.rows, actor=actor, at=at, send_out=send_out)
        kept.applied_at, kept.outcome = at, asdict(taken)
        kept.save(update_fields=["applied_at", "outcome"])
    return taken


def take_rows(*, rows: Rows, actor: Actor, at: datetime, send_out: bool) -> Taken:
    """Take in what is good in `rows`; some thirty statements, whatever their number.

    Raises:
        Forbidden: the actor manages no people.
        Conflict: somebody changed the same people at the same moment; nothing was taken in.
    """
    try:
        with transaction.atomic():
            planned = plan_people(rows=rows, actor=actor, at=at)
            good = [row for row in planned if row.outcome in {Outcome.NEW, Outcome.CHANGED}]
            people, log = _save_people(good, at)
            positions = _save_positions(good, people, log, local_date(at))
            require_somebody_manages(actor=actor)
            log_changes(log, actor=actor, at=at)
            invited = _invite(people, actor, at) if send_out else 0
            reference.bump()
    except IntegrityError as error:
        raise Conflict from error
    return replace(count_of(planned), positions=positions, invited=invited)


def count_of(planned: Sequence[Planned]) -> Taken:
    """How many rows and people there would be of each sort."""
    count = {outcome: sum(row.outcome is outcome for row in planned) for outcome in Outcome}
    return Taken(
        count[Outcome.NEW], count[Outcome.CHANGED], count[Outcome.UNCHANGED], count[Outcome.WRONG],
        people=len({row.group for row in planned if row.outcome is Outcome.NEW}),
    )  # fmt: skip


def _save_people(good: Sequence[Planned], at: datetime) -> tuple[dict[str, Person], list[Change]]:
    """The people of the good rows by group, with new and changed ones written."""
    log: list[Change] = []
    known = Person.objects.select_for_update().in_bulk({row.person.id for row in good if row.person})
    people: dict[str, Person] = {}
    added, changed, moved = [], {}, set()
    taken = _taken_logins(good)
    for row in good:
        person = people.get(row.group) or (known.get(row.person.id) if row.person else None)
        if person is None and row.entry:
            person = _new_person(row.entry, taken, at)
            added.append(person)
            log.append(_added(person))
        elif person and (values := _person_values(row)):
            log.append(Change("changed", "person", person.pk, str(person), _of(person, values), values))
            before = reached_at(person)
            for name, value in values.items():
                setattr(person, name, value)
            changed[person.pk] = person
            moved |= {person.pk} if reached_at(person) != before else set()
        if person:
            people[row.group] = person
    insert_many(added)
    Person.objects.bulk_update(changed.values(), ["full_name", "email", "phone"], batch_size=_BATCH)
    end_links(moved, at=at)
    return people, log


def _taken_logins(good: Sequence[Planned]) -> set[str]:
    """The logins that are gone: those of the file, and those here that begin as a new one would."""
    entries = [row.entry for row in good if row.entry and row.person is None]
    bases = {login_base(one.full_name, one.email) for one in entries if not one.login}
    stem = Func(F("username"), Value("[0-9]+$"), Value(""), function="regexp_replace")
    here = Person.objects.alias(stem=stem).filter(stem__in=bases | {_without_number(base) for base in bases})
    return {one.login.lower() for one in entries if one.login} | {
        login.lower() for login in here.values_list("username", flat=True)
    }


def _without_number(login: str) -> str:
    return login.rstrip("0123456789")


def _new_person(entry: Entry, taken: set[str], at: datetime) -> Person:
    return Person(
        username=entry.login or login_for(entry.full_name, entry.email, taken),
        full_name=entry.full_name,
        email=entry.email,
        phone=entry.phone,
        password=make_password(None),
        date_joined=at,
    )


def _person_values(row: Planned) -> dict[str, Any]:
    return {one.column: one.after for one in row.changes if one.column in {"full_name", "email", "phone"}}


def _save_positions(good: Sequence[Planned], people: Mapping[str, Person], log: list[Change], today: date) -> int:
    """Write new and changed positions; how many."""
    known = Position.objects.select_for_update().in_bulk([row.position.id for row in good if row.position])
    added, changed = [], []
    for row in good:
        entry, position = row.entry, known.get(row.position.id) if row.position else None
        if entry and row.position is None:
            added.append(_new_position(entry, people[row.group], today))
        elif entry and position and (values := _position_values(row, entry)):
            before = {name: _plain(value) for name, value in _of(position, values).items()}
            after = {name: _plain(value) for name, value in values.items()}
            log.append(Change("changed", "position", position.pk, str(people[row.group]), before, after))
            for name, value in values.items():
                setattr(position, name, value)
            changed.append(position)
    Position.objects.bulk_create(added, batch_size=_BATCH)
    Position.objects.bulk_update(changed, ["title", "valid_to"], batch_size=_BATCH)
    log.extend(_appointed(position) for position in added)
    return len(added) + len(changed)


def _new_position(entry: Entry, person: Person, today: date) -> Position:
    return Position(
        person=person,
        organization_id=entry.organization_id,
        role_id=entry.role_id,
        title=entry.title,
        valid_from=entry.valid_from or today,
        valid_to=entry.valid_to,
    )


def _position_values(row: Planned, entry: Entry) -> dict[str, Any]:
    changed = {one.column for one in row.changes}
    values = {"title": entry.title, "valid_to": entry.valid_to}
    return {name: value for name, value in values.items() if name in changed}


def _of(row: Person | Position, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in values}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _added(person: Person) -> Change:
    values = {name: getattr(person, name) for name in ("username", "full_name", "email", "phone")}
    return Change("added", "person", person.pk, str(person), {}, values)


def _appointed(position: Position) -> Change:
    values = {
        name: _plain(getattr(position, name))
        for name in ("organization_id", "role_id", "title", "valid_from", "valid_to")
    }
    values["person_id"] = str(position.person_id)
    return Change("added", "position", position.pk, str(position.person), {}, values)


def _invite(people: Mapping[str, Person], actor: Actor, at: datetime) -> int:
    """Invite those who have no password and can be reached; how many."""
    waiting = [
        one for one in people.values() if not one.has_usable_password() and one.is_active and (one.email or one.phone)
    ]
    return len(send_invitations(waiting, actor=actor, at=at))
