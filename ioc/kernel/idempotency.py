"""Doing a thing once however often it is asked for."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Conflict
from ioc.kernel.models import IdempotencyRecord

KEEP: Final = timedelta(days=14)
_CLAIM: Final = (
    "INSERT INTO kernel_idempotencyrecord (scope, key, fingerprint, outcome, at)"
    " VALUES (%s, %s, %s, %s::jsonb, %s) ON CONFLICT DO NOTHING"
)


class KeyReused(Conflict):
    """A key came back with other content: a mistake of the sender, not a retry."""

    code = "idempotency-key-reused"
    status = 422
    message = _("This request key was already used for something else.")
    remedy = _("Send a new Idempotency-Key with new content.")


def fingerprint(content: object) -> bytes:
    """A digest of what was asked, for telling a retry from a mistake."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).digest()


def claim(*, scope: str, key: str, content: object, outcome: dict[str, Any], at: datetime) -> dict[str, Any] | None:
    """Take `key` for `outcome` in the present transaction; None when it was free.

    When it was taken, the outcome stored then: the caller answers with it and does nothing. A request that runs
    at the same time with the same key waits here for the other one's commit.

    Raises:
        KeyReused: the key was taken for other content.
    """
    mark = fingerprint(content)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [scope, key, mark, json.dumps(outcome), at])
        if cursor.rowcount == 1:
            return None
    earlier = IdempotencyRecord.objects.get(scope=scope, key=key)
    if bytes(earlier.fingerprint) != mark:
        raise KeyReused
    stored: dict[str, Any] = earlier.outcome
    return stored


def once(
    *, scope: str, key: str, content: object, at: datetime, do: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Run `do` in a transaction that also takes `key`; a retry gets the outcome that was stored.

    Without a key (empty) `do` simply runs. What `do` raises leaves the key free.
    """
    if not key:
        return do()
    with transaction.atomic():
        earlier = claim(scope=scope, key=key, content=content, outcome={}, at=at)
        if earlier is not None:
            return earlier
        outcome = do()
        IdempotencyRecord.objects.filter(scope=scope, key=key).update(outcome=outcome)
    return outcome


def forget_old(*, at: datetime) -> int:
    """Drop keys that no retry will bring back any more; how many."""
    return IdempotencyRecord.objects.filter(at__lt=at - KEEP).delete()[0]
