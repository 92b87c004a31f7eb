"""The chain over the audit log: how an entry is sealed, and what following the chain finds.

Each entry has a number without gaps and a digest over its number, the digest before it, and its content:

    message = number TAB previous digest in hex TAB content
    digest  = HMAC-SHA-256(key, message)

Content is the entry's columns as `COPY … TO STDOUT` writes them in UTC and ISO dates: the server escapes every column,
so no two entries share a form, and reading a million of them back costs no parsing.

What it holds against. The key lives outside the database. Who can write to the database but does not have the key
cannot change, drop, insert or reorder entries of the chain without `follow` naming them. A cut tail leaves a chain
that is right in itself: it is found by comparing with the head kept beside the log, and, where that was set back too,
with checkpoints in a file outside the database. Who has both the database and the key can make a chain anew; only
copies of the checkpoints kept on another machine show that. Entries not yet chained (about a second, a minute at
most) are protected by the triggers of the table alone.
"""

import hmac
from binascii import hexlify
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

DIGEST_HEX: Final = 64
NO_DIGEST: Final = b""
_HELD: Final = 1000
_TELL_EVERY: Final = 5000


class FaultKind(StrEnum):
    """What is wrong with a number of the chain."""

    EDITED = "edited"
    MOVED = "moved"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    REPLACED = "replaced"
    FORGED_CHECKPOINT = "forged_checkpoint"


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` holds for the numbers `first` to `last`, both included."""

    kind: FaultKind
    first: int
    last: int

    def as_dict(self) -> dict[str, str | int]:
        """The fault as JSON keeps it."""
        return {"kind": self.kind.value, "first": self.first, "last": self.last}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the chain as it once was, kept outside the database."""

    number: int
    digest: str


@dataclass(slots=True)
class Followed:
    """How far the chain was followed and what was wrong; the first thousand faults are held, all are counted."""

    number: int = 0
    digest: bytes = NO_DIGEST
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0

    def found(self, kind: FaultKind, first: int, last: int) -> None:
        """Note a fault, as one with the one before where they touch."""
        self.fault_count += 1
        before = self.faults[-1] if self.faults else None
        if before is not None and before.kind is kind and before.last + 1 == first:
            self.faults[-1] = Fault(kind, before.first, last)
        elif len(self.faults) < _HELD:
            self.faults.append(Fault(kind, first, last))


def message_of(*, number: int, previous: bytes, content: bytes) -> bytes:
    """What is hashed for an entry; `previous` is the digest before it in hex, empty for the first."""
    return b"%d\t%s\t%s" % (number, previous, content)


def digest_of(message: bytes, *, key: bytes) -> bytes:
    """The digest of `message` in hex."""
    return hexlify(hmac.digest(key, message, "sha256"))


def follow(
    lines: Iterable[bytes], *, keys: Sequence[bytes], awaited: Mapping[int, str], tell: Callable[[int], object]
) -> Followed:
    """Follow the chain from its first entry; `tell` hears every so often how many were read.

    A line is `digest in hex TAB message`, in order of number. `keys` are tried in turn: the newest comes first.
    `awaited` are digests in hex, known from elsewhere, that entries with these numbers must have.
    """
    state, key = Followed(), keys[0]
    known = {number: digest.encode() for number, digest in awaited.items()}
    for line in lines:
        digest, message = line[:DIGEST_HEX], line[DIGEST_HEX + 1 :]
        # The way nearly every entry goes, kept short: this is what a million entries cost.
        right = hexlify(hmac.digest(key, message, "sha256")) == digest
        if right and message.startswith(b"%d\t%s\t" % (state.number + 1, state.digest)):
            state.number += 1
            state.digest = digest
        else:
            key = next((one for one in keys if right or digest_of(message, key=one) == digest), key)
            _look(state, message, digest, right=right or digest_of(message, key=key) == digest)
        if state.number in known and known[state.number] != digest:
            state.found(FaultKind.REPLACED, state.number, state.number)
        state.rows += 1
        if not state.rows % _TELL_EVERY:
            tell(state.rows)
    tell(state.rows)
    return state


def _look(state: Followed, message: bytes, digest: bytes, *, right: bool) -> None:
    """Compare an entry with where the chain is: its place, its link, its content."""
    numbered, previous, _ = message.split(b"\t", 2)
    number = int(numbered)
    if number > state.number + 1:
        state.found(FaultKind.MISSING, state.number + 1, number - 1)
    if number == state.number + 1 and previous != state.digest:
        state.found(FaultKind.MOVED, number, number)
    elif not right:
        state.found(FaultKind.EDITED, number, number)
    state.number, state.digest = number, digest


def tail_faults(followed: Followed, *, awaited: Mapping[int, str]) -> list[Fault]:
    """What the end of the chain lacks against what is known from elsewhere."""
    reached = max(awaited, default=0)
    return [Fault(FaultKind.CUT_OFF, followed.number + 1, reached)] if followed.number < reached else []
