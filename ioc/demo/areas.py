"""The administrative units of the demonstration province: Bắc Giang and its neighbour Bắc Ninh as they were until
30 June 2025, Bắc Ninh as it is since, and which unit went into which."""

from typing import Final

from ioc.management.queries.national_units import (
    BEFORE_FROM,
    REFORM,
    AreaKey,
    AreaRecord,
    Areas,
    LineageRecord,
    province_units,
)

BAC_GIANG: Final = "24"
NEW_BAC_NINH: Final = "24"

__all__ = ["BAC_GIANG", "BEFORE_FROM", "REFORM", "AreaKey", "AreaRecord", "Areas", "LineageRecord", "load_areas"]


def load_areas() -> Areas:
    """The units of all three, from the list of units that comes with the product."""
    return province_units(NEW_BAC_NINH)
