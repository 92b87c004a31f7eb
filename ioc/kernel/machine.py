"""The machine under the product: processes, queue, disk, database, certificate."""

import contextlib
import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil
from cryptography import x509
from django.conf import settings
from django.db import DatabaseError, connection, transaction

_TIMEOUT: Final = 2
_WAITING: Final = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
)
_FAILED: Final = (
    "SELECT count(DISTINCT j.id) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
    " WHERE j.status = 'failed' AND e.type = 'failed' AND e.at > now() - interval '1 day'"
)
_OLDEST: Final = (
    "SELECT min(e.at) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
    " WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"
    " AND e.type IN ('deferred', 'scheduled')"
)
_SLOW: Final = (
    "SELECT calls, mean_exec_time, max_exec_time, query FROM pg_stat_statements"
    " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls > 1"
    " ORDER BY total_exec_time DESC LIMIT 10"
)
_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Queue:
    """Background work that could begin now, since when the oldest of it waits, and what failed within a day."""

    waiting: int
    oldest_at: datetime | None
    failed: int


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes on the disk of the files."""

    free: int
    total: int

    @property
    def share_free(self) -> float:
        """0 when it is full, 1 when it is empty."""
        return self.free / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class SlowStatement:
    """A kind of statement: how often it ran since counting began, and how long it took, in milliseconds."""

    calls: int
    mean_ms: float
    longest_ms: float
    text: str


@dataclass(frozen=True, slots=True)
class Running:
    """A process of ours with what it started: since when, how many, how much memory in bytes."""

    name: str
    since: datetime
    processes: int
    memory: int


def queue() -> Queue:
    """The queue of background work; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({_WAITING}), ({_OLDEST}), ({_FAILED})")
        waiting, oldest, failed = cursor.fetchone()
    return Queue(waiting=waiting, oldest_at=oldest, failed=failed)


def disk() -> Disk:
    """The disk that holds the files."""
    folder = Path(settings.FILES_ROOT)
    usage = shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists()))
    return Disk(free=usage.free, total=usage.total)


def database_size() -> int:
    """Bytes of the database with all its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return int(size)


def slow_statements() -> list[SlowStatement] | None:
    """What the database spends most of its time on; None when it does not count statements."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SLOW)
            return [
                SlowStatement(calls, mean, longest, " ".join(text.split())[:_SHOWN])
                for calls, mean, longest, text in cursor.fetchall()
            ]
    except DatabaseError:
        return None


def certificate_ends_at() -> datetime | None:
    """Until when the certificate of our own address is good; None without HTTPS, or when nobody answers there.

    A certificate that ran out, or that browsers do not trust, is read all the same.
    """
    address = urlsplit(settings.ORIGIN)
    if address.scheme != "https" or address.hostname is None:
        return None
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError):
        with (
            socket.create_connection((address.hostname, address.port or 443), timeout=_TIMEOUT) as wire,
            context.wrap_socket(wire, server_hostname=address.hostname) as secure,
        ):
            shown = secure.getpeercert(binary_form=True)
        if shown:
            return x509.load_der_x509_certificate(shown).not_valid_after_utc
    return None


def processes() -> list[Running]:
    """The processes that `ioc run` looks after on this machine; none where something else does."""
    folder = Path(settings.RUN_ROOT) if settings.RUN_ROOT else None
    found = folder.glob("*.pid") if folder else ()
    return [running for path in sorted(found) for running in _running(path)]


def _running(pidfile: Path) -> Iterator[Running]:
    """The process of a pid file with its children; nothing when it has ended."""
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(pidfile.read_text().split()[0]))
        family = [process, *process.children(recursive=True)]
        yield Running(
            name=pidfile.stem,
            since=datetime.fromtimestamp(process.create_time(), UTC),
            processes=len(family),
            memory=sum(one.memory_info().rss for one in family),
        )


def waited(found: Queue, *, at: datetime) -> timedelta:
    """How long the oldest piece of background work has been waiting."""
    return max(at - found.oldest_at, timedelta(0)) if found.oldest_at else timedelta(0)
