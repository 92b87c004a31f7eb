"""A JPEG file segment by segment, so that the decoder sees pixels and colour and nothing else.

Decoders trust metadata more than they should: an EXIF block spread over many segments can name the same
megabytes thousands of times, and a progressive file can hold a hundred thousand scans of a few bytes that
each walk the whole picture. Both are stopped here, before anything is decoded.
"""

import re
from typing import Final

_START: Final = b"\xff\xd8"
_EXIF: Final = b"Exif\x00\x00"
_ICC: Final = b"ICC_PROFILE\x00"
# Inside a scan 0xFF stands before 0x00 (a plain 0xFF), a restart marker or a fill byte; all else ends it.
_SCAN_END: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_END, _SCAN = 0xD9, 0xDA
_APP0, _APP1, _APP2, _ADOBE, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_MAX_SEGMENTS: Final = 4000
# Encoders write about ten; a picture in four colours with every refinement stays below this.
_MAX_SCANS: Final = 100


def take_apart(content: bytes) -> tuple[bytes, bytes]:
    """The same JPEG without metadata and without what follows its end, and its first EXIF block (or nothing).

    Colour profile and Adobe's colour transform stay, because the pixels mean nothing without them.

    Raises:
        ValueError: more segments or scans than a camera writes, or a segment that runs past the end.
    """
    kept, exif, scans, at = [_START], b"", 0, len(_START)
    for _ in range(_MAX_SEGMENTS):
        marker, at, end = _segment(content, at)
        body = content[at + 4 : end]
        if marker == _APP1 and body.startswith(_EXIF):
            exif = exif or body[len(_EXIF) :]
        elif not _is_metadata(marker, body):
            kept.append(content[at:end])
        scans += marker == _SCAN
        if scans > _MAX_SCANS:
            raise ValueError("too many scans")
        if marker == _END:
            return b"".join(kept), exif
        at = end
    raise ValueError("too many segments")


def _segment(content: bytes, at: int) -> tuple[int, int, int]:
    """Marker, beginning and end of the next segment, a scan with its data; past the last, an empty end."""
    found = _SCAN_END.search(content, at)
    if not found:
        return _END, len(content), len(content)
    begin, marker = found.start(), content[found.end() - 1]
    if marker in {0x01, 0xD8, _END}:
        return marker, begin, begin + 2
    end = begin + 2 + int.from_bytes(content[begin + 2 : begin + 4], "big")
    if end > len(content) or end < begin + 4:
        raise ValueError("a segment runs past the end")
    return marker, begin, _scan_end(content, end) if marker == _SCAN else end


def _scan_end(content: bytes, at: int) -> int:
    found = _SCAN_END.search(content, at)
    return found.start() if found else len(content)


def _is_metadata(marker: int, body: bytes) -> bool:
    if marker == _APP2:
        return not body.startswith(_ICC)
    return marker == _COMMENT or (_APP1 <= marker <= 0xEF and marker != _ADOBE)
