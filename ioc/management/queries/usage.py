"""Where a record is used: what stands in the way of removing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.functional import Promise

from ioc.kernel.actors import Actor
from ioc.kernel.naming import table_name
from ioc.management.models import AuditEntry
from ioc.management.queries import screens
from ioc.management.queries.listing import MOST_COUNTED

_UNCOUNTED: Final = {AuditEntry}


@dataclass(frozen=True, slots=True)
class Use:
    """Rows of a table that refer to a record; `count` goes up to `MOST_COUNTED`."""

    name: str | Promise
    count: int
    is_more: bool


def uses_of(*, kind: str, record_id: object, actor: Actor) -> list[Use]:
    """What refers to the record, the most first; one statement for each table that can.

    Raises:
        Forbidden: the actor may not read this list.
        NotFound: there is none, or the actor may not see it.
    """
    row = screens.record(kind=kind, record_id=record_id, actor=actor)
    found: dict[str, int] = {}
    for model, field in referring(row):
        count = model._default_manager.filter(**{field: row.pk}).values("pk")[: MOST_COUNTED + 1].count()
        label = (model._meta.auto_created or model)._meta.label_lower  # a list's rows count as what has the list
        found[label] = found.get(label, 0) + count
    uses = [Use(table_name(label), min(n, MOST_COUNTED), n > MOST_COUNTED) for label, n in found.items() if n]
    return sorted(uses, key=lambda one: -one.count)


def referring(row: models.Model) -> Iterator[tuple[Any, str]]:
    """Tables with a column that names the record; the record's own lists of others are part of it."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model = relation.related_model
        whole: Any = model._meta.auto_created
        if whole is type(row) or model in _UNCOUNTED:
            continue
        yield model, relation.field.name
