"""GeoPackage (OGC 12-128): a SQLite file with outlines as well-known binary, read in memory, by reading alone."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from ioc.kernel.geofiles import formats, limits

_ENVELOPE_BYTES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_READS: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_LAYERS: Final = (
    "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c"
    " JOIN gpkg_geometry_columns g ON g.table_name = c.table_name WHERE c.data_type = 'features' LIMIT 50"
)
_SYSTEM: Final = (
    "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ? LIMIT 1"
)


def layer(content: bytes) -> formats.Layer:
    """The rows of the one layer of outlines.

    Raises:
        Unreadable: it is not a GeoPackage, is damaged, or holds several layers.
        TooLarge: reading it takes more than the limits.
    """
    try:
        with closing(_opened(content)) as base:
            layers = base.execute(_LAYERS).fetchall()
            if len(layers) != 1:
                raise formats.Unreadable(
                    _("The GeoPackage must hold exactly one layer of outlines; it holds %(number)d.")
                    % {"number": len(layers)}
                )
            table, column, system = layers[0]
            return formats.Layer("GeoPackage", _declared(base, system), list(_rows(base, str(table), str(column))))
    except sqlite3.OperationalError as error:
        raise (formats.TooLarge if "interrupted" in str(error) else formats.Unreadable) from error
    except (sqlite3.Error, IndexError, UnicodeDecodeError, MemoryError) as error:
        raise formats.Unreadable from error


def _opened(content: bytes) -> sqlite3.Connection:
    """The file as a database in memory that may only be read, for a limited number of steps."""
    base = sqlite3.connect(":memory:")
    base.deserialize(_by_itself(content))
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA cell_size_check = ON")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.MAX_BYTES)
    base.row_factory = sqlite3.Row
    steps = [limits.MAX_SQL_STEPS // 100_000]

    def tick() -> int:
        steps[0] -= 1
        return int(steps[0] < 0)

    base.set_progress_handler(tick, 100_000)
    base.set_authorizer(lambda action, *_rest: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY)
    return base


def _by_itself(content: bytes) -> bytes:
    """A file that asks for a log beside it (as some programs leave theirs) says that it needs none: bytes 18, 19."""
    return content[:18] + b"\x01\x01" + content[20:] if content[18:20] == b"\x02\x02" else content


def _declared(base: sqlite3.Connection, system: int) -> str:
    found = base.execute(_SYSTEM, (system,)).fetchone()
    if found is None:
        return ""
    organization, number, definition = found
    return f"EPSG:{number}" if str(organization).upper() == "EPSG" else str(definition or "")


def _rows(base: sqlite3.Connection, table: str, column: str) -> Iterator[formats.Raw]:
    name = table.replace('"', '""')
    for row in base.execute(f'SELECT * FROM "{name}" LIMIT ?', (limits.MAX_FEATURES + 1,)):  # noqa: S608 - quoted
        properties = {key: value for key, value in dict(row).items() if not isinstance(value, bytes)}
        yield properties, _outline(row[column])


def _outline(blob: object) -> BaseGeometry | None:
    """The geometry behind the header of a GeoPackage blob: magic, version, flags, system, an envelope."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None
    envelope = _ENVELOPE_BYTES.get((blob[3] >> 1) & 7)
    if envelope is None:
        return None
    try:
        return shapely.from_wkb(blob[8 + envelope :])
    except (shapely.GEOSException, struct.error, ValueError):
        return None
