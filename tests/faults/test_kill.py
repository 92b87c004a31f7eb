"""Web, worker and database are killed at random moments under load: nothing is lost, nothing is done twice."""

import os
import random
import signal
import time

import psutil
import pytest

from tests.faults.clients import Ledger, Load
from tests.stack import Stack, running, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(280)]

VICTIMS = ("web", "web worker", "worker", "postgres", "backend")
ROUNDS = 30
LONGEST_PAUSE = 3.0
"""Seconds between two kills, at most. Half as long on average: some fall into a start, some into calm."""

_ONCE = {
    "a report without exactly one filed event": """
        SELECT r.code FROM onscene_report r
        LEFT JOIN onscene_reportevent e ON e.report_id = r.id AND e.verb = 'filed'
        GROUP BY r.id HAVING count(e.id) <> 1""",
    "a report without exactly one deadline for receiving": """
        SELECT r.code FROM onscene_report r
        LEFT JOIN onscene_deadline d ON d.report_id = r.id AND d.step = 'receive'
        GROUP BY r.id HAVING count(d.id) <> 1""",
    "a report without its reporter": """
        SELECT r.code FROM onscene_report r
        LEFT JOIN onscene_reporter p ON p.report_id = r.id WHERE p.report_id IS NULL""",
    "a filing without exactly one notice": """
        SELECT e.id::text FROM onscene_reportevent e LEFT JOIN notices_notice n ON n.event_id = e.id
        WHERE e.verb = 'filed' GROUP BY e.id HAVING count(n.id) <> 1""",
    "the same report twice": "SELECT text FROM onscene_report GROUP BY text HAVING count(*) <> 1",
    "a report that no key stands for": """
        SELECT r.code FROM onscene_report r
        LEFT JOIN kernel_idempotencyrecord k ON k.scope = 'file' AND k.outcome->>'code' = r.code
        WHERE k.key IS NULL""",
    "a key whose report is missing": """
        SELECT k.key FROM kernel_idempotencyrecord k
        LEFT JOIN onscene_report r ON r.code = k.outcome->>'code' AND r.token = k.outcome->>'token'
        WHERE k.scope = 'file' AND r.id IS NULL""",
    "a dispatched report without exactly one such event and one leading agency": """
        SELECT r.code FROM onscene_report r WHERE r.state = 'dispatched' AND NOT (
            (SELECT count(*) FROM onscene_reportevent e WHERE e.report_id = r.id AND e.verb = 'dispatched') = 1
            AND (SELECT count(*) FROM onscene_assignment a WHERE a.report_id = r.id AND a.role = 'lead') = 1)""",
    "an event of dispatching of a report that was not": """
        SELECT r.code FROM onscene_reportevent e JOIN onscene_report r ON r.id = e.report_id
        WHERE e.verb = 'dispatched' AND r.state <> 'dispatched'""",
    "an agency's person not told once of a dispatch": """
        SELECT e.id::text FROM onscene_reportevent e
        LEFT JOIN notices_notice n ON n.event_id = e.id AND n.channel = 'inbox'
        WHERE e.verb = 'dispatched' GROUP BY e.id
        HAVING count(DISTINCT n.recipient) = 0 OR count(n.id) <> count(DISTINCT n.recipient)""",
}


def test_nothing_is_lost_and_nothing_done_twice():
    seed = int(os.environ.get("FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
    began = time.monotonic()
    with running() as stack:
        stack.fill()
        assert stack.sql("SHOW fsync") == [("on",)]
        assert stack.sql("SHOW synchronous_commit") == [("on",)]
        load = Load(stack, seed)
        load.start()
        wait_for(lambda: len(load.ledger.filed) > 10, within=30, otherwise=stack.said)
        killed = _kill_at_random(stack, random.Random(seed))
        back = stack.wait_healthy()
        load.finish(within=45)
        _report(seed, killed, load.ledger, back, time.monotonic() - began)
        _check_promises(stack, load.ledger)
        _check_rows(stack)
        _check_delivery(stack)


def _kill_at_random(stack: Stack, chance: random.Random) -> dict[str, int]:
    """Kill `ROUNDS` times, every kind of victim in turn in an order of chance; how often each."""
    killed = dict.fromkeys(VICTIMS, 0)
    while sum(killed.values()) < ROUNDS:
        for victim in chance.sample(VICTIMS, len(VICTIMS)):
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            pids = _candidates(stack, victim)
            if pids:
                _kill(chance.choice(pids))
                killed[victim] += 1
    return killed


def _candidates(stack: Stack, victim: str) -> list[int]:
    """Which processes a victim's name stands for now; none while it is being started."""
    pids = stack.pids()
    if victim == "web":
        return pids["web"][:1]
    if victim == "web worker":
        return pids["web"][1:]
    if victim == "backend":
        return [child.pid for pid in pids["postgres"] for child in psutil.Process(pid).children()]
    return pids[victim][:1]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _report(seed: int, killed: dict[str, int], ledger: Ledger, back: float, seconds: float) -> None:
    print(
        f"\nFAULTS_SEED={seed} killed {sum(killed.values())} times {killed}: {len(ledger.filed)} filings and"
        f" {len(ledger.dispatched)} dispatches acknowledged, {ledger.retries} retries, {ledger.again} asked again,"
        f" all parts up {back:.1f} s after the last kill, {seconds:.0f} s in all"
    )


def _check_promises(stack: Stack, ledger: Ledger) -> None:
    """Every answer that was given stands in the tables, once, as it was given."""
    assert ledger.wrong == []
    assert ledger.waiting == set(), "some filings were never answered though everything is up"
    stored = {
        key: (code, token)
        for key, code, token in stack.sql(
            "SELECT k.key, r.code, r.token FROM kernel_idempotencyrecord k"
            " JOIN onscene_report r ON r.id = (k.outcome->>'id')::uuid WHERE k.scope = 'file'"
        )
    }
    assert stored == {key: (answer["code"], answer["token"]) for key, answer in ledger.filed.items()}
    assert stack.sql("SELECT count(*) FROM onscene_report") == [(len(ledger.filed),)]
    dispatched = {str(row[0]) for row in stack.sql("SELECT id FROM onscene_report WHERE state = 'dispatched'")}
    assert dispatched == set(ledger.dispatched)


def _check_rows(stack: Stack) -> None:
    """No half of anything, and nothing double."""
    found = {wrong: stack.sql(statement) for wrong, statement in _ONCE.items()}
    assert {wrong: rows for wrong, rows in found.items() if rows} == {}


def _check_delivery(stack: Stack) -> None:
    """Every notice goes out in the end, by the worker alone."""
    waiting = "SELECT count(*) FROM notices_notice WHERE state <> 'sent'"
    wait_for(lambda: stack.sql(waiting) == [(0,)], within=100, otherwise=stack.said)
    messages = {f"{row[0]}.txt" for row in stack.sql("SELECT id FROM notices_notice WHERE channel = 'sms'")}
    assert {path.name for path in (stack.data / "outbox" / "sms").iterdir()} == messages
