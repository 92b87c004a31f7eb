"""A Shapefile in one .zip: never unpacked to the disk, never more than the limits, whatever the zip claims."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

import shapefile as pyshp
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from ioc.kernel.geofiles import formats, limits

_PARTS: Final = ("shp", "shx", "dbf", "prj", "cpg")
# What the library stumbles over in binary records that are not what they should be.
_DAMAGED: Final = (
    pyshp.ShapefileException, struct.error, ValueError, IndexError, KeyError, TypeError, AttributeError,
    OverflowError, MemoryError,
)  # fmt: skip
_DAMAGED_ZIP: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, OSError, EOFError, ValueError,
)  # fmt: skip


def layer(content: bytes) -> formats.Layer:
    """The rows of the one Shapefile in the zip.

    Raises:
        Unreadable: there is none, or several, or it is damaged.
        TooLarge: it unpacks to more than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpacked(archive)
    except _DAMAGED_ZIP as error:
        raise formats.Unreadable from error
    return formats.Layer("Shapefile", parts.get("prj", b"").decode("utf-8", "replace"), _rows(parts))


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The parts of the Shapefile by their suffix."""
    members = archive.infolist()
    if len(members) > limits.MAX_MEMBERS:
        raise formats.TooLarge
    files = [member for member in members if not member.is_dir() and not member.filename.startswith("__MACOSX")]
    # How a path is written differs from zip to zip ("./a.shp"): members are opened by themselves, not by their path.
    named = {PurePosixPath(member.filename): member for member in files}
    stems = [name.with_suffix("") for name in named if name.suffix.lower() == ".shp"]
    if len(stems) != 1:
        raise formats.Unreadable(
            _("The zip must hold exactly one .shp file; it holds %(number)d.") % {"number": len(stems)}
        )
    left, found = limits.MAX_UNPACKED, {}
    for name, member in named.items():
        part = name.suffix.lower()[1:]
        if part in _PARTS and name.with_suffix("") == stems[0]:
            found[part] = _member(archive, member, left)
            left -= len(found[part])
    if "dbf" not in found:
        raise formats.Unreadable(_("The zip lacks the .dbf file with the names and codes."))
    return found


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The member's bytes, read no further than `most`: what the zip says of its length is not believed."""
    with archive.open(member) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise formats.TooLarge
    return content


def _rows(parts: dict[str, bytes]) -> Iterator[formats.Raw]:
    encoding = parts.get("cpg", b"").decode("ascii", "ignore").strip() or "utf-8"
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        encoding = "utf-8"
    files = {part: io.BytesIO(parts[part]) for part in ("shp", "shx", "dbf") if part in parts}
    try:
        with pyshp.Reader(**files, encoding=encoding, encodingErrors="replace") as reader:
            for one in reader.iterShapeRecords():
                yield one.record.as_dict(), _outline(one.shape)
    except _DAMAGED as error:
        raise formats.Unreadable from error


def _outline(one: pyshp.Shape) -> BaseGeometry | None:
    if one.shapeType == pyshp.NULL:
        return None
    try:
        return shape(one.__geo_interface__)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.GEOSException):
        return None
