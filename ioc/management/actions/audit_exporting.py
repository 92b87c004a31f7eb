"""Taking the audit log out as a file; the log says that it was taken, by whom and what of it."""

from collections.abc import Iterator
from datetime import datetime

from ioc.kernel.actors import Actor
from ioc.management.actions.audit import log_export
from ioc.management.queries.audit import Asked, AuditRow, count_of, every_entry


def export_audit(*, asked: Asked, form: str, actor: Actor, at: datetime) -> Iterator[AuditRow]:
    """The entries that are asked for, up to `at`, for a file in `form` ("csv", "xlsx"); read as they are taken.

    Raises:
        Forbidden: the actor may not read the audit log.
    """
    count = count_of(actor=actor, asked=asked)
    rows = every_entry(actor=actor, asked=asked)
    log_export(what="audit", rows=count, actor=actor, at=at, asked={**asked.said(), "form": form})
    return rows
