"""The whole product as people run it, for tests from outside: `ioc run` on a folder and a port of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from ioc.conf import embedded
from ioc.conf.running.layout import run_folder

ROOT = Path(__file__).resolve().parents[1]
UP_WITHIN = 90.0
_FILL = """
import json, time, django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests.factories import small_province
made = small_province()
def sign_in(person):
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["confirmed_at"] = time.time() + 3600
    session.create()
    return session.session_key
print(json.dumps({
    "sessions": {login: sign_in(person) for login, person in made.people.items()},
    "people": {login: str(person.pk) for login, person in made.people.items()},
    "organizations": {code: organization.pk for code, organization in made.organizations.items()},
}))
"""


@dataclass
class Stack:
    """One installation. `facts` is what `fill` made: sessions and people by login, organizations by code."""

    data: Path
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    log: Path = Path(os.devnull)

    @property
    def origin(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def run(self) -> Path:
        """The folder of process ids and sockets."""
        return run_folder(self.data)

    @property
    def database_url(self) -> str:
        """The address of its database, while it runs."""
        lines = (self.data / "postgres" / "postmaster.pid").read_text().splitlines()
        return f"postgresql://postgres@/{embedded.DATABASE}?host={lines[4]}"

    def start(self, *, wait: bool = True, within: float = UP_WITHIN) -> float:
        """Start it and, unless told otherwise, wait until every part works; the seconds it took."""
        began = time.monotonic()
        self.log = self.data.parent / f"{self.data.name}.out"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ioc", "--data", str(self.data), "run", "--port", str(self.port), *self.extra],
                cwd=ROOT, env=clean_environment() | dict(self.environment), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        if wait:
            self.wait_healthy(within)
        return time.monotonic() - began

    def stop(self) -> float:
        """End it with SIGTERM; the seconds it took."""
        began = time.monotonic()
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        return time.monotonic() - began

    def kill(self) -> None:
        """End the supervisor as a crash would, and only it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def fill(self) -> dict[str, Any]:
        """Put the small province of `tests.factories` into its database."""
        self.facts = json.loads(self.python(_FILL))
        return self.facts

    def python(self, code: str) -> str:
        """Run `code` against its database in a process of its own; what it prints."""
        told = {"IOC_DATA": str(self.data), "DATABASE_URL": self.database_url, "IOC_ORIGIN": self.origin}
        told["DJANGO_SETTINGS_MODULE"] = "ioc.conf.settings"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=clean_environment() | told, capture_output=True,
            text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(statement.encode(), values or None).fetchall()

    def pids(self) -> dict[str, list[int]]:
        """Process ids by name: web (the main process first, then its workers), live, worker, front, postgres."""
        found = {name: _family(self.run / f"{name}.pid") for name in ("web", "live", "worker", "front")}
        server = embedded.postmaster(self.data)
        return found | {"postgres": [server.pid] if server else []}

    def health(self) -> tuple[int, dict[str, bool]]:
        """The status and the parts that /healthz tells."""
        answer = httpx.get(f"{self.origin}/healthz", timeout=15)
        return answer.status_code, answer.json()["parts"]

    def wait_healthy(self, within: float = UP_WITHIN) -> float:
        """Wait until every part works; the seconds it took."""
        return wait_for(lambda: self.health()[0] == 200, within=within, otherwise=self.said)

    def said(self) -> str:
        """The end of all logs, to explain a failure."""
        logs = [self.log, *sorted((self.data / "log").glob("*.log"))]
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs if log.exists())


def wait_for(holds: Callable[[], bool], *, within: float, otherwise: Callable[[], str] = str) -> float:
    """Wait until `holds`; the seconds it took. Fails with the words of `otherwise`."""
    began = time.monotonic()
    while True:
        try:
            if holds():
                return time.monotonic() - began
        except (httpx.HTTPError, OSError, ValueError, KeyError, psycopg.Error):
            pass
        if time.monotonic() - began > within:
            pytest.fail(f"did not come true within {within:.0f} s\n{otherwise()}")
        time.sleep(0.1)


def clean_environment() -> dict[str, str]:
    """Our environment without what names the test run's own installation."""
    ours = ("IOC_", "DATABASE_URL", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pidfile: Path) -> list[int]:
    try:
        first = psutil.Process(int(pidfile.read_text()))
        return [first.pid, *sorted(child.pid for child in first.children(recursive=True))]
    except (OSError, ValueError, psutil.Error):
        return []


@contextmanager
def running(folder: Path | None = None, **environment: str) -> Iterator[Stack]:
    """A started installation on `folder` (none: a temporary one), stopped and thrown away afterwards."""
    base = Path(tempfile.mkdtemp(prefix="ioc-stack-"))
    base.chmod(0o755)
    made = Stack(data=folder or base / "data", port=free_port(), environment=environment)
    made.data.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.start()
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.stop()
        embedded.stop(made.data)
        shutil.rmtree(base, ignore_errors=True)


def filled() -> Iterator[Stack]:
    """A started installation with the small province, for a fixture of any scope."""
    with running() as made:
        made.fill()
        yield made


# One for all tests of a worker that only look from outside.
stack = pytest.fixture(scope="session")(filled)
