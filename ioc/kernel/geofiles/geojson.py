"""GeoJSON (RFC 7946: always WGS 84; older files may name another system in `crs`)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import shapely
from shapely.geometry import shape

from ioc.kernel.geofiles import formats
from ioc.kernel.geofiles.reference_systems import WGS84

_DAMAGED: Final = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError, shapely.GEOSException,
)  # fmt: skip


def layer(content: bytes) -> formats.Layer:
    """The features of a GeoJSON text.

    Raises:
        Unreadable: it is not GeoJSON.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise formats.Unreadable from error
    if not isinstance(document, dict) or document.get("type") not in {"FeatureCollection", "Feature"}:
        raise formats.Unreadable
    features = [document] if document["type"] == "Feature" else document.get("features")
    if not isinstance(features, list):
        raise formats.Unreadable
    return formats.Layer("GeoJSON", _system(document.get("crs")), _rows(features))


def _system(crs: Any) -> str:
    if not isinstance(crs, Mapping):
        return WGS84
    properties = crs.get("properties")
    return str(properties.get("name", "")) if isinstance(properties, Mapping) else ""


def _rows(features: list[Any]) -> Iterator[formats.Raw]:
    for feature in features:
        if not isinstance(feature, Mapping):
            raise formats.Unreadable
        properties = feature.get("properties")
        columns = dict(properties) if isinstance(properties, Mapping) else {}
        if isinstance(feature.get("id"), str | int):
            columns.setdefault("id", feature["id"])
        yield columns, _outline(feature.get("geometry"))


def _outline(geometry: Any) -> Any:
    if not isinstance(geometry, Mapping):
        return None
    try:
        return shape(dict(geometry))
    except _DAMAGED:
        return None
