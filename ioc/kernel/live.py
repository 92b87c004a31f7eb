"""Telling screens that something changed: names only, never data, so that rights are checked where data is read.

Topics: "onscene.queue" (the operating team's), "agency.<organization id>", "report.<id>" (staff with the report
open), "follow.<token>" (a reporter's private link), "public". `RIGHTS` is for the live process alone: who may hear
what is looked at again.
"""

import json
import threading
from typing import Final

from django.db import connection, transaction

from ioc.kernel.coalesce import coalescer

CHANNEL: Final = "ioc_live"
RIGHTS: Final = "rights"
_MOST_BYTES: Final = 7000  # NOTIFY takes up to 8000

_topics: set[str] = set()
_lock = threading.Lock()


def announce(*topics: str) -> None:
    """Tell listeners of `topics`, once the present transaction has committed."""
    transaction.on_commit(lambda: _collect(topics))


def announce_rights() -> None:
    """Have open connections look at their rights again, within seconds of the present transaction's commit."""
    announce(RIGHTS)


def _collect(topics: tuple[str, ...]) -> None:
    with _lock:
        _topics.update(topics)
    coalescer.soon("live", _send)


def _send() -> None:
    with _lock:
        topics = sorted(_topics)
        _topics.clear()
    with connection.cursor() as cursor:
        for batch in _batches(topics):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(batch)])


def _batches(topics: list[str]) -> list[list[str]]:
    batches: list[list[str]] = [[]]
    size = 0
    for topic in topics:
        if size + len(topic) > _MOST_BYTES:
            batches.append([])
            size = 0
        batches[-1].append(topic)
        size += len(topic) + 4
    return batches if topics else []
