"""The database of the tests: PostgreSQL of our own in a temporary folder, started once for all workers."""

import os
import re
import tempfile
from pathlib import Path

import psycopg

from ioc.conf.embedded import start

DATA = Path(os.environ.setdefault("IOC_DATA", str(Path(tempfile.gettempdir()) / f"ioc-tests-{os.getuid()}")))
DATA.mkdir(parents=True, exist_ok=True)


def drop_leftovers(url: str) -> None:
    """Drop the databases of runs that were killed."""
    with psycopg.connect(url, autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            owner = re.match(r"test_ioc_(\d+)", name)
            if owner and not Path(f"/proc/{owner.group(1)}").exists():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = start(DATA, stop_at_exit=True)
    drop_leftovers(os.environ["DATABASE_URL"])

# Runs side by side do not share a database; the workers of one run inherit the name and add their own.
os.environ.setdefault("IOC_TEST_DATABASE", f"test_ioc_{os.getpid()}")
os.environ.setdefault("IOC_EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
