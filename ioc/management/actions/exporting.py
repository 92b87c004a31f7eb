"""Taking a list out of the system as a file: who reads it may take it, and the log says that it was taken."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ioc.kernel.actors import Actor
from ioc.management.actions.audit import log_export
from ioc.management.queries import screens


def export_list(
    *, kind: str, filters: Mapping[str, str], day: date, form: str, actor: Actor, at: datetime
) -> Iterator[Any]:
    """The records of `kind` that `filters` find and the actor may see, for a file in `form` ("csv", "xlsx").

    The rows are read as they are taken, a thousand at a time; the export is logged before the first one leaves.

    Raises:
        Forbidden: the actor may not read this list.
    """
    with transaction.atomic():
        count, rows = screens.every_record(kind=kind, filters=filters, day=day, actor=actor)
        asked = {name: value for name, value in filters.items() if name != "cursor"}
        log_export(what=kind, rows=count, actor=actor, at=at, asked={**asked, "day": day.isoformat(), "form": form})
    return rows
