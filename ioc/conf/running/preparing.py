"""What must stand before the processes start: tables, messages, static files."""

import hashlib
import os
import sysconfig
from pathlib import Path
from typing import Final

import psycopg

ROOT: Final = Path(__file__).resolve().parents[3]
_MARK: Final = "SELECT value FROM kernel_referenceversion WHERE name = 'prepared'"
_KEEP_MARK: Final = (
    "INSERT INTO kernel_referenceversion (name, value) VALUES ('prepared', %s)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def is_prepared(*, data: Path, database_url: str, demo: bool) -> bool:
    """Whether nothing is left to do before the processes start, found without loading Django (over a second).

    The mark is kept in the database, so that a restored or emptied one is prepared anew.
    """
    if not _static_fits(data / "static"):
        return False
    try:
        with psycopg.connect(database_url, autocommit=True) as connection:
            if demo and connection.execute("SELECT 1 FROM management_province").fetchone() is None:
                return False
            return connection.execute(_MARK).fetchone() == (_code_mark(),)
    except psycopg.Error:
        return False


def keep_mark(*, database_url: str) -> None:
    """Remember that the tables fit the code as it is."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_KEEP_MARK, [_code_mark()])


def new_migrations() -> list[str]:
    """The steps that bring the tables up to date, in order; none when they are."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _backwards in plan]


def migrate() -> bool:
    """Bring the tables up to date; whether there was something to do."""
    from django.core.management import call_command

    if not new_migrations():
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def collect_static(data: Path) -> None:
    """Copy what browsers fetch into one folder, when what was built has changed since."""
    from django.core.management import call_command

    if _static_fits(data / "static"):
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    (data / "static" / ".stamp").write_text(_static_mark())


def folders(data: Path) -> None:
    """Make the folders of an installation, readable by the service account only."""
    for name in ("secrets", "files", "outbox", "log"):
        (data / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chmod(data / "secrets", 0o700)


def _static_fits(folder: Path) -> bool:
    stamp = folder / ".stamp"
    return stamp.exists() and stamp.read_text() == _static_mark()


def _static_mark() -> str:
    built = ROOT / "web" / "dist" / "manifest.json"
    return str(built.stat().st_mtime_ns) if built.exists() else ""


def _code_mark() -> int:
    """A number that changes with our migrations and with the packages that may bring some."""
    ours = [f"{path}:{path.stat().st_mtime_ns}" for path in ROOT.glob("ioc/*/migrations/*.py")]
    packages = [path.name for path in Path(sysconfig.get_paths()["purelib"]).glob("*.dist-info")]
    digest = hashlib.sha256("\n".join(sorted(ours) + sorted(packages)).encode()).digest()
    return int.from_bytes(digest[:7])
