"""The `live` process from outside: five hundred browsers, a database that restarts, clients that do not read."""

import asyncio
import os
import re
import signal
import statistics
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from ioc.conf import asgi
from tests.live.listening import Ear, listen
from tests.stack import Stack, filled

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(200)]

LISTENERS = 500
WITHIN = 1.0
EVENTS = 12


stack = pytest.fixture(scope="module")(filled)  # of its own: its database is killed here


def _file(stack: Stack, number: int) -> float:
    """File a report through the web process's socket; the moment of the answer, after the commit."""
    transport = httpx.HTTPTransport(uds=str(stack.run / "web.sock"))
    with httpx.Client(transport=transport, base_url=stack.origin, timeout=20) as client:
        answer = client.post(
            "/api/reports",
            json={"text": f"Đèn đường hỏng số {number}", "category": "waste", "latitude": 21.3, "longitude": 106.15,
                  "phone": f"09800{number:05d}"},
            headers={"X-Forwarded-For": f"10.9.0.{number}"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
    return time.monotonic()


async def _close(ears: list[Ear]) -> None:
    for ear in ears:
        await ear.close()


def _memory(stack: Stack) -> float:
    """Megabytes that the live process and its parent hold."""
    total = 0
    for pid in stack.pids()["live"]:
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        total += int(found.group(1)) if found else 0
    return total / 1024


def test_five_hundred_listeners_are_told_within_a_second_of_the_commit(stack: Stack):
    async def run() -> tuple[list[float], float, float]:
        before = _memory(stack)
        session = stack.facts["sessions"]["operator"]
        ears: list[Ear] = []
        for _ in range(LISTENERS // 25):
            ears += await asyncio.gather(
                *(listen(port=stack.port, topics=["onscene.queue"], session=session) for _ in range(25))
            )
        assert [ear.status for ear in ears] == [200] * LISTENERS
        # A reader that never reads, in front of all: it holds up nobody.
        deaf = await listen(port=stack.port, topics=["onscene.queue"], session=session, read=False)
        delays: list[float] = []
        for number in range(EVENTS):
            committed = await asyncio.to_thread(_file, stack, number)
            await asyncio.sleep(WITHIN)
            last = [max((at for at, topics in ear.heard if "onscene.queue" in topics), default=0.0) for ear in ears]
            assert min(last) > committed - WITHIN, f"{sum(at <= committed - WITHIN for at in last)} heard nothing"
            delays += [at - committed for at in last]
        held = _memory(stack)
        await _close([*ears, deaf])
        return delays, before, held

    delays, before, held = asyncio.run(run())
    slowest = max(delays)
    print(
        f"\n{LISTENERS} listeners, {EVENTS} reports: heard {statistics.median(delays) * 1000:.0f} ms (median),"
        f" {slowest * 1000:.0f} ms (slowest) after the commit; memory {before:.0f} → {held:.0f} MB"
    )
    assert slowest <= WITHIN


def test_streams_carry_only_what_may_be_heard(stack: Stack):
    async def run() -> dict[str, set[str]]:
        west, east = (stack.facts["organizations"][code] for code in ("west", "east"))
        asked = ["onscene.queue", f"agency.{west}", f"agency.{east}", "follow.mine", "public"]
        ears = {
            login: await listen(port=stack.port, topics=asked, session=stack.facts["sessions"].get(login, ""))
            for login in ("", "operator", "officer", "officer-east")
        }
        for topic in [*asked, "follow.other"]:
            stack.sql("SELECT pg_notify('ioc_live', %s)::text", f'["{topic}"]')
        await asyncio.sleep(1)
        heard = {login: ear.topics() for login, ear in ears.items()}
        await _close(list(ears.values()))
        names = {f"agency.{west}": "west", f"agency.{east}": "east"}
        return {login: {names.get(topic, topic) for topic in topics} for login, topics in heard.items()}

    both = {"public", "follow.mine"}
    assert asyncio.run(run()) == {
        "": both,
        "operator": both | {"onscene.queue"},
        "officer": both | {"west"},
        "officer-east": both | {"east"},
    }


def test_after_the_database_restarts_everybody_is_told_to_look_again(stack: Stack):
    async def run() -> set[str]:
        ear = await listen(port=stack.port, topics=["public"])
        os.kill(stack.pids()["postgres"][0], signal.SIGKILL)
        ends_at = time.monotonic() + 40
        while "*" not in ear.topics() and time.monotonic() < ends_at:
            await asyncio.sleep(0.1)
        stack.sql("SELECT pg_notify('ioc_live', %s)::text", '["public"]')
        await asyncio.sleep(0.5)
        await ear.close()
        return ear.topics()

    assert asyncio.run(run()) == {"*", "public"}
    stack.wait_healthy()


def test_a_damaged_announcement_does_not_end_the_listening(stack: Stack):
    async def run() -> set[str]:
        ear = await listen(port=stack.port, topics=["public"])
        for payload in ("not json", "7", '["public"]'):
            stack.sql("SELECT pg_notify('ioc_live', %s)::text", payload)
        await asyncio.sleep(1)
        await ear.close()
        return ear.topics()

    assert "public" in asyncio.run(run())


def test_too_many_connections_are_refused_with_a_time_to_come_back(monkeypatch):
    async def run() -> tuple[int, str]:
        transport = httpx.ASGITransport(asgi.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://live") as client:
            answer = await client.get("/live")
        return answer.status_code, answer.headers["Retry-After"]

    monkeypatch.setattr(asgi, "MOST", 0)
    assert asyncio.run(run()) == (503, "30")


def test_the_bus_is_only_the_database(stack: Stack):
    """Anything that writes to the channel is heard: no process need know another."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        listening = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN ioc_live%'")
        assert listening.fetchone() == (1,)
