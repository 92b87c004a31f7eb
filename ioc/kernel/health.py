"""Whether each part of the installation works."""

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

import httpx
import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import Error as DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel import machine
from ioc.kernel.clock import now
from ioc.kernel.machine import Queue
from ioc.kernel.models import Heartbeat

STALE_AFTER: Final = timedelta(seconds=45)
LONGEST_WAIT: Final = timedelta(minutes=5)
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


@dataclass(frozen=True, slots=True)
class Worry:
    """Something that a person should see to: what, where to mend it, and whether it must not wait."""

    text: str | Promise
    href: str = ""
    is_grave: bool = False


Worries = Callable[[], Iterable[Worry]]
_worries: list[Worries] = []


def add_worries(source: Worries) -> None:
    """Have a room's worries shown on the health page and the overview; called once as the room starts."""
    if source not in _worries:
        _worries.append(source)


def worries(*, queue: Queue | None = None) -> list[Worry]:
    """What all rooms worry about, and background work that stands still: the grave first.

    Who has read the queue already gives it, so that it is not counted again.
    """
    found = [*_about_queue(queue or machine.queue()), *(worry for source in _worries for worry in source())]
    return sorted(found, key=lambda worry: not worry.is_grave)


def _about_queue(queue: Queue) -> Iterator[Worry]:
    if machine.waited(queue, at=now()) > LONGEST_WAIT:
        text = _("Background work has been waiting for more than five minutes.")
        yield Worry(text, "/manage/health/", is_grave=True)


@dataclass(frozen=True, slots=True)
class Outside:
    """A system outside that we need. `probe` returns when it answers, and raises OSError or httpx.HTTPError if not."""

    name: str | Promise
    address: str
    probe: Callable[[], object]


Outsides = Callable[[], Iterable[Outside]]
_outsides: list[Outsides] = []


def add_outside(source: Outsides) -> None:
    """Have the systems that a room needs outside looked at on the health page; called once as the room starts."""
    if source not in _outsides:
        _outsides.append(source)


def outside() -> list[tuple[Outside, str]]:
    """Each system outside, and what is wrong with it (empty: it answers). All are asked at the same time."""
    found = [one for source in _outsides for one in source()]
    if not found:
        return []
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(zip(found, pool.map(_answer, found), strict=True))


def _answer(system: Outside) -> str:
    try:
        system.probe()
    except (OSError, httpx.HTTPError) as error:
        return str(error) or type(error).__name__
    return ""


def reach(host: str, port: int) -> None:
    """Open a connection and close it again.

    Raises:
        OSError: nobody answers.
    """
    socket.create_connection((host, port), timeout=_TIMEOUT).close()


def beat(part: str) -> None:
    """Say that `part` is alive."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now()})


def is_ready() -> bool:
    """Whether the database answers and no migration of this code is missing in it."""
    return _holds(_database) and _holds(_tables_fit)


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _tables_fit() -> bool:
    return _known_migrations() <= set(MigrationRecorder(connection).applied_migrations())


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
