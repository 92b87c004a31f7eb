"""The administrative units of a province before and after 1 July 2025, read from the `vietnamadminunits` package.

The package gives centre points only; boundaries are worked out from them (`kernel.shapes.cells`) and are marked as
approximate until a file of boundaries is read.
"""

import json
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import vietnamadminunits
from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import NotFound
from ioc.kernel.shapes import cells, union_geojson

# The package knows the last arrangement before the reform (in Bắc Giang: Resolution 1191/NQ-UBTVQH15, in force on
# 1 January 2025). That map is held for the whole time before, so that older matters have a place.
BEFORE_FROM: Final = date(2020, 1, 1)
REFORM: Final = date(2025, 7, 1)
PROVINCE_BASIS: Final = "Nghị quyết 202/2025/QH15"
COMMUNE_BASES: Final[Mapping[str, str]] = {"24": "Nghị quyết 1658/NQ-UBTVQH15"}
_BASIS_ELSEWHERE: Final = "Luật 72/2025/QH15"

_DATA: Final = Path(vietnamadminunits.__file__).parent / "data"
_RING_DEGREES: Final = 0.012  # about 1.3 km: how far apart units without a point of their own are put

Row = Mapping[str, Any]
Point = tuple[float, float]


class NoSuchProvince(NotFound):
    """The list of units has no province with this code since 1 July 2025."""

    code = "no-such-province"
    message = _("There is no province with this code since 1 July 2025.")
    remedy = _("Give the two digits of the province of today, for example 24 for Bắc Ninh.")


@dataclass(frozen=True, slots=True, order=True)
class AreaKey:
    """What tells a unit apart for all time: code 24 is Bắc Giang before the reform and Bắc Ninh after it."""

    level: str
    code: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """A unit as `management.models.Area` keeps it. Degrees of WGS 84; `boundary` is a GeoJSON geometry."""

    key: AreaKey
    name: str
    short_name: str
    parent: AreaKey | None
    valid_to: date | None
    latitude: float
    longitude: float
    boundary: dict[str, Any] | None = None

    @property
    def point(self) -> Point:
        """Latitude and longitude."""
        return (self.latitude, self.longitude)

    def valid_on(self, day: date) -> bool:
        """Whether the unit stood on `day`."""
        return self.key.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class LineageRecord:
    """On `at`, `before` went into `after`; `is_main` where what has no exact place is counted."""

    before: AreaKey
    after: AreaKey
    kind: str
    at: date
    legal_basis: str
    is_main: bool = True


@dataclass(frozen=True, slots=True)
class Areas:
    """All units, parents before children; `estimated` names those whose point the source does not have."""

    units: tuple[AreaRecord, ...]
    lineage: tuple[LineageRecord, ...]
    estimated: tuple[AreaKey, ...]

    def of_level(self, level: str, *, valid_from: date) -> list[AreaRecord]:
        """The units of a level in one of the two eras."""
        return [unit for unit in self.units if unit.key.level == level and unit.key.valid_from == valid_from]

    def children(self, parent: AreaKey) -> list[AreaRecord]:
        """The units directly below `parent`."""
        return [unit for unit in self.units if unit.parent == parent]


def province_units(code: str) -> Areas:
    """The province with this code of today and all that went into it, placed, bounded, old tied to new.

    Raises:
        NoSuchProvince: the list has none with this code.
    """
    old, new, successors = _read(code)
    points, estimated = _old_points(old, {row["wardCode"]: _point(row) for row in new}, successors)
    communes = [_old_commune(row, points[row["wardCode"]]) for row in old] + [_new_commune(row) for row in new]
    uppers = [*_old_uppers(old), _new_province(new[0])]
    return Areas(
        units=tuple(_with_boundaries(uppers, communes)),
        lineage=tuple(_lineage(code, old, new, successors)),
        estimated=tuple(AreaKey("commune", one, BEFORE_FROM) for one in estimated),
    )


Successors = Mapping[str, list[tuple[str, bool]]]
"""Old commune code → codes of the new communes that it went into, and whether each is the main one."""


