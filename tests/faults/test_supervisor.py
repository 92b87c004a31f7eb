"""`ioc run` as people treat it: killed, started again, started twice, with parts missing."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpx
import psutil
import pytest

from ioc.conf import embedded
from tests.stack import ROOT, Stack, clean_environment, free_port, running, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(200)]

LONG = "mot-thu-muc-co-ten-rat-dai-nhu-nguoi-ta-hay-dat-" * 2


@pytest.fixture(scope="module")
def long_path(tmp_path_factory):
    """A folder whose path is longer than a socket's may be."""
    folder = tmp_path_factory.mktemp("long")
    for part in (folder, folder.parent, folder.parent.parent):
        part.chmod(0o755)
    return folder / LONG / "data"


@pytest.fixture(scope="module")
def stack(long_path):
    """One installation for this module, on a long path."""
    with running(long_path) as made:
        yield made


def _kill_all(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_a_long_path_works(stack: Stack):
    assert len(str(stack.data)) > 100
    assert stack.health() == (200, {"database": True, "worker": True, "live": True, "files": True})


def test_a_pid_file_that_was_cut_short_keeps_nothing_from_starting(tmp_path):
    tmp_path.chmod(0o755)
    embedded.start(tmp_path)
    embedded.stop(tmp_path)
    gone = subprocess.Popen(["true"])
    gone.wait()
    pidfile = tmp_path / "postgres" / "postmaster.pid"
    pidfile.write_text(f"{gone.pid}\n{tmp_path}/postgres\n1795523945\n5432\n\n")
    embedded.start(tmp_path, tries=2)
    assert embedded.postmaster(tmp_path) is not None
    embedded.stop(tmp_path)


def test_secrets_are_for_the_service_account_only(stack: Stack):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (stack.data / "secrets").iterdir()}
    assert modes
    assert set(modes.values()) == {0o600}
    for folder in ("secrets", "files", "outbox", "log", "postgres"):
        assert stat.S_IMODE((stack.data / folder).stat().st_mode) == 0o700, folder
    assert stat.S_IMODE(stack.run.stat().st_mode) == 0o700


def test_killed_and_started_again_it_keeps_the_database_and_ends_what_was_left(stack: Stack):
    stack.sql("INSERT INTO kernel_heartbeat VALUES ('mark', now()) ON CONFLICT DO NOTHING RETURNING part")
    before = stack.pids()
    stack.kill()
    seconds = stack.start()
    after = stack.pids()
    print(f"\nkilled and started again: all parts up in {seconds:.1f} s")
    assert stack.sql("SELECT part FROM kernel_heartbeat WHERE part = 'mark'") == [("mark",)]
    assert after["postgres"] == before["postgres"], "the database goes on running"
    _gone(pid for name, pids in before.items() if name != "postgres" for pid in pids)


def test_a_second_start_on_the_same_folder_is_refused(stack: Stack):
    pids = stack.pids()
    done = subprocess.run(
        [sys.executable, "-m", "ioc", "--data", str(stack.data), "run", "--port", str(free_port())],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Already running" in done.stderr
    assert stack.pids() == pids


def test_two_installations_side_by_side_leave_each_other_alone(stack: Stack):
    pids = stack.pids()
    with running() as other:
        done = subprocess.run(
            [sys.executable, "-m", "ioc", "--data", f"{other.data}-3", "run", "--port", str(stack.port)],
            cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert f"Port {stack.port} is in use" in done.stderr
        assert set(_flat(other.pids())).isdisjoint(_flat(stack.pids()))
        assert other.database_url != stack.database_url
        assert other.stop() < 15
        assert other.pids()["postgres"] == []
    assert stack.pids() == pids
    assert stack.health()[0] == 200


def test_sigterm_ends_everything_in_good_order_and_a_second_start_is_quick(stack: Stack):
    pids = _flat(stack.pids())
    with httpx.stream("GET", f"{stack.origin}/live?topics=public", timeout=30) as answer:
        assert next(answer.iter_text()).startswith("retry")
        seconds = stack.stop()
    assert stack.process is not None
    assert stack.process.returncode == 0
    assert seconds < 15
    _gone(pids)
    began = time.monotonic()
    stack.start(wait=False)
    page = wait_for(lambda: httpx.get(f"{stack.origin}/", timeout=5).status_code < 500, within=60)
    everything = stack.wait_healthy()
    print(
        f"\nstopped in {seconds:.1f} s; second start: first page after {page:.1f} s, all parts {everything:.1f} s later"
    )
    assert time.monotonic() - began < 60


@contextmanager
def unattended(stack: Stack) -> Iterator[None]:
    """While the supervisor is held, so that nothing is started again before we look."""
    assert stack.process is not None
    stack.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        stack.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize(("part", "name"), [("database", "postgres"), ("live", "live"), ("worker", "worker")])
def test_health_names_the_part_that_is_down_and_it_comes_back(stack: Stack, part: str, name: str):
    with unattended(stack):
        _kill_all(stack.pids()[name])
        if part == "worker":
            stack.sql("UPDATE kernel_heartbeat SET at = at - interval '1 hour' WHERE part = 'worker' RETURNING part")
        wait_for(lambda: _is_down(stack, part), within=30, otherwise=stack.said)
        began = time.monotonic()
        stack.health()
        assert time.monotonic() - began < 5, "who asks for health does not wait for the part that is down"
    print(f"\n{part}: up again {stack.wait_healthy(60):.1f} s later")


def test_the_front_says_so_when_web_is_down(stack: Stack):
    with unattended(stack):
        _kill_all(stack.pids()["web"])
        answer = httpx.get(f"{stack.origin}/", timeout=30)
        assert (answer.status_code, answer.json()) == (503, {"ok": False, "parts": {"web": False}})
        assert answer.headers["Retry-After"] == "5"
    print(f"\nweb: up again {stack.wait_healthy(60):.1f} s later")


def _flat(pids: dict[str, list[int]]) -> list[int]:
    return [pid for group in pids.values() for pid in group]


def _gone(pids: Iterable[int]) -> None:
    """Nothing of these runs any more; what has ended may stay listed until init has looked at it."""

    def left() -> list[str]:
        found = [process for process in psutil.process_iter(["pid", "status", "cmdline"]) if process.pid in ended]
        return [str(process.info) for process in found if process.info["status"] != psutil.STATUS_ZOMBIE]

    ended = set(pids)
    wait_for(lambda: not left(), within=3, otherwise=lambda: str(left()))


def _is_down(stack: Stack, part: str) -> bool:
    status, parts = stack.health()
    return status == 503 and parts[part] is False
