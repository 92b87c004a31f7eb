"""Work that follows a commit and need not be done once for each: done soon, once for many.

NOTIFY inside a transaction makes commits queue behind one another; a burst of reports would wait on its own
announcements. So what is to be told after a commit is collected and sent together by one thread a process, at
most every `PAUSE` seconds. A crash in between loses a hint, never data: screens refresh when they reconnect, and
every queue is also looked through once a minute.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from django.db import close_old_connections, transaction

PAUSE: Final = 0.05
_log = logging.getLogger(__name__)


class Coalescer:
    """Runs each named piece of work soon after it was first asked for, in a thread of its own."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[float, Callable[[], object]]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def after_commit(self, name: str, work: Callable[[], object], *, within: float = PAUSE) -> None:
        """Run `work` soon after the present transaction commits; asking again before then changes nothing."""
        transaction.on_commit(lambda: self.soon(name, work, within=within))

    def soon(self, name: str, work: Callable[[], object], *, within: float = PAUSE) -> None:
        """Run `work` in `within` seconds or so, with all that asks for it until then."""
        with self._lock:
            if name not in self._waiting:
                self._waiting[name] = (time.monotonic() + within, work)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="coalescer", daemon=True)
                self._thread.start()
        self._wake.set()

    def flush(self) -> None:
        """Do what waits, now, in this thread."""
        self._do(until=float("inf"))

    def _do(self, *, until: float) -> None:
        with self._lock:
            ready = {name: work for name, (due, work) in self._waiting.items() if due <= until}
            for name in ready:
                del self._waiting[name]
        for name, work in ready.items():
            try:
                work()
            except Exception:
                _log.exception("coalesced work failed: %s", name)

    def _next_due(self) -> float | None:
        with self._lock:
            return min((due for due, _ in self._waiting.values()), default=None)

    def _run(self) -> None:
        while True:
            due = self._next_due()
            self._wake.wait(None if due is None else max(0.0, due - time.monotonic()))
            self._wake.clear()
            try:
                close_old_connections()
            except Exception:
                _log.exception("an old connection could not be closed")
            self._do(until=time.monotonic())


coalescer: Final = Coalescer()
