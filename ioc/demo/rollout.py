"""The rollout of Bắc Giang's centre as it was: a phase in the city, then everything everywhere."""

from datetime import date
from typing import Any, Final

from ioc.demo.areas import BEFORE_FROM, AreaKey
from ioc.demo.setup import Province
from ioc.management.models import System

Openings = tuple[tuple[str, tuple[str, ...]], ...]
"""Systems by code, with those to whom each is opened."""
PHASE_1: Final = date(2023, 3, 1)
PHASE_2: Final = date(2023, 6, 1)
CITY: Final = "213"
BASIS: Final = "Thông báo vận hành IOC tỉnh Bắc Giang: giai đoạn 1 từ 01/3/2023, giai đoạn 2 từ 01/6/2023"
_IN_THE_CITY_FIRST: Final[Openings] = (("onscene", ("citizens", "businesses")), ("citizen", ("citizens", "businesses")))
_EVERYWHERE: Final[Openings] = (
    ("officer", ("officials",)),
    ("dashboards", ("officials",)),
    ("indicators", ("officials",)),
    ("assistant", ("citizens", "businesses")),
)


def roll_out(made: Province) -> None:
    """From 1 March to 31 May 2023 reports and the citizens' app in the city only, all else province-wide; then all."""
    systems = {row.code: row for row in System.objects.all()}
    city = made.areas[AreaKey("district", CITY, BEFORE_FROM)]
    for code, audiences in _IN_THE_CITY_FIRST:
        for audience in audiences:
            _row(made, systems[code], audience, area=city, valid_from=PHASE_1, valid_to=PHASE_2)
            _row(made, systems[code], audience, valid_from=PHASE_2)
    for code, audiences in _EVERYWHERE:
        for audience in audiences:
            _row(made, systems[code], audience, valid_from=PHASE_1)


def _row(made: Province, system: System, audience: str, **values: Any) -> None:
    made.save("rollout", system=system, audience=audience, legal_basis=BASIS, **values)
