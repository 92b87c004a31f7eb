"""The audit log of the configuration, newest first, paged by key."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q

from ioc.kernel.actors import Actor
from ioc.kernel.paging import Page, decode_cursor, encode_cursor
from ioc.kernel.rights import READ_AUDIT
from ioc.management.models import ConfigEvent
from ioc.management.models.editable import EDITABLE

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a record, before and after, as people read it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An event with its changes."""

    event: ConfigEvent
    changes: list[Change]


def audit_log(
    *,
    actor: Actor,
    kind: str = "",
    record_id: str = "",
    person: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str = "",
) -> Page[AuditRow]:
    """The events, filtered; at most seven statements: the page, and one for each table that ids in it name.

    `person` is part of the name of who did it; `since` is included, `until` not.

    Raises:
        Forbidden: the actor may not read the audit log.
    """
    actor.require(READ_AUDIT)
    wanted = {
        "record_kind": kind,
        "record_id": record_id,
        "actor_name__icontains": person,
        "at__gte": since,
        "at__lt": until,
    }
    events = ConfigEvent.objects.filter(_after(cursor), **{name: value for name, value in wanted.items() if value})
    found = list(events.order_by("-at", "-id")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    more = encode_cursor(shown[-1].at.isoformat(), str(shown[-1].id)) if len(found) > PER_PAGE else ""
    names = _names(shown)
    return Page([AuditRow(event, _changes(event, names)) for event in shown], more)


def _after(cursor: str) -> Q:
    try:
        moment, last = decode_cursor(cursor)
        at, last_id = datetime.fromisoformat(str(moment)), UUID(str(last))
    except ValueError:
        return Q()
    return Q(at__lt=at) | Q(at=at, id__lt=last_id)


def _target(kind: str, field: str) -> Any:
    """The table that a field's ids name; None for plain values."""
    model = EDITABLE.get(kind)
    try:
        return model._meta.get_field(field.removesuffix("_id")).related_model if model else None
    except FieldDoesNotExist:
        return None


def _names(events: Sequence[ConfigEvent]) -> Mapping[Any, Mapping[Any, str]]:
    """Table → id → name, for all ids that the events speak of."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for event in events:
        for field, value in [*event.before.items(), *event.after.items()]:
            target = _target(event.record_kind, field)
            if target is not None and value is not None:
                wanted[target].update(value if isinstance(value, list) else [value])
    return {
        table: {str(row.pk): str(row) for row in table._default_manager.filter(pk__in=ids)}
        for table, ids in wanted.items()
    }


def _changes(event: ConfigEvent, names: Mapping[Any, Mapping[Any, str]]) -> list[Change]:
    fields = sorted(event.before.keys() | event.after.keys())
    return [
        Change(
            field.removesuffix("_id"),
            _said(event.before.get(field), names.get(_target(event.record_kind, field), {})),
            _said(event.after.get(field), names.get(_target(event.record_kind, field), {})),
        )
        for field in fields
        if field not in {"id", "path"}
    ]


def _said(value: Any, names: Mapping[Any, str]) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return ", ".join(names.get(str(one), str(one)) for one in value)
    return names.get(str(value), str(value))
