"""Passwords that leaked, as a list on disk that no network is needed for.

The file holds the first ten bytes of each password's SHA-1, sorted, with nothing in between: 850 million take 8.5 GB
and a look-up some thirty reads. Ten bytes are enough: by chance one password in 10^15 is taken for a leaked one.
It is made from what Have I Been Pwned publishes (one `SHA1:count` a line, ordered by hash, or a folder with one file
for each prefix of five digits), or from a plain list of passwords.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from ioc.kernel.errors import Invalid

WIDTH: Final = 10
_PREFIX: Final = re.compile(r"[0-9A-Fa-f]{5}")
_LINE: Final = re.compile(r"([0-9A-Fa-f]{40})(?::(\d+))?")
_BATCH: Final = 100_000


@dataclass(frozen=True, slots=True)
class Held:
    """What the list holds, and since when."""

    count: int
    loaded_at: datetime | None


def held() -> Held:
    """How many passwords the list holds; none when it was never loaded."""
    try:
        facts = _path().stat()
    except FileNotFoundError:
        return Held(0, None)
    return Held(facts.st_size // WIDTH, datetime.fromtimestamp(facts.st_mtime, tz=UTC))


def is_breached(password: str) -> bool:
    """Whether the password is in the list; never, where there is no list."""
    wanted = _digest(password)
    try:
        file = os.open(_path(), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return _found(file, wanted, os.fstat(file).st_size // WIDTH)
    finally:
        os.close(file)


def _found(file: int, wanted: bytes, count: int) -> bool:
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        entry = os.pread(file, WIDTH, middle * WIDTH)
        if entry == wanted:
            return True
        low, high = (middle + 1, high) if entry < wanted else (low, middle)
    return False


def load(source: Path, *, least: int = 1, plain: bool = False, progress: Callable[[int], object] = int) -> Held:
    """Put the list of `source` in place of the present one, in one step.

    `least` leaves out what leaked fewer times; `plain` says that the lines are passwords. `progress` is told how many
    bytes of the source were read since the last time.

    Raises:
        Invalid: the source has another form, or is not ordered; the present list stays.
    """
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_suffix(".new")
    try:
        with made.open("wb") as file:
            for batch in _batches(_plain(source, progress) if plain else _ordered(source, least, progress)):
                file.write(batch)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    return held()


def size_of(source: Path) -> int:
    """How many bytes there are to read, for showing how far it is."""
    return sum(one.stat().st_size for one in _files(source))


def _path() -> Path:
    return Path(settings.BREACHED_PASSWORDS)


def _digest(password: str) -> bytes:
    return hashlib.sha1(password.encode(), usedforsecurity=False).digest()[:WIDTH]


def _files(source: Path) -> list[Path]:
    return sorted(source.iterdir()) if source.is_dir() else [source]


def _batches(digests: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for digest in digests:
        kept += digest
        if len(kept) >= _BATCH * WIDTH:
            yield bytes(kept)
            kept.clear()
    yield bytes(kept)


def _ordered(source: Path, least: int, progress: Callable[[int], object]) -> Iterator[bytes]:
    last = b""
    for file in _files(source):
        prefix = file.stem if source.is_dir() and _PREFIX.fullmatch(file.stem) else ""
        for line in _lines(file, progress):
            digest, count = _read(prefix + line, file)
            if digest < last:
                raise Invalid(f"{file.name}: not ordered by hash. Take the list that is ordered by hash.")
            if count >= least and digest != last:
                yield digest
            last = digest


def _read(line: str, file: Path) -> tuple[bytes, int]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Invalid(f"{file.name}: a line is not SHA1:count but {line[:60]!r}.")
    return bytes.fromhex(found[1])[:WIDTH], int(found[2] or 1)


def _plain(source: Path, progress: Callable[[int], object]) -> Iterator[bytes]:
    """Sorted in memory: meant for lists of millions."""
    yield from sorted({_digest(line) for file in _files(source) for line in _lines(file, progress)})


def _lines(file: Path, progress: Callable[[int], object]) -> Iterator[str]:
    read = 0
    with file.open("rb") as lines:
        for line in lines:
            read += len(line)
            if read >= 1_000_000:
                progress(read)
                read = 0
            if text := line.decode(errors="replace").rstrip("\r\n"):
                yield text
    progress(read)
