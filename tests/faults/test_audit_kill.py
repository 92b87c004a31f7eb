"""Processes and backends are killed while entries are written and chained: the chain verifies, nothing is lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.stack import ROOT, Stack, clean_environment, running, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(240)]

ROUNDS = 8
_WRITER = """
import sys, django
django.setup()
from django.db import OperationalError, InterfaceError, close_old_connections, connection
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.audit import log_change
from ioc.management.actions.audit_chain import lengthen, write_checkpoint
number = 0
while True:
    number += 1
    name = f"{sys.argv[1]}-{number}"
    try:
        close_old_connections()
        log_change(verb="changed", kind="category", record_id=number, record_name=name, actor=SYSTEM, at=now())
        print(name, flush=True)
        if not number % 7:
            lengthen()
        if not number % 50:
            write_checkpoint(at=now())
    except (OperationalError, InterfaceError):
        connection.close()
"""


def test_a_chain_survives_kills_in_the_middle(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    with running() as stack:
        outputs = []
        for round_number in range(ROUNDS):
            outputs.append(tmp_path / f"{round_number}.out")
            writer = _write(stack, f"r{round_number}", outputs[-1])
            wait_for(lambda: outputs[-1].stat().st_size > 100, within=30)
            time.sleep(chance.random() * 0.5)
            _kill(stack, writer, backend=bool(round_number % 2))
            time.sleep(0.5)
            writer.kill()
            writer.wait(10)
        stack.wait_healthy()
        _check(stack, outputs)


def _write(stack: Stack, mark: str, output: Path) -> "subprocess.Popen[bytes]":
    told = {"IOC_DATA": str(stack.data), "DATABASE_URL": stack.database_url}
    told["DJANGO_SETTINGS_MODULE"] = "ioc.conf.settings"
    with output.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-c", _WRITER, mark], cwd=ROOT, env=clean_environment() | told, stdout=out,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _kill(stack: Stack, writer: "subprocess.Popen[bytes]", *, backend: bool) -> None:
    """Kill the writer, or the server's process that works for somebody who writes to the log."""
    if not backend:
        writer.kill()
        return
    working = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%%management_audit%%' AND pid <> pg_backend_pid()"
    for (pid,) in stack.sql(working)[:1]:
        os.kill(pid, signal.SIGKILL)


def _check(stack: Stack, outputs: list[Path]) -> None:
    told = [line for output in outputs for line in output.read_text().splitlines()]
    assert len(told) > 100
    kept: set[str] = set()

    def are_back() -> bool:
        kept.update(name for (name,) in stack.sql("SELECT record_name FROM management_auditentry"))
        return bool(kept)

    wait_for(are_back, within=30)
    assert not set(told) - kept, "entries that were acknowledged are gone"
    found = _verified(stack)
    assert found["holds"], found
    assert found["rows"] + found["unchained"] >= len(kept)
    assert found["checkpoints"] >= 1


def _verified(stack: Stack) -> dict[str, Any]:
    told = {"DATABASE_URL": stack.database_url}
    done = subprocess.run(
        [sys.executable, "-m", "ioc", "--data", str(stack.data), "audit", "verify", "--json", "--keep"], cwd=ROOT,
        env=clean_environment() | told, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))
