"""Doing a thing once however often it is asked for."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Conflict
from ioc.kernel.models import IdempotencyRecord
from ioc.kernel.together import insert_together

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
    """A digest of what was asked, for telling a retry from a mistake.

    Keyed: what was asked may hold a phone number or a password, and a plain digest of those can be guessed back.
    """
    text = json.dumps(content, sort_keys=True, default=str)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()


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
    return _outcome_of(IdempotencyRecord.objects.get(scope=scope, key=key), mark)


def earlier(*, scope: str, key: str, content: object) -> dict[str, Any] | None:
    """The outcome that `key` was taken for; None when it is free or empty.

    Raises:
        KeyReused: the key was taken for other content.
    """
    record = IdempotencyRecord.objects.filter(scope=scope, key=key).first() if key else None
    return None if record is None else _outcome_of(record, fingerprint(content))


def _outcome_of(record: IdempotencyRecord, mark: bytes | memoryview) -> dict[str, Any]:
    if bytes(record.fingerprint) != mark:
        raise KeyReused
    stored: dict[str, Any] = record.outcome
    return stored


def insert_once(
    rows: Sequence[Model], *, scope: str, key: str, content: object, outcome: dict[str, Any], at: datetime
) -> dict[str, Any] | None:
    """Insert `rows` and take `key` for `outcome`, all in one statement; None when that was done.

    When the key was taken, nothing is written and the outcome stored then is the answer. Without a key (empty) the
    rows are simply inserted.

    Raises:
        KeyReused: the key was taken for other content.
    """
    if not key:
        insert_together(*rows)
        return None
    taken = IdempotencyRecord(scope=scope, key=key, fingerprint=fingerprint(content), outcome=outcome, at=at)
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            insert_together(*rows, taken)
    except IntegrityError:
        earlier = IdempotencyRecord.objects.filter(scope=scope, key=key).first()
        if earlier is None:
            raise
        return _outcome_of(earlier, taken.fingerprint)
    return None


def once(*, scope: str, key: str, content: object, at: datetime, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
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
