"""The audit log: who did what, when and from where, newest first, paged by key, filtered by what the reader may see."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q, QuerySet

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.keyset import Key, page_by_key
from ioc.kernel.rights import READ_AUDIT
from ioc.kernel.text import fold, syllables
from ioc.management.models import AuditEntry, Organization, Person
from ioc.management.models.editable import EDITABLE
from ioc.management.models.named import label_of
from ioc.management.models.text import Folded
from ioc.management.queries import loading

PER_PAGE: Final = 50
_EXPORTED_AT_ONCE: Final = 1000
_NAMESAKES: Final = 200
_NEWEST_FIRST: Final = (Key("at", descending=True), Key("id", descending=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log is wanted; empty means any.

    `q` are words of names, reasons and values, with or without diacritics; `person` is somebody's id or part of a
    name; `address` a network address, or its beginning up to a dot or colon; `since` is included, `until` not.
    """

    q: str = ""
    topic: str = ""
    kind: str = ""
    record: str = ""
    person: str = ""
    organization: str = ""
    address: str = ""
    session: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def said(self) -> dict[str, str]:
        """What is asked for, as the log keeps it of an export."""
        given = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: str(value) for name, value in given if value}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a record, before and after, as people read it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry with its changes."""

    event: AuditEntry
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries, and cursors for the pages on both sides (empty: there are none)."""

    rows: list[AuditRow]
    older: str = ""
    newer: str = ""


def audit_log(*, actor: Actor, asked: Asked, cursor: str = "") -> AuditPage:
    """A page of the entries; at most nine statements: the page, what the filters name, and one for each table that
    ids in it name.

    Raises:
        Forbidden: the actor may not read the audit log.
    """
    page = page_by_key(_found(actor, asked), order=_NEWEST_FIRST, cursor=cursor, size=PER_PAGE)
    return AuditPage(_rows(page.rows), page.older, page.newer)


def count_of(*, actor: Actor, asked: Asked) -> int:
    """How many entries are asked for.

    Raises:
        Forbidden: the actor may not read the audit log.
    """
    return _found(actor, asked).count()


def every_entry(*, actor: Actor, asked: Asked) -> Iterator[AuditRow]:
    """All entries that are asked for, newest first, read a thousand at a time.

    Raises:
        Forbidden: the actor may not read the audit log.
    """
    found, cursor = _found(actor, asked), ""
    while True:
        page = page_by_key(found, order=_NEWEST_FIRST, cursor=cursor, size=_EXPORTED_AT_ONCE)
        yield from _rows(page.rows)
        if not page.older or len(page.rows) < _EXPORTED_AT_ONCE:
            return
        cursor = page.older


def _found(actor: Actor, asked: Asked) -> QuerySet[AuditEntry]:
    actor.require(READ_AUDIT)
    plain = {
        "topic": asked.topic,
        "record_kind": asked.kind,
        "record_id": asked.record,
        "session": asked.session,
        "at__gte": asked.since,
        "at__lt": asked.until,
    }
    found = AuditEntry.objects.filter(**{name: value for name, value in plain.items() if value}).defer("words")
    return found.filter(_seen_by(actor), _words(asked.q), _by(asked.person), _in(asked.organization),
                        _from(asked.address))  # fmt: skip


def _seen_by(actor: Actor) -> Q:
    """All entries for who reads the log of the whole province; else what people of the own agencies did."""
    grants = actor.grants_for(READ_AUDIT)
    reference = loading.current()
    top = reference.areas.get(reference.province.area_id or 0) if reference.province else None
    whole = any(not one.area_path or (top and top.path.startswith(one.area_path)) for one in grants)
    if actor.kind is ActorKind.SYSTEM or whole:
        return Q()
    below = Q(pk__in=())
    for grant in grants:
        below |= Q(path__startswith=grant.organization_path)
    return Q(organization_id__in=Organization.objects.filter(below).values("id"))


def _words(text: str) -> Q:
    """All syllables of `text`, each as the beginning of a word."""
    typed = syllables(text)[:12]
    if not typed:
        return Q()
    query = " & ".join(f"{one}:*" for one in typed)
    return Q(words=SearchQuery(query, config="simple", search_type="raw"))


def _by(person: str) -> Q:
    """What somebody did: named by id, or by words of the name with or without diacritics."""
    if not person.strip("\0 "):
        return Q()
    try:
        return Q(person_id=UUID(person))
    except ValueError:
        return Q(actor_name__icontains=person.strip("\0 ")) | Q(person_id__in=_named(person))


def _named(words: str) -> QuerySet[Person, UUID]:
    """The ids of people in whose names all `words` occur."""
    people = Person.objects.alias(_words=Folded("full_name", "username", "email", "phone"))
    for word in fold(words).replace("\0", "").split():
        people = people.filter(_words__contains=word)
    return people.values_list("id", flat=True)[:_NAMESAKES]


def _in(organization: str) -> Q:
    return Q(organization_id=int(organization)) if organization.isascii() and organization.isdigit() else Q()


def _from(address: str) -> Q:
    wanted = address.strip()
    if wanted.endswith((".", ":")):
        return Q(address__startswith=wanted)
    return Q(address=wanted) if wanted else Q()


def _rows(events: Sequence[AuditEntry]) -> list[AuditRow]:
    names = _names(events)
    return [AuditRow(event, _changes(event, names)) for event in events]


def changes_between(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs between two states of a record of `kind`, as people read it; one statement a table named."""
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    parts = [{name: values[name] for name in names if name in values} for values in (before, after)]
    (row,) = _rows([AuditEntry(record_kind=kind, before=parts[0], after=parts[1])])
    return row.changes


def _target(kind: str, field: str) -> Any:
    """The table that a field's ids name; None for plain values."""
    model = EDITABLE.get(kind)
    try:
        return model._meta.get_field(field.removesuffix("_id")).related_model if model else None
    except FieldDoesNotExist:
        return None


def _names(events: Sequence[AuditEntry]) -> Mapping[Any, Mapping[Any, str]]:
    """Table → id → name, for all ids that the events speak of."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for event in events:
        for field, value in [*event.before.items(), *event.after.items()]:
            target = _target(event.record_kind, field)
            if target is not None and value is not None:
                wanted[target].update(value if isinstance(value, list) else [value])
    return {table: _names_in(table, ids) for table, ids in wanted.items()}


def _names_in(table: Any, ids: set[Any]) -> Mapping[str, str]:
    """Id → name. Facts may hold a name where a record would hold an id: they are shown as they are."""
    try:
        return {str(row.pk): label_of(row) for row in table._default_manager.filter(pk__in=ids)}
    except (ValueError, TypeError, ValidationError):
        return {}


def _changes(event: AuditEntry, names: Mapping[Any, Mapping[Any, str]]) -> list[Change]:
    found = sorted(event.before.keys() | event.after.keys())
    return [
        Change(
            field.removesuffix("_id"),
            _said(event.before.get(field), names.get(_target(event.record_kind, field), {})),
            _said(event.after.get(field), names.get(_target(event.record_kind, field), {})),
        )
        for field in found
        if field not in {"id", "path"}
    ]


def _said(value: Any, names: Mapping[Any, str]) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return ", ".join(names.get(str(one), str(one)) for one in value)
    return names.get(str(value), str(value))
