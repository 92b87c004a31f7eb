"""Coordinate systems: WGS 84 and VN-2000 (Decision 83/2000/QĐ-TTg), whatever their projection; nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from ioc.kernel.errors import Invalid

WGS84: Final = "EPSG:4326"
_VIET_NAM: Final = (101.0, 6.0, 118.0, 24.0)  # west, south, east, north, the islands included


class UnknownSystem(Invalid):
    """Nobody says which coordinates the file has, or they are of a system that is not ours."""

    code = "unknown-coordinates"
    message = _("It is not known which coordinate system the file has.")
    remedy = _("Export it in WGS 84 (EPSG:4326), or say which VN-2000 zone it is in.")


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system that we can turn into WGS 84."""

    name: str
    transformer: Transformer | None

    def to_wgs84(self, outline: BaseGeometry) -> BaseGeometry:
        """The outline in degrees, longitude first."""
        if self.transformer is None:
            return shapely.force_2d(outline)
        return shapely.transform(shapely.force_2d(outline), partial(_moved, self.transformer))

    def check(self, outlines: Sequence[BaseGeometry]) -> None:
        """Pass in silence when all lies in Viet Nam.

        Raises:
            UnknownSystem: it does not: metres were taken for degrees, axes were swapped, or the zone is another.
        """
        west, south, east, north = (float(number) for number in shapely.total_bounds(list(outlines)))
        left, low, right, high = _VIET_NAM
        if not (left <= west <= east <= right and low <= south <= north <= high):
            raise UnknownSystem(
                _("Read as %(system)s, the file does not lie in Viet Nam.") % {"system": self.name},
                remedy=_("Its coordinates are probably of another system or zone: export it in WGS 84 (EPSG:4326)."),
            )


def _moved(transformer: Transformer, points: Any) -> Any:
    longitudes, latitudes = transformer.transform(points[:, 0], points[:, 1])
    return np.column_stack([longitudes, latitudes])


def system_of(declared: str) -> System:
    """The system that `declared` names: "EPSG:4326", a URN of OGC, or the text of a .prj file (WKT).

    Raises:
        UnknownSystem: it is empty, not understood, or neither WGS 84 nor VN-2000.
    """
    if not declared.strip():
        raise UnknownSystem
    try:
        crs = CRS.from_user_input(declared.strip())
        if not _is_ours(crs):
            raise UnknownSystem(_("The coordinates are of %(system)s.") % {"system": crs.name})
        if crs.is_geographic and _datum(crs).startswith("World Geodetic System 1984"):
            return System(crs.name, None)
        # Never a transformation that ignores the shift between the two: VN-2000 lies some 200 metres away.
        return System(crs.name, Transformer.from_crs(crs, WGS84, always_xy=True, allow_ballpark=False))
    except (CRSError, ProjError) as error:
        raise UnknownSystem from error


def _datum(crs: CRS) -> str:
    plain = crs.source_crs if crs.is_bound and crs.source_crs else crs
    return plain.datum.name if plain.datum else ""


def _is_ours(crs: CRS) -> bool:
    return _datum(crs).startswith(("World Geodetic System 1984", "Vietnam 2000"))
