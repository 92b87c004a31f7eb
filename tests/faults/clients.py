"""People who use the product while its processes are being killed: they try again until they are answered."""

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.stack import Stack

_CSRF = "c" * 32


@dataclass
class Ledger:
    """What was promised to whom. Everything here came back in an answer with a good status."""

    filed: dict[str, dict[str, Any]] = field(default_factory=dict)
    dispatched: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    retries: int = 0
    again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, key: str, answer: dict[str, Any]) -> None:
        """Keep an answer; a second one to the same key must say the same."""
        with self.lock:
            self.waiting.discard(key)
            earlier = self.filed.setdefault(key, answer)
            if (earlier["code"], earlier["token"]) != (answer["code"], answer["token"]):
                self.wrong.append(f"{key}: {earlier['code']} and {answer['code']}")


@dataclass
class Load:
    """Clients that file through the web process's socket, as the front server would pass them on."""

    stack: Stack
    seed: int
    clients: int = 7
    ledger: Ledger = field(default_factory=Ledger)
    stopping: threading.Event = field(default_factory=threading.Event)
    give_up: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Let them begin."""
        for number in range(self.clients):
            self.threads.append(threading.Thread(target=self._citizen, args=(number,), daemon=True))
        self.threads.append(threading.Thread(target=self._operator, daemon=True))
        for thread in self.threads:
            thread.start()

    def finish(self, within: float) -> None:
        """No new work; wait until what was begun is answered."""
        self.stopping.set()
        ends_at = time.monotonic() + within
        for thread in self.threads:
            thread.join(max(0.1, ends_at - time.monotonic()))
        self.give_up.set()

    def _client(self) -> httpx.Client:
        transport = httpx.HTTPTransport(uds=str(self.stack.run / "web.sock"))
        return httpx.Client(transport=transport, base_url=self.stack.origin, timeout=6)

    def _persist(self, client: httpx.Client, path: str, **request: Any) -> httpx.Response | None:
        """Send until there is an answer that is not "not now"; None when told to give up."""
        while not self.give_up.is_set():
            try:
                answer = client.post(path, **request)
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
            except httpx.HTTPError:
                pass
            self.ledger.retries += 1
            time.sleep(0.25)
        return None

    def _citizen(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        with self._client() as client:
            for count in range(1_000_000):
                if self.stopping.is_set():
                    return
                self._file(client, chance, number, count)
                time.sleep(chance.uniform(0.02, 0.15))

    def _file(self, client: httpx.Client, chance: random.Random, number: int, count: int) -> None:
        key = str(uuid4())
        # Each report from an address and a contact of its own: the limits on those are not what is tested.
        address = f"10.{number}.{count >> 8 & 255}.{count & 255}"
        body = {
            "text": f"Rác sinh hoạt tồn đọng ba ngày chưa thu gom, điểm số {number}-{count}",
            "category": "waste",
            "latitude": 21.3 + chance.uniform(-0.05, 0.05),
            "longitude": 106.15 + chance.uniform(-0.04, 0.04),
            "phone": f"09{number:02d}{count:06d}",
        }
        headers = {"Idempotency-Key": key, "X-Forwarded-For": address}
        with self.ledger.lock:
            self.ledger.waiting.add(key)
        # One in ten asks again though it was answered, as a phone does that lost the answer.
        for _ in range(2 if chance.random() < 0.1 else 1):
            answer = self._persist(client, "/api/reports", json=body, headers=headers)
            if answer is None:
                return
            if answer.status_code != 201:
                self.ledger.wrong.append(f"{answer.status_code} {answer.text[:200]}")
                return
            self.ledger.again += key in self.ledger.filed
            self.ledger.acknowledge(key, answer.json())

    def _operator(self) -> None:
        with self._client() as client:
            client.cookies.set("sessionid", self.stack.facts["sessions"]["operator"])
            client.cookies.set("csrftoken", _CSRF)
            while not self.stopping.is_set():
                with self.ledger.lock:
                    left = [one["id"] for one in self.ledger.filed.values() if one["id"] not in self.ledger.dispatched]
                if left:
                    self._dispatch(client, left[0])
                time.sleep(0.1)

    def _dispatch(self, client: httpx.Client, report: str) -> None:
        form = {"lead": str(self.stack.facts["organizations"]["west"]), "form_key": str(uuid4())}
        headers = {"X-CSRFToken": _CSRF, "X-Forwarded-For": "10.200.0.1"}
        answer = self._persist(client, f"/desk/{report}/dispatch/", data=form, headers=headers)
        if answer is None:
            return
        # Done leads on to another matter; an error leads back to this one.
        if answer.status_code != 302 or report in answer.headers["Location"]:
            self.ledger.wrong.append(f"dispatch: {answer.status_code} {answer.headers.get('Location')}")
        with self.ledger.lock:
            self.ledger.dispatched[report] = form["form_key"]
