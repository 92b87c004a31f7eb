"""Documents as evidence: a PDF is kept as it is, so it is judged before.

What a PDF can do to its reader stands in names (`/JavaScript`, `/Launch`, `/EmbeddedFile`). They can be
spelled with escapes (`/Java#53cript`) and hidden in compressed object streams, so both are undone before
looking. An object stream that is compressed in any other way than the usual one is refused instead of
guessed at.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from ioc.kernel.media.errors import BrokenFile, NotADocument, UnsafeDocument
from ioc.kernel.media.incoming import read_all
from ioc.kernel.media.limits import MAX_DOCUMENT_BYTES, MIB

KEPT_TYPE: Final = "application/pdf"

_UNSAFE: Final = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|GoToE|Encrypt)(?![A-Za-z0-9])"
)
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM: Final = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_FILTERS: Final = re.compile(rb"/Filter(?![A-Za-z0-9])\s*(\[[^\]]*\]|/\w+|)")
_PLAIN_FILTERS: Final = ([b"/FlateDecode"], [b"[/FlateDecode]"])
_MAX_HEADER: Final = 2048
_MAX_STREAM: Final = 16 * MIB
_MAX_INFLATED: Final = 64 * MIB


@dataclass(frozen=True)
class Document:
    """A PDF that was found harmless, unchanged."""

    content: bytes
    media_type: str


def check_document(data: IO[bytes] | bytes, *, name: str = "") -> Document:
    """The PDF in `data`, when it is whole and holds nothing that acts.

    Raises:
        EmptyFile, TooLargeFile: no bytes, or more than 15 MB.
        NotADocument: no PDF by its content.
        BrokenFile: cut short.
        UnsafeDocument: locked, or with scripts, programs to start, forms that send, or files inside.
    """
    content = read_all(data, limit=MAX_DOCUMENT_BYTES, name=name)
    if not re.match(rb"%PDF-\d\.\d", content):
        raise NotADocument(name=name)
    if b"%%EOF" not in content[-1024:]:
        raise BrokenFile(name=name)
    if _acts(content):
        raise UnsafeDocument(name=name)
    return Document(content=content, media_type=KEPT_TYPE)


def _acts(content: bytes) -> bool:
    plain = _unescaped(content)
    streams = list(_object_streams(content))
    # Each object stream that is named must be one that we found, or a reader sees what we do not.
    if _UNSAFE.search(plain) or len(streams) != len(_OBJECT_STREAM.findall(plain)):
        return True
    left = _MAX_INFLATED
    for header, body in streams:
        inflated = _inflated(header, body, min(left, _MAX_STREAM))
        if inflated is None or _UNSAFE.search(_unescaped(inflated)):
            return True
        left -= len(inflated)
    return False


def _object_streams(content: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """The dictionary before, and the bytes from the beginning of, each compressed stream of objects."""
    view = memoryview(content)
    for found in _STREAM.finditer(content):
        before = _unescaped(content[max(0, found.start() - _MAX_HEADER) : found.start()])
        header = before[before.rfind(b" obj") + 1 :]
        if _OBJECT_STREAM.search(header):
            yield header, view[found.end() :]


def _inflated(header: bytes, body: memoryview, limit: int) -> bytes | None:
    """What the stream holds; none when it cannot be known, or is more than `limit` bytes."""
    filters = [re.sub(rb"\s", b"", kind) for kind in _FILTERS.findall(header)]
    if filters not in _PLAIN_FILTERS or b"/DecodeParms" in header:
        return None
    try:
        inflated = zlib.decompressobj().decompress(body, limit + 1)
    except zlib.error:
        return None
    return inflated if len(inflated) <= limit else None


def _unescaped(content: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)
