"""How many people live in the communes of the demonstration province: estimates, and marked as such."""

from typing import Final
from zlib import crc32

from ioc.demo.areas import BAC_GIANG, BEFORE_FROM, NEW_BAC_NINH, REFORM, AreaKey
from ioc.demo.setup import Province

_YEAR: Final = 2025
_WHOLE: Final = 3_600_000
"""Bắc Ninh after 1 July 2025: "more than 3.6 million", as announced with Resolution 1658/NQ-UBTVQH15."""
_SAID: Final = "Công bố khi sắp xếp tỉnh, 07/2025: hơn 3,6 triệu người"
_ESTIMATED: Final = "Ước tính cho bản trình diễn, chia từ số dân cả tỉnh Bắc Ninh sau sắp xếp"


def count_people(made: Province) -> None:
    """The province as it was announced, and for each commune on the demonstration's map its share of it."""
    before = made.records.of_level("commune", valid_from=BEFORE_FROM)
    weights = {unit.key: _weight(unit.key.code) for unit in before}
    each = _WHOLE / sum(weights.values())
    top = made.areas[AreaKey("province", BAC_GIANG, BEFORE_FROM)]
    made.save("population", area=made.areas[AreaKey("province", NEW_BAC_NINH, REFORM)], year=_YEAR, people=_WHOLE,
              source=_SAID, is_estimate=True)  # fmt: skip
    for key, weight in weights.items():
        area = made.areas[key]
        if area.path.startswith(top.path):
            made.save("population", area=area, year=_YEAR, people=int(round(each * weight, -2)), source=_ESTIMATED,
                      is_estimate=True)  # fmt: skip


def _weight(code: str) -> float:
    """Communes differ by up to three times; which is large stays the same from one building to the next."""
    return 0.6 + crc32(code.encode()) % 1200 / 1000
