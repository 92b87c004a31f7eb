"""How the installation is: what needs somebody, parts, processes, the machine, sizes, systems outside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Sum
from django.utils.functional import Promise

from ioc.kernel import health, machine
from ioc.kernel.actors import Actor
from ioc.kernel.health import Outside, Worry
from ioc.kernel.machine import Disk, Queue, Running, SlowStatement
from ioc.kernel.models import StoredFile
from ioc.kernel.rights import MANAGE, READ_METRICS

_TABLES: Final = (
    "SELECT relname, n_live_tup, pg_total_relation_size(relid) FROM pg_stat_user_tables"
    " ORDER BY pg_total_relation_size(relid) DESC LIMIT 10"
)


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table: rows as the server estimates them, bytes with its indexes."""

    name: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class SystemState:
    """The whole of it. Sizes in bytes; `slow` is None when the database does not count statements.

    `outside` pairs each system with what is wrong with it (empty: it answers).
    """

    worries: list[Worry]
    parts: dict[str, bool]
    processes: list[Running]
    queue: Queue
    waited: timedelta
    figures: list[tuple[str | Promise, int]]
    database_size: int
    tables: list[TableSize]
    slow: list[SlowStatement] | None
    files: int
    files_size: int
    disk: Disk
    certificate_ends_at: datetime | None
    outside: list[tuple[Outside, str]]


def system_state(*, actor: Actor, at: datetime) -> SystemState:
    """The state now.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    stored = StoredFile.objects.aggregate(count=Count("sha256"), size=Sum("size"))
    queue = machine.queue()
    return SystemState(
        worries=health.worries(queue=queue),
        parts=health.parts(),
        processes=machine.processes(),
        queue=queue,
        waited=machine.waited(queue, at=at),
        figures=health.figures(),
        database_size=machine.database_size(),
        tables=_tables(),
        slow=machine.slow_statements(),
        files=stored["count"],
        files_size=stored["size"] or 0,
        disk=machine.disk(),
        certificate_ends_at=machine.certificate_ends_at(),
        outside=health.outside(),
    )


def _tables() -> list[TableSize]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return [TableSize(*row) for row in cursor.fetchall()]


def metrics(*, actor: Actor) -> bytes:
    """The figures for Prometheus.

    Raises:
        Forbidden: the actor may not read them.
    """
    from ioc.kernel.metrics import page  # noqa: PLC0415 - counting begins only where the figures are wanted

    actor.require(READ_METRICS)
    return page()
