"""Whether each part of the installation works."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
import psycopg
from django.conf import settings
from django.db import connection
from django.db.utils import Error as DatabaseError
from django.utils.functional import Promise

from ioc.kernel.clock import now
from ioc.kernel.models import Heartbeat

STALE_AFTER: Final = timedelta(seconds=45)
_TIMEOUT: Final = 2


def parts() -> dict[str, bool]:
    """Part → whether it works: database, worker, live, files."""
    database = _holds(_database)
    return {
        "database": database,
        # Not asked of a database that is down.
        "worker": database and _holds(_worker),
        "live": _holds(_live),
        "files": _holds(_files),
    }


Figures = Callable[[], Mapping[str | Promise, int]]
_figures: list[Figures] = []


def add_figures(source: Figures) -> None:
    """Have a room's figures (what it says → how many) shown on the health page; called once as the room starts."""
    _figures.append(source)


def figures() -> list[tuple[str | Promise, int]]:
    """The figures of all rooms."""
    return [figure for source in _figures for figure in source().items()]


def beat(part: str) -> None:
    """Say that `part` is alive."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now()})


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, psycopg.Error, OSError, httpx.HTTPError):
        return False


def _database() -> bool:
    with psycopg.connect(**connection.get_connection_params() | {"connect_timeout": _TIMEOUT}) as probe:
        probe.execute("SELECT 1")
    return True


def _worker() -> bool:
    return Heartbeat.objects.filter(part="worker", at__gte=now() - STALE_AFTER).exists()


def _live() -> bool:
    if not settings.LIVE_SOCKET:
        return True
    transport = httpx.HTTPTransport(uds=settings.LIVE_SOCKET)
    with httpx.Client(transport=transport, timeout=_TIMEOUT) as client:
        return client.get("http://live/live/health").status_code == httpx.codes.OK


def _files() -> bool:
    folder = Path(settings.FILES_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.access(folder, os.W_OK)
