"""Reference data kept in memory: read once, read anew soon after it changed.

Areas, categories, routing, deadlines and calendars are read by every request and changed a few times a week. A
version in the database tells processes when to read again; it is looked at once a second at most. What is in force
changes with the day too, so the local day is part of what a value is kept for.
"""

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final, Generic, TypeVar

from django.db import connection

from ioc.kernel.clock import local_date, now
from ioc.kernel.live import announce_rights

T = TypeVar("T")
Stamp = tuple[int, date]
_LOOK_EVERY: Final = 1.0
_BUMP: Final = (
    "INSERT INTO kernel_referenceversion AS v (name, value) VALUES ('reference', 1)"
    " ON CONFLICT (name) DO UPDATE SET value = v.value + 1"
)


class _Version:
    """The version as last seen, and when."""

    def __init__(self) -> None:
        self.value = -1
        self.seen_at = 0.0

    def current(self) -> int:
        if time.monotonic() - self.seen_at >= _LOOK_EVERY:
            with connection.cursor() as cursor:
                cursor.execute("SELECT value FROM kernel_referenceversion WHERE name = 'reference'")
                row = cursor.fetchone()
            self.value = int(row[0]) if row else 0
            self.seen_at = time.monotonic()
        return self.value


_version = _Version()


def bump() -> None:
    """Say, in the present transaction, that reference data changed; this process sees it at once.

    Roles and positions count as such: open live connections look at their rights again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BUMP)
    forget()
    announce_rights()


def forget() -> None:
    """Look at the version again before the next use."""
    _version.seen_at = 0.0


def _stamp() -> Stamp:
    return _version.current(), local_date(now())


_all: Final[list["Versioned[Any]"]] = []


def drop_all() -> None:
    """Forget every value, so that the next use of each loads it."""
    for one in _all:
        one.drop()
    forget()


class Versioned(Generic[T]):
    """The value of `load`, kept until the version or the local day changes."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        _all.append(self)
        self._lock = threading.Lock()
        self._kept: tuple[Stamp, T] | None = None

    def get(self) -> T:
        """The value, loaded when there is none or it is old; threads that wait for a load share it."""
        kept = self._kept
        if kept is not None and kept[0] == _stamp():
            return kept[1]
        with self._lock:
            kept, stamp = self._kept, _stamp()
            if kept is None or kept[0] != stamp:
                self._kept = kept = (stamp, self._load())
        return kept[1]

    def drop(self) -> None:
        """Forget the value."""
        self._kept = None
