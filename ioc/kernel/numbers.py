"""Running numbers from a sequence: one at a time when few are wanted, in blocks when many are.

With a report now and then numbers follow each other as people expect. In a burst a process takes a block with one
question to the database; numbers of two processes then interleave, and what is left of a block at its end is a gap.
"""

import threading
import time
from collections import deque
from typing import Final

from django.db import connection

MOST: Final = 32
_BURST: Final = 0.05


class RunningNumbers:
    """The numbers of one sequence."""

    def __init__(self, sequence: str) -> None:
        self._sequence = sequence
        self._lock = threading.Lock()
        self._ready: deque[int] = deque()
        self._size = 1
        self._asked_at = 0.0

    def take(self) -> int:
        """The next number; never the same twice, also over processes and restarts."""
        with self._lock:
            if not self._ready:
                self._fetch()
            return self._ready.popleft()

    def _fetch(self) -> None:
        now = time.monotonic()
        hurried = now - self._asked_at < _BURST * self._size
        self._size = min(MOST, self._size * 2) if hurried else 1
        self._asked_at = now
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [self._sequence, self._size])
            self._ready.extend(number for (number,) in cursor.fetchall())
