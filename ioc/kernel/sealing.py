"""Sealed fields: encrypted at rest with keys that live outside the database.

The key file holds one Fernet key a line, newest first: the first seals, all of them open. `ioc keys rotate` puts
a new key in front and has each room seal what it keeps again.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from ioc.kernel.secretfiles import create_secret, replace_secret

_BATCH: Final = 500


def seal(value: str) -> bytes:
    """The sealed form of `value`; empty stays empty, so that "nothing was given" is visible without opening."""
    return _keys(_stamp()).encrypt(value.encode()) if value else b""


def unseal(sealed: bytes | memoryview) -> str:
    """What was sealed.

    Raises:
        cryptography.fernet.InvalidToken: no key of the file opens it.
    """
    return _keys(_stamp()).decrypt(bytes(sealed)).decode() if sealed else ""


def reseal(sealed: bytes | memoryview) -> bytes:
    """The same value under the newest key."""
    return _keys(_stamp()).rotate(bytes(sealed)) if sealed else b""


def reseal_rows(rows: QuerySet[Any], *, columns: Sequence[str]) -> int:
    """Seal `columns` of `rows` again under the newest key, a batch a transaction; how many rows.

    May be stopped and run again; readers and writers go on meanwhile.
    """
    done, last = 0, None
    while True:
        with transaction.atomic():
            after = rows if last is None else rows.filter(pk__gt=last)
            batch = list(after.select_for_update().order_by("pk")[:_BATCH])
            if not batch:
                return done
            for row in batch:
                for column in columns:
                    setattr(row, column, reseal(getattr(row, column)))
            rows.model._default_manager.bulk_update(batch, columns)
        last = batch[-1].pk
        done += len(batch)


def digest(value: str) -> bytes:
    """A keyed fingerprint for finding equal values without opening them (HMAC-SHA-256, truncated to 128 bits)."""
    return hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).digest()[:16]


def add_key() -> None:
    """Put a new key in front of the file, in one step; earlier keys stay until they are removed by hand."""
    path = _path()
    replace_secret(path, Fernet.generate_key().decode() + "\n" + path.read_text())


def _path() -> Path:
    path: Path = settings.SEALING_KEY_FILE
    if not path.exists():
        create_secret(path, Fernet.generate_key().decode() + "\n")
    return path


def _stamp() -> int:
    """Changes when the file does: running processes take up a new key without a restart."""
    return _path().stat().st_mtime_ns


@lru_cache(maxsize=2)
def _keys(_stamp: int) -> MultiFernet:
    return MultiFernet([Fernet(line) for line in _path().read_text().split()])
