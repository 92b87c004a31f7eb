"""What the rows of a file of people mean, and what taking them in would change.

Pure: the agencies, roles and people that are known come in as a `Directory`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from ioc.kernel.text import fold
from ioc.management.rules.people_cells import Entry, Problem, last_day, problems_of, read_day, tidied, tidy_phone


class Outcome(StrEnum):
    """What taking a row in does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Change:
    """A value before and after; no `before` for what is new."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class KnownPosition:
    """A position that has not ended."""

    id: int
    organization_id: int
    role_id: int
    title: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody with an account; `is_ours` says whether who takes the file in may change them."""

    id: UUID
    login: str
    full_name: str
    email: str
    phone: str
    is_ours: bool = True
    positions: tuple[KnownPosition, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """An agency or a role: how it is called, and whether who takes the file in may put people there."""

    id: int
    names: tuple[str, ...]
    is_ours: bool = True


@dataclass(frozen=True)
class Directory:
    """What is known when a file is looked at. `may_give` says whether who takes it in may give a role in an agency."""

    agencies: Sequence[Named]
    roles: Sequence[Named]
    people: Sequence[KnownPerson]
    today: date
    may_give: Callable[[int, int], bool] = lambda _organization, _role: True

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_login", _index(self.people, "login"))
        object.__setattr__(self, "by_email", _index(self.people, "email"))
        object.__setattr__(self, "by_phone", _index(self.people, "phone"))
        object.__setattr__(self, "agency_names", _names(self.agencies))
        object.__setattr__(self, "role_names", _names(self.roles))

    by_login: Mapping[str, list[KnownPerson]] = field(init=False, repr=False)
    by_email: Mapping[str, list[KnownPerson]] = field(init=False, repr=False)
    by_phone: Mapping[str, list[KnownPerson]] = field(init=False, repr=False)
    agency_names: Mapping[str, list[Named]] = field(init=False, repr=False)
    role_names: Mapping[str, list[Named]] = field(init=False, repr=False)


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a row. `group` ties the rows of one new person together."""

    number: int
    cells: Mapping[str, str]
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()
    entry: Entry | None = None
    person: KnownPerson | None = None
    position: KnownPosition | None = None
    group: str = ""


def plan(rows: Iterable[tuple[int, Mapping[str, str]]], directory: Directory) -> Iterator[Planned]:
    """What each row (its number in the file, its cells by column) would change; nothing is guessed."""
    seen = _Seen()
    for number, cells in rows:
        entry, problems = _entry(cells, directory)
        yield _wrong(number, cells, problems) if entry is None else _planned(number, cells, entry, directory, seen)


class _Seen:
    """What earlier rows of the file said."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[int, Entry]] = {}
        self.positions: dict[tuple[str, int, int], int] = {}


def _index(people: Iterable[KnownPerson], name: str) -> dict[str, list[KnownPerson]]:
    found: dict[str, list[KnownPerson]] = {}
    for person in people:
        value = getattr(person, name)
        key = tidy_phone(value) if name == "phone" else value.lower()
        if key:
            found.setdefault(key, []).append(person)
    return found


def _names(rows: Iterable[Named]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for row in rows:
        for key in {_key(name) for name in row.names if name}:
            found.setdefault(key, []).append(row)
    return found


def _entry(cells: Mapping[str, str], directory: Directory) -> tuple[Entry | None, list[Problem]]:
    values = tidied(cells)
    organization, role = _find(values, directory, "organization"), _find(values, directory, "role")
    problems = [*problems_of(values), *_placed(values, organization, role)]
    if problems:
        return None, problems
    ends = read_day(values["valid_to"])
    return Entry(
        full_name=values["full_name"],
        email=values["email"],
        phone=values["phone"],
        login=values["login"],
        organization_id=organization[0].id,
        role_id=role[0].id,
        title=values["title"],
        valid_from=read_day(values["valid_from"]),
        valid_to=ends + timedelta(days=1) if ends else None,
    ), []


def _key(name: str) -> str:
    return " ".join(fold(name).split())


def _find(values: Mapping[str, str], directory: Directory, column: str) -> list[Named]:
    names = directory.agency_names if column == "organization" else directory.role_names
    return list(names.get(_key(values[column]), ()))


def _placed(values: Mapping[str, str], organization: list[Named], role: list[Named]) -> Iterator[Problem]:
    for column, found, unknown, not_ours in (
        (
            "organization", organization,
            _("There is no agency of this name or code. Look it up in the list of agencies."),
            _("This agency lies beyond what you manage."),
        ),
        (
            "role", role,
            _("There is no role of this name or code. Look it up in the list of roles."),
            _("This role is not yours to give."),
        ),
    ):  # fmt: skip
        if values[column] and not found:
            yield Problem(column, unknown)
        elif len(found) > 1:
            yield Problem(column, _("Several are called so. Write the code instead of the name."))
        elif found and not found[0].is_ours:
            yield Problem(column, not_ours)


def _wrong(number: int, cells: Mapping[str, str], problems: Iterable[Problem]) -> Planned:
    return Planned(number=number, cells=cells, outcome=Outcome.WRONG, problems=tuple(problems))


def _planned(number: int, cells: Mapping[str, str], entry: Entry, directory: Directory, seen: _Seen) -> Planned:
    person, problem = _who(entry, directory)
    group = str(person.id) if person else _group(entry, seen)
    problem = problem or _against_earlier(number, entry, group, seen)
    if problem:
        return _wrong(number, cells, [problem])
    position = _held(person, entry)
    problem = _impossible(entry, position, directory)
    if problem:
        return _wrong(number, cells, [problem])
    first_of_person = seen.people[group][0] == number
    changes = (*_person_changes(person, entry, is_first=first_of_person), *_position_changes(position, entry))
    outcome = Outcome.NEW if person is None else Outcome.CHANGED if changes else Outcome.UNCHANGED
    return Planned(number, cells, outcome, (), changes, entry, person, position, group)


def _who(entry: Entry, directory: Directory) -> tuple[KnownPerson | None, Problem | None]:
    """Whom the row speaks of: by login, else by e-mail, else by phone where that names one person."""
    by_email = directory.by_email.get(entry.email, []) if entry.email else []
    if entry.login:
        by_login = directory.by_login.get(entry.login.lower(), [])
        others = [one for one in by_email if one not in by_login]
        if others:
            return None, Problem("email", _("Somebody else has this e-mail."))
        return _ours(by_login, "login")
    if entry.email:
        return _ours(by_email, "email") if by_email else _ours(_by_phone(entry, directory), "phone")
    return _ours(directory.by_phone.get(entry.phone, []), "phone")


def _by_phone(entry: Entry, directory: Directory) -> list[KnownPerson]:
    """Who has the row's phone and no e-mail yet: the row brings it."""
    return [one for one in directory.by_phone.get(entry.phone, []) if not one.email] if entry.phone else []


def _ours(found: list[KnownPerson], column: str) -> tuple[KnownPerson | None, Problem | None]:
    if not found:
        return None, None
    if len(found) > 1:
        return None, Problem(column, _("Several people have this. Give the login too."))
    if not found[0].is_ours:
        return None, Problem(column, _("An account with this exists and is not yours to manage."))
    return found[0], None


def _group(entry: Entry, seen: _Seen) -> str:
    """What the rows of one new person share."""
    mine = [f"{kind}:{value.lower()}" for kind, value in (
        ("login", entry.login), ("email", entry.email), ("phone", entry.phone)
    ) if value]  # fmt: skip
    return mine[0]


def _against_earlier(number: int, entry: Entry, group: str, seen: _Seen) -> Problem | None:
    """What an earlier row of the file makes impossible in this one; notes the row otherwise."""
    first = seen.people.get(group)
    if first and (first[1].full_name, first[1].email, first[1].phone, first[1].login) != (
        entry.full_name, entry.email, entry.phone, entry.login
    ):  # fmt: skip
        return Problem("full_name", _("Row %(row)s says otherwise about the same person.") % {"row": first[0]})
    for column in ("login", "email"):
        value = getattr(entry, column).lower()
        other = seen.people.get(f"taken:{column}:{value}") if value else None
        if other and not first:
            return Problem(column, _("Row %(row)s has the same for somebody else.") % {"row": other[0]})
    place = (group, entry.organization_id, entry.role_id)
    if place in seen.positions:
        return Problem("role", _("Row %(row)s says the same already.") % {"row": seen.positions[place]})
    seen.positions[place] = number
    if not first:
        for key in (group, *(f"taken:{column}:{getattr(entry, column).lower()}" for column in ("login", "email"))):
            seen.people[key] = (number, entry)
    return None


def _held(person: KnownPerson | None, entry: Entry) -> KnownPosition | None:
    """The position that the row speaks of, when the person has it."""
    if person is None:
        return None
    place = (entry.organization_id, entry.role_id)
    held = [one for one in person.positions if (one.organization_id, one.role_id) == place]
    return min(held, key=lambda one: one.valid_from, default=None)


def _impossible(entry: Entry, position: KnownPosition | None, directory: Directory) -> Problem | None:
    begins = position.valid_from if position else entry.valid_from or directory.today
    if entry.valid_to and entry.valid_to <= begins:
        return Problem("valid_to", _("The end must be after the beginning."))
    if position is None and entry.valid_to and entry.valid_to <= directory.today:
        return Problem("valid_to", _("This has ended already. Leave the row out."))
    if not directory.may_give(entry.organization_id, entry.role_id):
        return Problem(
            "role",
            _("This role is not yours to give here, or it takes two administrators: appoint on the person's page."),
        )
    return None


def _person_changes(person: KnownPerson | None, entry: Entry, *, is_first: bool) -> Iterator[Change]:
    """What becomes of the person; an empty cell leaves what is known."""
    if not is_first:
        return
    for column in ("full_name", "email", "phone"):
        before, after = (getattr(person, column) if person else ""), getattr(entry, column)
        same = tidy_phone(before) == after if column == "phone" else before == after
        if after and not same:
            yield Change(column, before, after)


def _position_changes(position: KnownPosition | None, entry: Entry) -> Iterator[Change]:
    if position is None:
        yield Change("role", "", "")
        return
    if entry.title and entry.title != position.title:
        yield Change("title", position.title, entry.title)
    if entry.valid_to and entry.valid_to != position.valid_to:
        yield Change("valid_to", last_day(position.valid_to), last_day(entry.valid_to))
