"""Work that follows a commit and need not be done once for each: done soon, once for many.

NOTIFY inside a transaction makes commits queue behind one another; a burst of reports would wait on its own
announcements. So what is to be told after a commit is collected and sent together by one thread a process, at
most every `PAUSE` seconds. A crash in between loses a hint, never data: screens refresh when they reconnect, and
every queue is also looked through once a minute.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from django.db import close_old_connections, transaction

PAUSE: Final = 0.05
_log = logging.getLogger(__name__)


class Coalescer:
    """Runs each named piece of work soon after it was last asked for, in a thread of its own."""

    def __init__(self) -> None:
        self._waiting: dict[str, Callable[[], object]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def after_commit(self, name: str, work: Callable[[], object]) -> None:
        """Run `work` soon after the present transaction commits; asking again before then changes nothing."""
        transaction.on_commit(lambda: self.soon(name, work))

    def soon(self, name: str, work: Callable[[], object]) -> None:
        """Run `work` within `PAUSE` seconds or so."""
        with self._lock:
            self._waiting.setdefault(name, work)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="coalescer", daemon=True)
                self._thread.start()
        self._wake.set()

    def flush(self) -> None:
        """Do what waits, now, in this thread."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for name, work in waiting.items():
            try:
                work()
            except Exception:
                _log.exception("coalesced work failed: %s", name)

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._wake.wait()
            self._wake.clear()
            close_old_connections()
            self.flush()
            pause.wait(PAUSE)


coalescer: Final = Coalescer()
