"""When, where and which way up a photo was taken.

Reads short values of few types and no other: the work does not grow with what the block claims, and a block
that lies about offsets, counts or types yields nothing instead of an error.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ioc.kernel.clock import PROVINCE_ZONE

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_CLOCK_SKEW: Final = timedelta(minutes=5)
_MAX_ENTRIES: Final = 1000
_MAX_VALUE: Final = 64
# Bytes of one value, and its letter for `struct`, by TIFF type; of all others nothing is read.
_TYPES: Final[Mapping[int, tuple[int, str]]] = {
    1: (1, "B"), 2: (1, "B"), 3: (2, "H"), 4: (4, "L"), 5: (8, "LL"), 7: (1, "B"), 9: (4, "l"), 10: (8, "ll"),
}  # fmt: skip
_ORIENTATION, _EXIF_IFD, _GPS_IFD = 0x0112, 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_OFFSET: Final = re.compile(r"[+-]\d\d:\d\d")


@dataclass(frozen=True)
class Place:
    """Degrees of WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Facts:
    """What a file says of itself; `orientation` is EXIF's number from 1 to 8, 1 the right way up."""

    orientation: int = 1
    taken_at: datetime | None = None
    place: Place | None = None


Numbers = tuple[int, ...]


def facts_of(block: bytes, *, at: datetime) -> Facts:
    """What an EXIF block (with or without its "Exif" prefix) says; nothing is believed that cannot be.

    A time without an offset is the province's wall clock. `at` is the present: a time after it is dropped.
    """
    tiff = block.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return Facts()
    main = _directory(tiff, order, struct.unpack_from(order + "L", tiff, 4)[0])
    return Facts(
        orientation=_orientation(main.get(_ORIENTATION, ())),
        taken_at=_taken_at(_beneath(tiff, order, main, _EXIF_IFD), at),
        place=_place(_beneath(tiff, order, main, _GPS_IFD)),
    )


def believable_moment(moment: datetime, *, at: datetime) -> datetime | None:
    """`moment` in UTC unless it lies before 2000 (a clock never set) or after `at` (set wrong)."""
    return moment.astimezone(UTC) if _EARLIEST <= moment <= at + _CLOCK_SKEW else None


def believable_place(latitude: float, longitude: float) -> Place | None:
    """The place unless it is not on Earth, or is 0, 0: what a receiver without a fix writes."""
    # Comparisons with NaN are false.
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return Place(latitude, longitude) if on_earth and (latitude or longitude) else None


def _beneath(tiff: bytes, order: str, main: Mapping[int, Numbers], tag: int) -> dict[int, Numbers]:
    offset = main.get(tag, ())
    return _directory(tiff, order, offset[0]) if offset else {}


def _directory(tiff: bytes, order: str, offset: int) -> dict[int, Numbers]:
    """The values of the directory at `offset`, each at most 64 bytes; of two with one tag the last counts."""
    head = tiff[offset : offset + 2]
    count = int.from_bytes(head, "little" if order == "<" else "big")
    entries = tiff[offset + 2 : offset + 2 + 12 * min(count, _MAX_ENTRIES)]
    whole = entries[: len(entries) // 12 * 12]
    return {tag: _value(tiff, order, *rest) for tag, *rest in struct.iter_unpack(order + "HHL4s", whole)}


def _value(tiff: bytes, order: str, kind: int, count: int, inline: bytes) -> Numbers:
    size, letter = _TYPES.get(kind, (0, ""))
    length = size * count
    if not 0 < length <= _MAX_VALUE:
        return ()
    start = struct.unpack(order + "L", inline)[0]
    data = inline[:length] if length <= 4 else tiff[start : start + length]
    return struct.unpack(order + letter * count, data) if len(data) == length else ()


def _orientation(value: Numbers) -> int:
    return value[0] if value and 1 <= value[0] <= 8 else 1


def _text(value: Numbers) -> str:
    return bytes(number & 0xFF for number in value).split(b"\x00")[0].decode("ascii", "replace").strip()


def _taken_at(tags: Mapping[int, Numbers], at: datetime) -> datetime | None:
    text, offset = _text(tags.get(_TAKEN, ())), _text(tags.get(_TAKEN_OFFSET, ()))
    try:
        if _OFFSET.fullmatch(offset):
            moment = datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
        else:
            moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=PROVINCE_ZONE)
    except ValueError:
        return None
    return believable_moment(moment, at=at)


def _place(tags: Mapping[int, Numbers]) -> Place | None:
    latitude = _degrees(tags.get(_LATITUDE, ()), _text(tags.get(_LATITUDE_REF, ())), "NS")
    longitude = _degrees(tags.get(_LONGITUDE, ()), _text(tags.get(_LONGITUDE_REF, ())), "EW")
    return None if latitude is None or longitude is None else believable_place(latitude, longitude)


def _degrees(value: Numbers, side: str, sides: str) -> float | None:
    """Degrees, minutes and seconds as one signed number; none for a missing side or a division by zero."""
    side = side.upper()
    if len(value) != 6 or not side or side not in sides or 0 in value[1::2]:
        return None
    degrees, minutes, seconds = (value[index] / value[index + 1] for index in (0, 2, 4))
    if not (0 <= degrees <= 180 and 0 <= minutes <= 60 and 0 <= seconds <= 60):
        return None
    total = degrees + minutes / 60 + seconds / 3600
    return -total if side == sides[1] else total
