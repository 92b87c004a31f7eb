"""Outlines for maps: fewer points the further away one looks, neighbours still meeting, worked out once."""

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from shapely import set_precision
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from ioc.kernel import shapes
from ioc.management.queries.reference import AreaRef, Reference

_KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class Detail:
    """How exact outlines are: tolerance in degrees, points of all together, decimals."""

    name: str
    from_zoom: float
    tolerance: float
    most_points: int
    decimals: int


OVERVIEW: Final = Detail("overview", 0, 0.0004, 6_000, 4)  # about 40 m, 130 kB
NEAR: Final = Detail("near", 11, 0.00008, 24_000, 5)  # about 8 m
CLOSE: Final = Detail("close", 14, 0.00001, 150_000, 5)  # about 1 m
DETAILS: Final = (CLOSE, NEAR, OVERVIEW)


@dataclass(frozen=True, slots=True)
class Document:
    """A finished JSON text and the tag that changes with it."""

    body: bytes
    etag: str


def detail_for(zoom: float) -> Detail:
    """The detail that a map at this zoom (0 the world, 22 a house) shows."""
    return next((one for one in DETAILS if zoom >= one.from_zoom), OVERVIEW)


def commune_outlines(reference: Reference, day: date, *, zoom: float = 0) -> Document:
    """The communes of `day` as GeoJSON, each with code, name and whether its boundary is approximate."""
    return _kept.get(reference, day, detail_for(zoom))


class _Kept:
    """Finished documents, by what is drawn: a change of other reference data does not draw them anew."""

    def __init__(self) -> None:
        self._of: Reference | None = None
        self._marks: dict[date, str] = {}
        self._documents: dict[tuple[str, str], Document] = {}
        self._lock = threading.Lock()

    def get(self, reference: Reference, day: date, detail: Detail) -> Document:
        with self._lock:
            if self._of is not reference:
                self._of, self._marks = reference, {}
            if day not in self._marks:
                self._marks = dict(list(self._marks.items())[-_KEPT:]) | {day: _mark(reference, day)}
            key = (self._marks[day], detail.name)
            if key not in self._documents:
                kept = list(self._documents.items())[-_KEPT:]
                self._documents = dict(kept) | {key: document(_drawn_communes(reference, day, detail))}
            return self._documents[key]


_kept: Final = _Kept()


def _shown(reference: Reference, day: date) -> list[AreaRef]:
    return [area for area in reference.communes_on(day) if area.id in reference.boundaries]


def _mark(reference: Reference, day: date) -> str:
    """What tells one set of outlines from another."""
    digest = sha256()
    for area in _shown(reference, day):
        facts = [area.code, area.name, area.boundary_is_approximate, reference.boundaries[area.id]]
        digest.update(json.dumps(facts).encode())
    return digest.hexdigest()


def _drawn_communes(reference: Reference, day: date, detail: Detail) -> dict[str, Any]:
    found = _shown(reference, day)
    outlines = drawn([shapes.from_geojson(reference.boundaries[area.id]) for area in found], detail)
    return collection(
        {"code": area.code, "name": area.name, "outline": outline} | _approximate(area)
        for area, outline in zip(found, outlines, strict=True)
    )


def _approximate(area: AreaRef) -> dict[str, Any]:
    return {"approximate": True} if area.boundary_is_approximate else {}


def drawn(outlines: list[BaseGeometry], detail: Detail) -> list[dict[str, Any]]:
    """The outlines as GeoJSON geometries in this detail."""
    simple = shapes.simplified(outlines, tolerance=detail.tolerance, most_points=detail.most_points)
    grid = 10.0**-detail.decimals
    return [_short(mapping(set_precision(one, grid, mode="pointwise")), detail.decimals) for one in simple]


def collection(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A GeoJSON collection: of each row the `outline` is the geometry, the rest its properties."""
    features = [
        {
            "type": "Feature",
            "geometry": row["outline"],
            "properties": {name: value for name, value in row.items() if name != "outline"},
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def document(content: Mapping[str, Any]) -> Document:
    """The content as a text that a browser may keep."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(body=body, etag=f'"{sha256(body).hexdigest()[:32]}"')


def _short(value: Any, decimals: int) -> Any:
    """A geometry whose numbers are written with few decimals."""
    if isinstance(value, float):
        return round(value, decimals)
    if isinstance(value, dict):
        return {name: _short(part, decimals) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_short(part, decimals) for part in value]
    return value
