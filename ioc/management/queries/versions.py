"""The versions of a record, read from the log: who changed what when, and how it stood after each change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from ioc.kernel.actors import Actor
from ioc.management.models import AuditEntry
from ioc.management.models.editable import EDITABLE
from ioc.management.queries import screens

_OWN: Final = frozenset({"id", "path", "password"})
_VERBS: Final = ("added", "changed", "handed_over")


@dataclass(frozen=True, slots=True)
class Version:
    """How a record stood after a change. `changed` names the fields, `values` holds all that the log knows.

    `is_whole`: the log knows the record from its beginning, so what `values` lacks was empty.
    """

    number: int
    at: datetime
    verb: str
    who: str
    reason: str
    changed: Sequence[str]
    values: Mapping[str, Any]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two versions have differently, as people read it."""

    field: str
    before: str
    after: str


def versions_of(*, kind: str, record_id: object, actor: Actor) -> list[Version]:
    """The versions of a record, the first one first; two statements.

    Raises:
        Forbidden: the actor may not read this list.
        NotFound: there is none, or the actor may not see it.
    """
    row = screens.record(kind=kind, record_id=record_id, actor=actor)
    entries = AuditEntry.objects.filter(record_kind=kind, record_id=str(row.pk), verb__in=_VERBS).order_by("at", "id")
    found: list[Version] = []
    state: dict[str, Any] = {}
    for number, entry in enumerate(entries, start=1):
        before, after = _without_own(entry.before), _without_own(entry.after)
        state = {**before, **state, **after}
        changed = sorted(before.keys() | after.keys())
        whole = entry.verb == "added" or bool(found and found[0].is_whole)
        found.append(Version(number, entry.at, entry.verb, entry.actor_name, entry.reason, changed, state, whole))
    return found


def _without_own(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _OWN}


def differences(*, kind: str, before: Version, after: Version) -> list[Difference]:
    """What two versions of a record have differently; one statement for each table that the fields name."""
    model = EDITABLE[kind]
    names = sorted(before.values.keys() | after.values.keys())
    differing = [name for name in names if before.values.get(name) != after.values.get(name)]
    return [
        Difference(
            name.removesuffix("_id"),
            _said(model, name, before.values.get(name)),
            _said(model, name, after.values.get(name)),
        )
        for name in differing
    ]


def _said(model: type[models.Model], name: str, value: Any) -> str:
    """A value as people read it: names for ids, labels for choices."""
    field = _field_of(model, name)
    if value in (None, "", []):
        return ""
    if field is not None and field.is_relation:
        return _names(field.related_model, value if isinstance(value, list) else [value])
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return ", ".join(_item(one) for one in value) if isinstance(value, list) else str(value)


def _item(value: Any) -> str:
    return " = ".join(str(part) for part in value.values()) if isinstance(value, dict) else str(value)


def _names(model: Any, ids: Iterable[Any]) -> str:
    try:
        found = model._default_manager.in_bulk(list(ids))
    except (ValueError, ValidationError):
        return ", ".join(str(one) for one in ids)
    return ", ".join(sorted(str(row) for row in found.values()))


def _field_of(model: type[models.Model], name: str) -> Any:
    """The field whose column the log calls `name`; None for one that is no more."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    if name in by_column:
        return by_column[name]
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
