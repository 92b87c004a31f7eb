"""Work after a commit: soon, once for many, and never before it."""

import threading
import time

import pytest
from django.db import transaction

from ioc.kernel.coalesce import PAUSE, Coalescer


class Work:
    """Counts how often it was done, and can be waited for."""

    def __init__(self, *, fails: bool = False) -> None:
        self.times = 0
        self.done = threading.Event()
        self.fails = fails

    def __call__(self) -> None:
        self.times += 1
        self.done.set()
        if self.fails:
            raise ValueError("on purpose")


def test_it_is_done_soon():
    coalescer, work = Coalescer(), Work()
    coalescer.soon("a", work)
    assert work.done.wait(2)


def test_a_burst_is_done_few_times():
    coalescer, work = Coalescer(), Work()
    began = time.monotonic()
    for _ in range(500):
        coalescer.soon("a", work)
    passed = time.monotonic() - began
    time.sleep(PAUSE * 4)
    assert 1 <= work.times <= 2 + passed / PAUSE


def test_what_is_asked_for_while_it_runs_is_done_again():
    coalescer, entered, go_on, times = Coalescer(), threading.Event(), threading.Event(), []

    def work() -> None:
        times.append(time.monotonic())
        entered.set()
        go_on.wait(2)

    coalescer.soon("a", work)
    assert entered.wait(2)
    coalescer.soon("a", work)
    go_on.set()
    time.sleep(PAUSE * 6)
    assert len(times) == 2, "what was asked for after the first began must not be lost"


def test_different_works_do_not_stand_in_for_each_other():
    coalescer, first, second = Coalescer(), Work(), Work()
    coalescer.soon("a", first)
    coalescer.soon("b", second)
    assert first.done.wait(2)
    assert second.done.wait(2)


def test_a_failure_holds_up_nothing():
    coalescer, bad, good = Coalescer(), Work(fails=True), Work()
    coalescer.soon("bad", bad)
    assert bad.done.wait(2)
    coalescer.soon("bad", bad)
    coalescer.soon("good", good)
    assert good.done.wait(2)


def test_many_threads_ask_at_once():
    coalescer, works = Coalescer(), [Work() for _ in range(20)]
    threads = [threading.Thread(target=coalescer.soon, args=(str(n), work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    assert all(work.done.wait(2) for work in works)


def test_a_thread_that_died_is_followed_by_another(monkeypatch: pytest.MonkeyPatch):
    coalescer, work = Coalescer(), Work()
    monkeypatch.setattr(coalescer, "_run", lambda: None)
    coalescer.soon("a", work)
    assert coalescer._thread is not None
    coalescer._thread.join()
    monkeypatch.undo()
    coalescer.soon("a", work)
    assert work.done.wait(2)


def test_flush_does_what_waits_in_this_thread():
    coalescer, where = Coalescer(), []
    coalescer.soon("a", lambda: where.append(threading.current_thread()), within=3600)
    coalescer.flush()
    coalescer.flush()
    assert where == [threading.current_thread()]


@pytest.mark.django_db(transaction=True)
def test_nothing_happens_before_the_commit_and_nothing_after_a_rollback():
    coalescer, kept, dropped = Coalescer(), Work(), Work()
    with transaction.atomic():
        coalescer.after_commit("kept", kept)
        time.sleep(PAUSE * 3)
        assert kept.times == 0
    assert kept.done.wait(2)
    with transaction.atomic():
        coalescer.after_commit("dropped", dropped)
        transaction.set_rollback(True)
    time.sleep(PAUSE * 3)
    assert dropped.times == 0
