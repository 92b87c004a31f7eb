"""Doing a thing once: retries, other content, failures, and two at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from ioc.kernel import idempotency
from ioc.kernel.clock import now
from ioc.kernel.models import Heartbeat, IdempotencyRecord


def once(key: str, do, content: object = "a", scope: str = "s") -> dict:
    return idempotency.once(scope=scope, key=key, content=content, at=now(), do=do)


@pytest.mark.django_db
class TestRetries:
    def test_a_retry_gets_the_first_outcome(self):
        results = [once("k", lambda number=number: {"n": number}) for number in range(3)]
        assert results == [{"n": 0}] * 3

    def test_other_keys_and_scopes_are_other_things(self):
        assert once("k", lambda: {"n": 1}) == {"n": 1}
        assert once("other", lambda: {"n": 2}) == {"n": 2}
        assert once("k", lambda: {"n": 3}, scope="t") == {"n": 3}

    def test_no_key_no_promise(self):
        assert [once("", lambda number=number: {"n": number}) for number in range(2)] == [{"n": 0}, {"n": 1}]
        assert not IdempotencyRecord.objects.exists()

    def test_other_content_under_the_same_key_is_a_mistake(self):
        once("k", lambda: {"n": 1})
        with pytest.raises(idempotency.KeyReused) as mistake:
            once("k", lambda: {"n": 2}, content="b")
        assert mistake.value.status == 422

    def test_what_fails_leaves_the_key_free_and_nothing_behind(self):
        def fail() -> dict:
            Heartbeat.objects.create(part="x", at=now())
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            once("k", fail)
        assert not Heartbeat.objects.exists()
        assert once("k", lambda: {"n": 1}) == {"n": 1}

    def test_old_keys_are_forgotten(self):
        once("k", lambda: {"n": 1})
        assert idempotency.forget_old(at=now()) == 0
        assert idempotency.forget_old(at=now() + idempotency.KEEP + timedelta(minutes=1)) == 1

    def test_the_fingerprint_cannot_be_guessed_from_the_content(self, settings):
        before = idempotency.fingerprint({"phone": "0912345678"})
        assert idempotency.fingerprint({"phone": "0912345678"}) == before
        settings.SECRET_KEY = "another"
        assert idempotency.fingerprint({"phone": "0912345678"}) != before


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_it_and_all_get_its_outcome():
    ready = threading.Barrier(6)
    outcomes: list[dict] = []

    def send(number: int) -> None:
        def do() -> dict:
            Heartbeat.objects.create(part=f"t{number}", at=now())
            return {"n": number}

        try:
            ready.wait(timeout=20)
            outcomes.append(once("same", do))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outcomes) == 6
    assert len({outcome["n"] for outcome in outcomes}) == 1
    assert Heartbeat.objects.count() == 1
