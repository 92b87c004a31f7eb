"""Streams sealed with age for public keys, with the digest of what was written."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

import pyrage
from django.utils.translation import gettext_lazy as _
from pyrage.x25519 import Identity, Recipient

from ioc.kernel.errors import Conflict, Invalid

SUFFIX: Final = ".age"


class Damaged(Conflict):
    """A part of a back-up is missing, was changed, or is sealed for another key."""

    code = "backup-damaged"
    message = _("A part of this back-up cannot be read.")
    remedy = _("Check that the key is the right one, and take an earlier back-up if it is.")


@dataclass(frozen=True, slots=True)
class Part:
    """A sealed file as it lies on the disk: its SHA-256 and size in bytes, sealed."""

    sha256: str
    size: int


class Measured(BufferedIOBase):
    """Writes on to `file` (none: nowhere), and remembers digest and size."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, data: Any, /) -> int:
        """Take in some more."""
        taken = bytes(data)
        self._digest.update(taken)
        self._size += len(taken)
        return self._file.write(taken) if self._file else len(taken)

    @property
    def part(self) -> Part:
        """What was written so far."""
        return Part(self._digest.hexdigest(), self._size)


def new_identity() -> tuple[str, str]:
    """A new key pair: the secret half (`AGE-SECRET-KEY-…`) to be kept elsewhere, and the public half (`age1…`)."""
    identity = Identity.generate()
    return str(identity), str(identity.to_public())


def recipients(lines: Sequence[str]) -> list[Recipient]:
    """The public keys in `lines`.

    Raises:
        Invalid: one is not a key, or there is none.
    """
    try:
        found = [Recipient.from_str(line.strip()) for line in lines if line.strip()]
    except pyrage.RecipientError as error:
        raise Invalid(fields={"recipients": _("A public key begins with age1 and has 62 letters.")}) from error
    if not found:
        raise Invalid(fields={"recipients": _("Give at least one public key; `ioc backup keygen` makes one.")})
    return found


def identities(path: Path) -> list[Identity]:
    """The secret keys in the file at `path`, one a line; lines that begin with # are notes.

    Raises:
        Invalid: the file holds none, or a line is not a key.
    """
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        found = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise Invalid(
            _("This file holds no secret key of a back-up."), remedy=_("Give the file of `keygen`.")
        ) from error
    if not found:
        raise Invalid(_("This file holds no secret key of a back-up."), remedy=_("Give the file of `keygen`."))
    return found


def seal_to(path: Path, source: IO[bytes], keys: Sequence[Recipient]) -> Part:
    """Seal all of `source` into `path`: whole and on the disk when this returns, or not there at all."""
    with whole(path) as file:
        measured = Measured(file)
        pyrage.encrypt_io(cast("BufferedIOBase", source), measured, list(keys))
    return measured.part


def open_to(path: Path, target: Any, keys: Sequence[Identity]) -> None:
    """Write what is sealed in `path` to `target`.

    Raises:
        Damaged: the file is missing, was changed, or is sealed for another key.
    """
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, target, list(keys))
    except (pyrage.DecryptError, FileNotFoundError) as error:
        raise Damaged(part=path.name) from error


def part_of(path: Path) -> Part:
    """Digest and size of a sealed file as it lies there.

    Raises:
        Damaged: it is missing.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return Part(digest.hexdigest(), file.tell())
    except FileNotFoundError as error:
        raise Damaged(part=path.name) from error


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only once it is whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
