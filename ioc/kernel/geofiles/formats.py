"""Telling the formats apart by what is in the file, not by its name, and reading each the same way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from ioc.kernel.errors import Invalid
from ioc.kernel.geofiles import limits
from ioc.kernel.geofiles.reference_systems import System, system_of

Raw = tuple[dict[str, Any], BaseGeometry | None]


class Unreadable(Invalid):
    """The file is not one of boundaries that we can read."""

    code = "unreadable-boundaries"
    message = _("This file of boundaries cannot be read.")
    remedy = _("Send GeoJSON, a Shapefile as one .zip (with .shp, .dbf and .prj), or a GeoPackage.")


class TooLarge(Invalid):
    """The file holds more than any file of boundaries does."""

    code = "boundaries-too-large"
    message = _("This file holds more than a file of boundaries may.")
    remedy = _("Send the communes of one province only, at most 60 MB.")


@dataclass(frozen=True, slots=True)
class Feature:
    """A row of the file (numbered from 1): its columns, and its outline in WGS 84 (None: it has none)."""

    row: int
    properties: dict[str, Any]
    outline: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class GeoFile:
    """A file as read: its format, the coordinate system that it was in, and its rows."""

    format: str
    system: str
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """What a reader of one format gives: rows in the file's own coordinates; `declared` names their system."""

    format: str
    declared: str
    rows: Iterable[Raw]


def read(content: bytes, *, system: str = "") -> GeoFile:
    """The file's rows with outlines in WGS 84.

    `system` ("EPSG:9210") says which coordinates they are, for a file that does not say so itself.

    Raises:
        Unreadable: it is none of the formats, damaged, or holds no polygons.
        TooLarge: it holds more than the limits.
        UnknownSystem: its coordinates are neither WGS 84 nor VN-2000, or nobody says which.
    """
    if len(content) > limits.MAX_BYTES:
        raise TooLarge
    layer = _layer(content)
    known = system_of(_kept(system or layer.declared))
    features = tuple(_features(layer.rows, known))
    if not any(feature.outline is not None for feature in features):
        raise Unreadable(_("There is no outline in this file."))
    known.check([feature.outline for feature in features if feature.outline is not None])
    return GeoFile(format=layer.format, system=known.name, features=features)


def _layer(content: bytes) -> Layer:
    from ioc.kernel.geofiles import geojson, geopackage, shapefile  # noqa: PLC0415 - they raise what is defined here

    if content.startswith(b"SQLite format 3\x00"):
        return geopackage.layer(content)
    if content.startswith(b"PK"):
        return shapefile.layer(content)
    return geojson.layer(content)


def _features(rows: Iterable[Raw], system: System) -> Iterator[Feature]:
    points = 0
    for row, (properties, outline) in enumerate(rows, start=1):
        points += 0 if outline is None else int(shapely.get_num_coordinates(outline))
        if row > limits.MAX_FEATURES or points > limits.MAX_POINTS:
            raise TooLarge
        columns = {_kept(key): _kept(value) for key, value in properties.items()}
        yield Feature(row, columns, None if outline is None else system.to_wgs84(outline))


def _kept(value: Any) -> Any:
    """A text without what no database keeps: NUL, halves of letters."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else value
