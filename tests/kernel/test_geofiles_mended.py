"""Files of boundaries as strangers and other programs write them: read, or refused in words; never a crash."""

import io
import json
import sqlite3
import struct
import zipfile
from typing import Any

import pytest
import shapefile
import shapely

from ioc.kernel.geofiles import Unreadable, read
from ioc.kernel.geofiles.reference_systems import UnknownSystem

RING = [[106.0, 21.0], [106.0, 21.1], [106.1, 21.1], [106.0, 21.0]]


def zipped(prefix: str = "a.", *, method: int = zipfile.ZIP_DEFLATED, **more: bytes) -> bytes:
    parts = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts) as writer:
        writer.field("name", "C")
        writer.poly([RING])
        writer.record("A")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        archive.writestr(f"{prefix}prj", "EPSG:4326")
        for name, part in parts.items():
            archive.writestr(f"{prefix}{name}", part.getvalue())
        for name, text in more.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


def with_folder(name: str) -> bytes:
    content = io.BytesIO(zipped())
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(name, b"")
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        zipped("./a."), zipped("x//a."), with_folder("./"), with_folder("/"),
        zipped(a_cpg=b"undefined"), zipped(a_cpg=b"a\0b"),
    ],
)  # fmt: skip
def test_zips_are_read_however_their_paths_and_encodings_are_written(content):
    assert len(read(content).features) == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_a_damaged_member_is_refused(method):
    content = bytearray(zipped(method=method))
    begin = content.find(b"a.shp") + 14
    content[begin : begin + 20] = b"\xff" * 20
    with pytest.raises(Unreadable):
        read(bytes(content))


def geojson(first: Any = 106.0, *, name: str = "x", **more: Any) -> bytes:
    ring = [[first, 21.0], *RING[1:]]
    feature = {"type": "Feature", "properties": {"ten": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **more}).encode()


def test_a_number_without_end_is_refused():
    with pytest.raises(Unreadable):
        read(geojson(10**400))


def test_names_lose_what_no_database_keeps():
    assert read(geojson(name="X\x00ã \ud800")).features[0].properties["ten"] == "Xã ?"
    with pytest.raises(UnknownSystem):
        read(geojson(crs={"properties": {"name": "\ud800"}}))


def geopackage(*, table: Any = "xa", column: Any = "geom") -> bytes:
    blob = b"GP\x00\x01" + struct.pack("<i", 4326) + shapely.to_wkb(shapely.Polygon(RING))
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE gpkg_contents (table_name, data_type)")
        base.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id)")
        base.execute("CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id, definition)")
        base.execute("CREATE TABLE xa (ten, geom)")
        base.execute("INSERT INTO gpkg_contents VALUES (?, 'features')", (table,))
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, 4326)", (table, column))
        base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '')")
        base.execute("INSERT INTO xa VALUES ('A', ?)", (blob,))
    return base.serialize()


def test_a_geopackage_that_kept_its_log_beside_it_is_read():
    content = bytearray(geopackage())
    assert len(read(bytes(content)).features) == 1
    content[18:20] = b"\x02\x02"
    assert len(read(bytes(content)).features) == 1


@pytest.mark.parametrize("named", [{"column": "nope"}, {"column": 7}, {"column": None}, {"table": 5}])
def test_a_geopackage_whose_index_is_wrong_is_refused(named):
    with pytest.raises(Unreadable):
        read(geopackage(**named))
