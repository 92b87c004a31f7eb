"""Putting entries of the audit log in the chain, and keeping its head outside the database.

One at a time: who lengthens the chain holds the row of its head. Writers of entries never touch that row, so they
wait for nobody and cannot deadlock over it (docs/decisions/0012-audit-chain.md). A process killed in the middle
leaves the chain as it was: numbers, digests and head are written in one transaction.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from ioc.kernel.secretfiles import replace_secret
from ioc.management.queries.audit_chain import COLUMNS, head, keys, plain_text, signature_of
from ioc.management.rules.audit_chain import Checkpoint, digest_of, message_of

_BATCH: Final = 2000
_UNCHAINED: Final = (
    f"COPY (SELECT {COLUMNS} FROM management_auditentry"  # noqa: S608 - constants
    f" WHERE number IS NULL ORDER BY at, id LIMIT {_BATCH}) TO STDOUT"
)
_HEAD: Final = "SELECT number, digest FROM management_audithead FOR UPDATE"
_SEAL: Final = (
    "UPDATE management_auditentry e SET number = v.number, previous = decode(v.previous, 'hex'),"
    " digest = decode(v.digest, 'hex')"
    " FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[]) AS v (id, number, previous, digest)"
    " WHERE e.id = v.id"
)


def lengthen() -> int:
    """Put every committed entry that is not there yet in the chain, oldest first; how many."""
    done = 0
    while taken := _lengthen_once():
        done += taken
        if taken < _BATCH:
            break
    return done


@transaction.atomic
def _lengthen_once() -> int:
    with connection.cursor() as cursor:
        plain_text(cursor)
        cursor.execute("INSERT INTO management_audithead VALUES (true, 0, '') ON CONFLICT DO NOTHING")
        cursor.execute(_HEAD)
        number, last = cursor.fetchone()
        with cursor.copy(_UNCHAINED) as rows:
            contents = [bytes(row).rstrip(b"\n") for row in rows]
        if not contents:
            return 0
        _seal(cursor, contents, number=number, last=bytes(last).hex().encode())
    return len(contents)


def _seal(cursor: Any, contents: list[bytes], *, number: int, last: bytes) -> None:
    key = keys()[0]
    sealed: list[tuple[str, int, str, str]] = []
    for content in contents:
        number += 1
        digest = digest_of(message_of(number=number, previous=last, content=content), key=key)
        sealed.append((content.split(b"\t", 1)[0].decode(), number, last.decode(), digest.decode()))
        last = digest
    cursor.execute(_SEAL, [list(column) for column in zip(*sealed, strict=True)])
    cursor.execute("UPDATE management_audithead SET number = %s, digest = decode(%s, 'hex')", [number, last.decode()])


def add_key() -> None:
    """Put a new key in front: it seals from now on, the earlier ones still verify what they sealed."""
    earlier = "\n".join(key.hex() for key in keys())
    replace_secret(settings.AUDIT_KEY_FILE, f"{os.urandom(32).hex()}\n{earlier}\n")


def write_checkpoint(*, at: datetime) -> Checkpoint | None:
    """Append the signed head of the chain to the file outside the database; None when it has not moved."""
    lengthen()
    now, path = head(), Path(settings.AUDIT_CHECKPOINTS)
    if not now.number or (path.exists() and f'"number": {now.number},' in _last_line(path)):
        return None
    told = {"number": now.number, "digest": now.digest, "at": at.isoformat()}
    line = json.dumps(told | {"signature": signature_of(now, at=told["at"], key=keys()[0])}) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)
    return now


def _last_line(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 400))
        return file.read().decode(errors="replace").rstrip("\n").rpartition("\n")[2]
