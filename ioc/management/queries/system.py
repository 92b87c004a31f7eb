"""How the installation is: parts, figures of the rooms, sizes."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.utils.functional import Promise

from ioc.kernel import health
from ioc.kernel.actors import Actor
from ioc.kernel.models import StoredFile
from ioc.kernel.rights import MANAGE

_TABLES = (
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
    """Parts, figures and sizes in bytes."""

    parts: dict[str, bool]
    figures: list[tuple[str | Promise, int]]
    database_size: int
    tables: list[TableSize]
    files: int
    files_size: int
    disk_free: int
    disk_total: int


def system_state(*, actor: Actor) -> SystemState:
    """The state now.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database_size,) = cursor.fetchone()
        cursor.execute(_TABLES)
        tables = [TableSize(*row) for row in cursor.fetchall()]
    stored = StoredFile.objects.aggregate(count=Count("sha256"), size=Sum("size"))
    parts = health.parts()
    disk = shutil.disk_usage(_existing(Path(settings.FILES_ROOT)))
    return SystemState(
        parts=parts,
        figures=health.figures(),
        database_size=database_size,
        tables=tables,
        files=stored["count"],
        files_size=stored["size"] or 0,
        disk_free=disk.free,
        disk_total=disk.total,
    )


def _existing(folder: Path) -> Path:
    """The folder or the nearest one above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())
