"""Quadkeys: a place as a string in which a shared beginning means nearness, so that B-tree prefixes find areas.

The scheme of the Bing Maps tile system on Web Mercator, as a 64-bit integer for the database.
"""

import math
from dataclasses import dataclass
from typing import Final

ZOOM: Final = 23  # a cell is about 5 m wide in Viet Nam
EARTH_RADIUS_M: Final = 6_371_008.8
_MAX_LATITUDE: Final = 85.05112878


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the globe in degrees."""

    west: float
    south: float
    east: float
    north: float


def tile(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    """The Web Mercator tile (x, y) of a place at `zoom`."""
    latitude = max(-_MAX_LATITUDE, min(_MAX_LATITUDE, latitude))
    size = 1 << zoom
    x = (longitude + 180.0) / 360.0 * size
    sine = math.sin(math.radians(latitude))
    y = (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * size
    return min(size - 1, max(0, int(x))), min(size - 1, max(0, int(y)))


def quadkey(latitude: float, longitude: float) -> int:
    """The quadkey of a place at `ZOOM` as an integer: the bits of x and y interleaved."""
    x, y = tile(latitude, longitude, ZOOM)
    return _spread(x) | (_spread(y) << 1)


def _spread(value: int) -> int:
    """Put a zero bit before each bit of a 32-bit `value`."""
    value = (value | (value << 16)) & 0x0000FFFF0000FFFF
    value = (value | (value << 8)) & 0x00FF00FF00FF00FF
    value = (value | (value << 4)) & 0x0F0F0F0F0F0F0F0F
    value = (value | (value << 2)) & 0x3333333333333333
    return (value | (value << 1)) & 0x5555555555555555


def centre(key: int) -> tuple[float, float]:
    """The latitude and longitude of the middle of a cell at `ZOOM`; undoes `quadkey` to within half a cell."""
    return centre_of_block(key, shift=0)


def centre_of_block(key: int, *, shift: int) -> tuple[float, float]:
    """The latitude and longitude of the middle of the block of cells that share the bits of `key` above `shift`.

    `shift` counts bits and is even: two of them a zoom step.
    """
    half = shift // 2
    block = key >> shift
    size = 1 << (ZOOM - half)
    x, y = _gather(block) + 0.5, _gather(block >> 1) + 0.5
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / size))))
    return latitude, x / size * 360.0 - 180.0


def shift_for(metres: float) -> int:
    """How many bits of a quadkey to leave out so that a block is at least `metres` wide up to 24° of latitude."""
    cell = 2 * math.pi * EARTH_RADIUS_M * math.cos(math.radians(24)) / (1 << ZOOM)
    return 0 if metres <= 0 else 2 * max(0, math.ceil(math.log2(metres / cell)))


def _gather(value: int) -> int:
    """Take every second bit of `value`: undoes `_spread`."""
    value &= 0x5555555555555555
    value = (value | (value >> 1)) & 0x3333333333333333
    value = (value | (value >> 2)) & 0x0F0F0F0F0F0F0F0F
    value = (value | (value >> 4)) & 0x00FF00FF00FF00FF
    value = (value | (value >> 8)) & 0x0000FFFF0000FFFF
    return (value | (value >> 16)) & 0x00000000FFFFFFFF


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The great-circle distance between two places in metres (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_phi, half_lambda = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    a = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(a))


def box_around(latitude: float, longitude: float, radius_m: float) -> Box:
    """The smallest box that holds the circle of `radius_m` around a place."""
    north_south = math.degrees(radius_m / EARTH_RADIUS_M)
    east_west = north_south / max(0.01, math.cos(math.radians(latitude)))
    return Box(
        west=longitude - east_west,
        south=latitude - north_south,
        east=longitude + east_west,
        north=latitude + north_south,
    )


def ranges(box: Box, *, most: int = 16) -> list[tuple[int, int]]:
    """Quadkey intervals (first included, last excluded) that together cover `box`, at most `most` of them.

    The cells are taken at the finest zoom at which few enough touch the box; neighbours are merged. A look-up
    then costs that many index ranges whatever the table holds.
    """
    for zoom in range(ZOOM, -1, -1):
        left, top = tile(box.north, box.west, zoom)
        right, bottom = tile(box.south, box.east, zoom)
        if (right - left + 1) * (bottom - top + 1) <= most:
            break
    shift = 2 * (ZOOM - zoom)
    cells = sorted(_spread(x) | (_spread(y) << 1) for x in range(left, right + 1) for y in range(top, bottom + 1))
    merged: list[tuple[int, int]] = []
    for cell in cells:
        start, end = cell << shift, (cell + 1) << shift
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged
