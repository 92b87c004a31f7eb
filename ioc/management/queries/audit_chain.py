"""Whether the audit log is what was written: the chain followed from its first entry to its head."""

import hmac
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from ioc.kernel.secretfiles import create_secret
from ioc.management.models import AuditCheck
from ioc.management.rules.audit_chain import Checkpoint, Fault, FaultKind, follow, tail_faults

COLUMNS: Final = (
    "id, at, topic, verb, actor_kind, actor_name, person_id, organization_id, organization_name, reason, before,"
    " after, record_kind, record_id, record_name, address, browser, session"
)
"""What the chain covers, in the order in which it is hashed: changing it would break every chain."""
_CHAINED: Final = (
    # A digest that somebody emptied or made longer must not move what comes after it.
    "COPY (SELECT rpad(coalesce(encode(digest, 'hex'), ''), 64, '-'), number,"  # noqa: S608 - constants
    f" coalesce(encode(previous, 'hex'), ''), {COLUMNS} FROM management_auditentry"
    " WHERE number IS NOT NULL ORDER BY number) TO STDOUT"
)
_PLAIN: Final = "SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true)"
_CHECKS_SHOWN: Final = 10
_UNCHAINED: Final = "SELECT count(*) FROM management_auditentry WHERE number IS NULL"


@dataclass(frozen=True, slots=True)
class Verified:
    """What following the chain found. `unchained` entries wait for their place in it."""

    number: int
    rows: int
    unchained: int
    checkpoints: int
    seconds: float
    faults: list[Fault]
    fault_count: int

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.fault_count


def verify(*, tell: Callable[[int, int], object] = lambda done, total: None) -> Verified:
    """Follow the whole chain; `tell` hears how many of how many entries were read.

    One statement streams the entries, so a million of them need no more memory than a few. What the chain is held
    against is read before the chain: entries that come meanwhile do not disturb.
    """
    began = time.monotonic()
    kept, forged = read_checkpoints()
    with transaction.atomic(), connection.cursor() as cursor:
        plain_text(cursor)
        cursor.execute(_UNCHAINED)
        (unchained,) = cursor.fetchone()
        end = head()
        awaited = kept | ({end.number: end.digest} if end.number else {})
        with cursor.copy(_CHAINED) as lines:
            followed = follow(
                (bytes(line)[:-1] for line in lines),
                keys=keys(), awaited=awaited, tell=lambda done: tell(done, max(end.number, done)),
            )  # fmt: skip
    tail = forged + tail_faults(followed, awaited=awaited)
    return Verified(
        number=followed.number, rows=followed.rows, unchained=unchained, checkpoints=len(kept),
        seconds=time.monotonic() - began, faults=followed.faults + tail, fault_count=followed.fault_count + len(tail),
    )  # fmt: skip


def read_checkpoints() -> tuple[dict[int, str], list[Fault]]:
    """Number → digest of the checkpoints in the file, and a fault for each line that we did not sign."""
    path = Path(settings.AUDIT_CHECKPOINTS)
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    kept, forged = {}, []
    for line in lines:
        checkpoint = _signed(line)
        if checkpoint is None:
            forged.append(Fault(FaultKind.FORGED_CHECKPOINT, _number_in(line), _number_in(line)))
        else:
            kept[checkpoint.number] = checkpoint.digest
    return kept, forged


def _signed(line: str) -> Checkpoint | None:
    try:
        told: Any = json.loads(line)
        checkpoint = Checkpoint(int(told["number"]), str(told["digest"]))
        signed, at = str(told["signature"]), told["at"]
    except (ValueError, KeyError, TypeError):
        return None
    signatures = (signature_of(checkpoint, at=at, key=key) for key in keys())
    return checkpoint if any(hmac.compare_digest(signed, one) for one in signatures) else None


def _number_in(line: str) -> int:
    """The number that a line which cannot be believed names; 0 when it names none."""
    try:
        return int(json.loads(line)["number"])
    except (ValueError, KeyError, TypeError):
        return 0


@dataclass(frozen=True, slots=True)
class ChainState:
    """What is known of the chain: its head, what waits, the latest check and the ones before it."""

    number: int
    unchained: int
    check: AuditCheck | None
    earlier: list[AuditCheck]


def chain_state() -> ChainState:
    """The chain as it stands, in three statements; nothing is followed."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCHAINED)
        (unchained,) = cursor.fetchone()
    checks = list(AuditCheck.objects.order_by("-at")[:_CHECKS_SHOWN])
    return ChainState(head().number, unchained, checks[0] if checks else None, checks[1:])


def latest_check() -> AuditCheck | None:
    """What the latest check of the chain found."""
    return AuditCheck.objects.order_by("-at").first()


def plain_text(cursor: Any) -> None:
    """Have the server write values in one form, for this transaction."""
    cursor.execute(_PLAIN)


def head() -> Checkpoint:
    """How far the chain goes, as the database says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, encode(digest, 'hex') FROM management_audithead")
        found = cursor.fetchone()
    return Checkpoint(*found) if found else Checkpoint(0, "")


def keys() -> list[bytes]:
    """The keys of the chain, newest first: one a line in a file that only the service account may read."""
    path: Path = settings.AUDIT_KEY_FILE
    if not path.exists():
        create_secret(path, os.urandom(32).hex() + "\n")
    return [bytes.fromhex(line) for line in path.read_text().split()]


def signature_of(checkpoint: Checkpoint, *, at: object, key: bytes) -> str:
    """What shows that a checkpoint was written by who has the key."""
    return hmac.digest(key, f"checkpoint\t{checkpoint.number}\t{checkpoint.digest}\t{at}".encode(), "sha256").hex()