def _read(code: str) -> tuple[list[Row], list[Row], Successors]:
    """The communes of the old provinces, those of the new one, and what went where."""
    with closing(sqlite3.connect(f"file:{_DATA / 'dataset.db'}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        new = base.execute("SELECT * FROM admin_units WHERE provinceCode = ? ORDER BY wardCode", (code,)).fetchall()
        if not new:
            raise NoSuchProvince(province=code)
        converter = json.loads((_DATA / "converter_2025.json").read_text(encoding="utf-8"))
        key = new[0]["provinceKey"]
        merged = converter["DICT_PROVINCE"].get(key, [key])
        marks = ", ".join("?" for _one in merged)
        old = base.execute(
            # Five island districts had no communes; they are not in the list.
            f"SELECT * FROM admin_units_legacy WHERE provinceKey IN ({marks}) AND wardCode <> '' ORDER BY wardCode",  # noqa: S608
            merged,
        ).fetchall()
    return old, new, _successors(converter, key, old, new)


def _successors(converter: Mapping[str, Any], province: str, old: Iterable[Row], new: Iterable[Row]) -> Successors:
    """What the package's converter says of the province's communes."""
    codes = {row["wardKey"]: row["wardCode"] for row in new}
    going: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for new_key, old_keys in converter["DICT_PROVINCE_WARD_NO_DIVIDED"][province].items():
        for old_key in old_keys:
            going[old_key].append((codes[new_key], True))
    for old_key, parts in converter["DICT_PROVINCE_WARD_DIVIDED"].get(province, {}).items():
        going[old_key] = [(codes[part["newWardKey"]], bool(part["isDefaultNewWard"])) for part in parts]
    return {row["wardCode"]: going[f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey']}"] for row in old}


def _old_points(
    old: list[Row], new_points: Mapping[str, Point], successors: Successors
) -> tuple[dict[str, Point], list[str]]:
    """A point for each old commune, and the codes of those for which it is estimated.

    Where the source repeats another unit's or the district's point, the commune is put beside its successor's.
    """
    seen = Counter(_point(row) for row in old)
    estimated = [row["wardCode"] for row in old if not _is_own_point(row, seen)]
    points = {row["wardCode"]: _point(row) for row in old if row["wardCode"] not in estimated}
    beside: Counter[str] = Counter()
    for code in estimated:
        successor = successors[code][0][0]
        points[code] = _on_ring(new_points[successor], beside[successor])
        beside[successor] += 1
    return points, estimated


def _is_own_point(row: Row, seen: Mapping[Point, int]) -> bool:
    """Whether the source's point is the commune's: its alone, within the commune's bounds, not the district's."""
    south, west, north, east = _bounds(row["wardBounds"])
    latitude, longitude = _point(row)
    return (
        seen[(latitude, longitude)] == 1
        and (latitude, longitude) != (row["districtLat"], row["districtLon"])
        and south <= latitude <= north
        and west <= longitude <= east
    )


def _bounds(text: str) -> tuple[float, float, float, float]:
    """South, west, north, east of the source's "lat,lon – lat,lon"."""
    south_west, north_east = text.split(" – ")
    south, west = (float(number) for number in south_west.split(","))
    north, east = (float(number) for number in north_east.split(","))
    return south, west, north, east


def _point(row: Row) -> Point:
    return (row["wardLat"], row["wardLon"])


def _on_ring(centre: Point, turn: int) -> Point:
    """The `turn`-th place around `centre`: the golden angle keeps any number of them apart."""
    angle = math.radians(137.5 * turn + 20)
    return (
        round(centre[0] + _RING_DEGREES * math.sin(angle), 6),
        round(centre[1] + _RING_DEGREES * math.cos(angle), 6),
    )


def _old_commune(row: Row, point: Point) -> AreaRecord:
    return AreaRecord(
        key=AreaKey("commune", row["wardCode"], BEFORE_FROM),
        name=row["ward"],
        short_name=row["wardShort"],
        parent=AreaKey("district", row["districtCode"], BEFORE_FROM),
        valid_to=REFORM,
        latitude=point[0],
        longitude=point[1],
    )


def _new_commune(row: Row) -> AreaRecord:
    return AreaRecord(
        key=AreaKey("commune", row["wardCode"], REFORM),
        name=row["ward"],
        short_name=row["wardShort"],
        parent=AreaKey("province", row["provinceCode"], REFORM),
        valid_to=None,
        latitude=row["wardLat"],
        longitude=row["wardLon"],
    )


def _old_uppers(old: Iterable[Row]) -> list[AreaRecord]:
    """The old provinces, then their districts."""
    found: dict[AreaKey, AreaRecord] = {}
    for row in old:
        province = AreaKey("province", row["provinceCode"], BEFORE_FROM)
        district = AreaKey("district", row["districtCode"], BEFORE_FROM)
        found[province] = _upper(row, province, "province", parent=None)
        found[district] = _upper(row, district, "district", parent=province)
    return sorted(found.values(), key=lambda unit: (unit.key.level == "district", unit.key))


def _upper(row: Row, key: AreaKey, column: str, *, parent: AreaKey | None) -> AreaRecord:
    name = row[column]
    return AreaRecord(
        key=key,
        name=name.replace("Thị Xã", "Thị xã"),
        short_name=row[f"{column}Short"],
        parent=parent,
        valid_to=REFORM,
        latitude=row[f"{column}Lat"],
        longitude=row[f"{column}Lon"],
    )


def _new_province(row: Row) -> AreaRecord:
    return AreaRecord(
        key=AreaKey("province", row["provinceCode"], REFORM),
        name=row["province"],
        short_name=row["provinceShort"],
        parent=None,
        valid_to=None,
        latitude=row["provinceLat"],
        longitude=row["provinceLon"],
    )


def _with_boundaries(uppers: list[AreaRecord], communes: list[AreaRecord]) -> list[AreaRecord]:
    """All units with boundaries: communes as cells, districts and provinces as the union of their communes."""
    old = [unit for unit in communes if unit.valid_to]
    new = [unit for unit in communes if not unit.valid_to]
    shapes = cells({u.key: u.point for u in old}, {u.key: u.point for u in new})
    below: dict[AreaKey, list[AreaKey]] = defaultdict(list)
    district_of = {unit.key: unit.parent for unit in uppers}
    for unit in communes:
        above = unit.parent
        while above is not None:
            below[above].append(unit.key)
            above = district_of.get(above)
    drawn = [replace(unit, boundary=union_geojson([shapes[key] for key in below[unit.key]])) for unit in uppers]
    return drawn + [replace(unit, boundary=union_geojson([shapes[unit.key]])) for unit in communes]


def _lineage(province: str, old: Sequence[Row], new: Sequence[Row], successors: Successors) -> Iterable[LineageRecord]:
    """Provinces into the province, communes into communes. Districts ended without a successor."""
    after_province = AreaKey("province", province, REFORM)
    olds = sorted({row["provinceCode"] for row in old})
    for code in olds:
        before = AreaKey("province", code, BEFORE_FROM)
        yield LineageRecord(before, after_province, _what_happened(1, len(olds)), REFORM, PROVINCE_BASIS)
    basis = COMMUNE_BASES.get(province, _BASIS_ELSEWHERE)
    shares = Counter(after for afters in successors.values() for after, _main in afters)
    for row in old:
        afters = successors[row["wardCode"]]
        for after, is_main in afters:
            yield LineageRecord(
                before=AreaKey("commune", row["wardCode"], BEFORE_FROM),
                after=AreaKey("commune", after, REFORM),
                kind=_what_happened(len(afters), shares[after]),
                at=REFORM,
                legal_basis=basis,
                is_main=is_main,
            )


def _what_happened(afters: int, share: int) -> str:
    """Split when it went into several; renamed when it alone became the new unit; otherwise merged."""
    if afters > 1:
        return "split"
    return "renamed" if share == 1 else "merged"
