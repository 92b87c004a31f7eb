"""Areas: the list of units, boundaries from files, changes by events, a category divided on the map."""

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest
import shapefile
import shapely
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyproj import CRS, Transformer
from shapely.geometry import box, mapping, shape

from ioc.kernel import shapes
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden, Invalid
from ioc.kernel.geofiles import Unreadable, limits, read
from ioc.kernel.geofiles.formats import TooLarge
from ioc.kernel.geofiles.reference_systems import UnknownSystem
from ioc.kernel.rights import TRIAGE
from ioc.management.actions.area_changes import change_areas
from ioc.management.actions.area_following import follow_successors
from ioc.management.actions.area_lists import load_province
from ioc.management.actions.boundaries import (
    AlreadyDecided,
    Superseded,
    apply_boundaries,
    read_boundaries,
    restore_boundaries,
)
from ioc.management.actions.responsibility import assign_category
from ioc.management.models import (
    Area,
    AreaLineage,
    AuditEntry,
    BoundaryImport,
    Category,
    Position,
    Province,
    Role,
    RoutingRule,
)
from ioc.management.queries import loading, people
from ioc.management.queries.area_changes import AreaChange
from ioc.management.queries.boundary_check import check_boundaries
from ioc.management.queries.map_outlines import commune_outlines
from ioc.management.queries.national_units import NoSuchProvince
from ioc.management.queries.responsibility import division
from ioc.management.rules.area_changes import After
from ioc.onscene.models import Report
from ioc.onscene.queries.desk.visible import visible_to
from tests import snapshot
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas"
TODAY = date(2026, 11, 24)
REFORM = date(2025, 7, 1)
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real lists of areas are not beside the project")


@pytest.fixture
def bac_ninh(db: Any) -> dict[str, Area]:
    """The real units of Bắc Ninh today and of what went into it; the communes of today by code."""
    return snapshot.once(_bac_ninh)


def _bac_ninh() -> dict[str, Area]:
    save("province", name="tỉnh Bắc Ninh", short_name="Bắc Ninh", name_en="Bac Ninh", app_name="BN", code_prefix="BN")
    load_province(code="24", actor=SYSTEM, at=now())
    return {row.code: row for row in Area.objects.filter(level="commune", valid_from=REFORM)}


def collection(rows: list[tuple[dict[str, Any], Any]], **more: Any) -> bytes:
    features = [
        {"type": "Feature", "properties": properties, "geometry": mapping(outline) if outline is not None else None}
        for properties, outline in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def zipped_shapefile(rows: list[tuple[dict[str, Any], Any]], *, prj: str = "", extra: int = 0) -> bytes:
    parts = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POLYGON, encoding="utf-8") as writer:
        writer.field("MA_XA", "C", 10)
        writer.field("TEN_XA", "C", 60)
        for properties, outline in rows:
            writer.shape(mapping(outline))
            writer.record(properties["MA_XA"], properties["TEN_XA"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(f"ranh_gioi/xa.{name}", part.getvalue())
        if prj:
            archive.writestr("ranh_gioi/xa.prj", prj)
        for number in range(extra):
            archive.writestr(f"x{number}.txt", "")
    return content.getvalue()


def geopackage(rows: list[tuple[dict[str, Any], Any]], *, system: int = 4326) -> bytes:
    base = sqlite3.connect(":memory:")
    base.executescript(
        "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
        "CREATE TABLE gpkg_spatial_ref_sys"
        " (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);"
        "CREATE TABLE xa (fid INTEGER PRIMARY KEY, geom BLOB, ma TEXT, ten TEXT);"
    )
    base.execute("INSERT INTO gpkg_contents VALUES ('xa', 'features')")
    base.execute("INSERT INTO gpkg_geometry_columns VALUES ('xa', 'geom', ?)", (system,))
    base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, 'EPSG', ?, '')", (system, system))
    for properties, outline in rows:
        blob = b"GP\x00\x03" + struct.pack("<i4d", system, *_envelope(outline)) + shapely.to_wkb(outline)
        base.execute("INSERT INTO xa (geom, ma, ten) VALUES (?, ?, ?)", (blob, properties["ma"], properties["ten"]))
    base.commit()
    return base.serialize()


def _envelope(outline: Any) -> tuple[float, float, float, float]:
    west, south, east, north = outline.bounds
    return west, east, south, north


WEST, EAST = box(106.09, 21.19, 106.2, 21.41), box(106.2, 21.19, 106.31, 21.41)


# The list of units


@needs_data
def test_all_communes_of_bac_giang_map_to_successors_as_the_code_lists_say(bac_ninh):
    before = json.loads((DATA / "units_before_2025-07-01.json").read_text())["data"]
    after = json.loads((DATA / "units_after_2025-07-01.json").read_text())
    listed = {
        commune["level3_id"]
        for province in before
        if province["level1_id"] == "24"
        for district in province["level2s"]
        for commune in district["level3s"]
    }
    today = {ward["Code"] for one in after if one["Code"] == "24" for ward in one["Wards"]}
    old = Area.objects.filter(level="commune", parent__parent__code="24", valid_to=REFORM)
    assert len(old) == 192
    # The code list is of 2024, before Resolution 1191 put some communes together on 1 January 2025.
    assert len({row.code for row in old} & listed) >= 185
    assert set(bac_ninh) == today
    reference = loading.current()
    for row in old:
        became = reference.became(row.pk, day=TODAY)
        assert became, row.name
        assert {one.code for one in became} <= today


def test_loading_again_adds_nothing_and_ties_the_province(bac_ninh):
    assert Province.objects.get().area == Area.objects.get(level="province", valid_from=REFORM)
    again = load_province(code="24", actor=SYSTEM, at=now())
    assert (again.added, again.tied) == (0, 0)
    assert again.kept == Area.objects.count() == 433
    assert AreaLineage.objects.count() == 315


def test_loading_keeps_what_was_typed_by_hand_and_says_so(db):
    typed = save("area", code="24", level="province", name="Tỉnh Bắc Ninh (mới)", short_name="BN", valid_from=TODAY)
    looked = load_province(code="24", actor=SYSTEM, at=now(), only_look=True)
    assert Area.objects.count() == 1
    done = load_province(code="24", actor=SYSTEM, at=now())
    assert looked.added == done.added == 432
    assert done.differing == [("24", "Tỉnh Bắc Ninh (mới)", "Tỉnh Bắc Ninh")]
    assert Area.objects.get(code="07210", valid_from=REFORM).parent == typed


def test_loading_one_day_and_an_unknown_province(db):
    done = load_province(code="24", actor=SYSTEM, at=now(), as_of=date(2025, 6, 30))
    assert done.added == Area.objects.count() == 2 + 18 + 192 + 121
    assert not Area.objects.filter(valid_from=REFORM).exists()
    with pytest.raises(NoSuchProvince):
        load_province(code="99", actor=SYSTEM, at=now())


def test_a_place_is_found_on_the_map_of_its_day(bac_ninh):
    reference = loading.current()
    june = reference.commune_at(latitude=21.2731, longitude=106.1946, day=date(2025, 6, 15))
    july = reference.commune_at(latitude=21.2731, longitude=106.1946, day=date(2025, 7, 15))
    assert june
    assert july
    assert june.valid_to == REFORM == july.valid_from
    assert july in reference.became(june.id, day=TODAY)
    assert len(reference.communes_on(date(2025, 6, 30))) == 192 + 121
    assert len(reference.communes_on(TODAY)) == 99


# Files of boundaries


@needs_data
def test_the_real_boundaries_are_read_compared_applied_and_undone(bac_ninh):
    content = (DATA / "communes_bacninh_2025.geojson").read_bytes()
    checked = check_boundaries(content, day=TODAY)
    assert checked.rows == 99
    assert (checked.unmatched, checked.missing, checked.overlaps, checked.gaps) == ([], [], [], [])
    whole = [one for one in checked.changes if one.area.level == "province"]
    assert len(checked.changes) == 100
    assert whole[0].area_ha == pytest.approx(471_860, rel=0.01)  # 4,718.6 km² in the resolution
    before = {row.code: row.boundary for row in bac_ninh.values()}
    made = _import(content)
    assert not Area.objects.filter(boundary_is_approximate=False).exists()
    assert apply_boundaries(import_id=made.pk, actor=SYSTEM, at=now()) == 100
    assert Area.objects.filter(boundary_is_approximate=False).count() == 100
    found = loading.current().commune_at(latitude=21.2731, longitude=106.1946, day=TODAY)
    assert found
    assert not found.boundary_is_approximate
    assert AuditEntry.objects.filter(verb="boundary_applied").count() == 100
    again = check_boundaries(content, day=TODAY)
    assert {one.kind for one in again.changes} == {"same"}
    restore_boundaries(import_id=made.pk, actor=SYSTEM, at=now())
    assert {row.code: row.boundary for row in Area.objects.filter(code__in=bac_ninh, valid_from=REFORM)} == before
    assert not Area.objects.filter(boundary_is_approximate=False).exists()


@needs_data
def test_outlines_get_finer_as_one_comes_closer_and_neighbours_still_meet(bac_ninh):
    made = _import((DATA / "communes_bacninh_2025.geojson").read_bytes())
    apply_boundaries(import_id=made.pk, actor=SYSTEM, at=now())
    reference = loading.current()
    sizes = [len(commune_outlines(reference, TODAY, zoom=zoom).body) for zoom in (8, 12, 15)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 160_000
    features = json.loads(commune_outlines(reference, TODAY, zoom=8).body)["features"]
    assert len(features) == 99
    assert not any("approximate" in one["properties"] for one in features)
    whole = shapely.union_all([shape(one["geometry"]).buffer(1e-4) for one in features])
    assert whole.geom_type == "Polygon"
    assert shapes.hectares(shapely.Polygon(whole.exterior)) - shapes.hectares(whole) < 60
    assert commune_outlines(reference, TODAY, zoom=8) is commune_outlines(reference, TODAY, zoom=9)


def _import(content: bytes, day: date = TODAY, name: str = "ranh_gioi.geojson") -> BoundaryImport:
    return read_boundaries(content=content, file_name=name, day=day, actor=SYSTEM, at=now())


def test_each_format_gives_the_same(small):
    rows = [({"MA_XA": "07210", "TEN_XA": "x", "ma": "07210", "ten": "x"}, WEST)]
    prj = CRS(4326).to_wkt("WKT1_ESRI")
    found = [read(collection(rows)), read(zipped_shapefile(rows, prj=prj)), read(geopackage(rows))]
    assert [one.format for one in found] == ["GeoJSON", "Shapefile", "GeoPackage"]
    for one in found:
        assert one.features[0].outline.equals_exact(WEST.normalize(), 1e-9) or one.features[0].outline.equals(WEST)


@pytest.mark.parametrize("number", [3405, 9214, 4756])
def test_vn2000_is_moved_to_wgs84_and_back_within_centimetres(number):
    crs = CRS(number)
    there = Transformer.from_crs(4326, crs, always_xy=True)
    drawn = shapely.transform(WEST, lambda points: _through(there, points))
    rows = [({"MA_XA": "07210", "TEN_XA": "x", "ma": "07210", "ten": ""}, drawn)]
    by_prj = read(zipped_shapefile(rows, prj=crs.to_wkt("WKT1_ESRI"))).features[0].outline
    by_gpkg = read(geopackage(rows, system=number)).features[0].outline
    said = read(collection(rows), system=f"EPSG:{number}").features[0].outline
    for one in (by_prj, by_gpkg, said):
        assert shapely.hausdorff_distance(one, WEST) < 1e-6
    if number != 4756:
        assert shapely.hausdorff_distance(WEST, drawn) > 1000


def _through(transformer: Transformer, points: Any) -> Any:
    return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def test_unknown_or_foreign_coordinates_are_refused():
    rows = [({"MA_XA": "07210", "TEN_XA": "x"}, WEST)]
    with pytest.raises(UnknownSystem):
        read(zipped_shapefile(rows))
    metres = [({"code": "07210"}, box(400_000, 2_300_000, 410_000, 2_310_000))]
    with pytest.raises(UnknownSystem, match="WGS 84"):
        read(collection(metres))
    with pytest.raises(UnknownSystem):
        read(collection(metres, crs={"type": "name", "properties": {"name": "EPSG:27700"}}))
    swapped = [({"code": "07210"}, box(21.1, 106.1, 21.4, 106.3))]
    with pytest.raises(UnknownSystem):
        read(collection(swapped))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"not json", b'{"type": "FeatureCollection"}', b"PK\x03\x04broken",
        b"SQLite format 3\x00" + b"\x00" * 4000, b"[" * 100_000, b'{"type":"FeatureCollection","features":[1]}',
        b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[["a"]]]}}]}',
    ],
)  # fmt: skip
def test_broken_files_are_refused_kindly(content):
    with pytest.raises(Unreadable):
        read(content)


def test_damaged_shapefiles_are_refused_kindly():
    good = zipped_shapefile([({"MA_XA": "07210", "TEN_XA": "x"}, WEST)], prj="EPSG:4326")
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for cut in range(20, 200, 13):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part[:cut] if name.endswith((".shp", ".dbf")) else part)
        with pytest.raises(Unreadable):
            read(content.getvalue())


def test_hostile_sizes_are_refused(monkeypatch):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xa.shp", b"\x00" * (8 * 2**20))
        archive.writestr("xa.dbf", b"")
    monkeypatch.setattr(limits, "MAX_UNPACKED", 2**20)
    with pytest.raises(TooLarge):
        read(bomb.getvalue())
    rows = [({"MA_XA": "07210", "TEN_XA": "x", "ma": "1", "ten": ""}, WEST)]
    with pytest.raises(TooLarge):
        read(zipped_shapefile(rows, prj="EPSG:4326", extra=limits.MAX_MEMBERS))
    monkeypatch.setattr(limits, "MAX_FEATURES", 2)
    with pytest.raises(TooLarge):
        read(collection(rows * 3))
    with pytest.raises(TooLarge):
        read(geopackage(rows * 3))
    monkeypatch.setattr(limits, "MAX_POINTS", 3)
    with pytest.raises(TooLarge):
        read(collection(rows))


def test_a_geopackage_that_would_run_for_ever_is_stopped(monkeypatch):
    base = sqlite3.connect(":memory:")
    base.deserialize(geopackage([({"ma": "1", "ten": ""}, WEST)]))
    base.executescript(
        "DROP TABLE gpkg_contents; CREATE VIEW gpkg_contents AS"
        " WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT 'xa' AS table_name, 'features' AS data_type FROM n WHERE x < 0;"
    )
    monkeypatch.setattr(limits, "MAX_SQL_STEPS", 1_000_000)
    with pytest.raises(Invalid):
        read(base.serialize())


def test_rows_by_name_unmatched_repaired_overlapping_and_gaping(small):
    bow = shapely.Polygon([(106.2, 21.2), (106.3, 21.4), (106.3, 21.2), (106.2, 21.4), (106.2, 21.2)])
    rows = [
        ({"ten": "PHUONG NGO QUYEN"}, box(106.1, 21.2, 106.21, 21.4)),
        ({"ten": "Trần Phú"}, bow),
        ({"ten": "Xã Không Có"}, WEST),
        ({"ten": "Phường Trần Phú"}, None),
    ]
    checked = check_boundaries(collection(rows), day=TODAY)
    by_code = {one.area.code: one for one in checked.changes}
    assert {"07210", "07213"} <= set(by_code)
    assert checked.unmatched == [(3, "Xã Không Có", "unknown"), (4, "Phường Trần Phú", "no-outline")]
    assert checked.repaired == [(2, "Trần Phú", "Self-intersection")]
    assert checked.overlaps[0][0] == ["Phường Ngô Quyền", "Phường Trần Phú"]
    assert checked.overlaps[0][1] > 100
    assert by_code["07210"].changed == pytest.approx(0.1, abs=0.001)
    assert by_code["07210"].kind == "changed"


def test_gaps_and_ground_outside_the_province_are_told(small):
    whole = box(106.1, 21.2, 106.3, 21.4)
    Area.objects.filter(code="24").update(boundary=mapping(whole), boundary_is_approximate=False)
    west = box(106.1, 21.2, 106.2, 21.4).difference(box(106.19, 21.25, 106.2, 21.26))
    rows = [({"ma": 7210.0}, west), ({"ma": 7213.0}, box(106.2, 21.2, 106.35, 21.4))]
    checked = check_boundaries(collection(rows), day=TODAY)
    assert [names for names, _size in checked.gaps] == [["Phường Ngô Quyền", "Phường Trần Phú"]]
    assert checked.gaps[0][1] == pytest.approx(115, rel=0.05)
    assert checked.outside[0][0] == "Phường Trần Phú"
    assert checked.outside[0][1] > 10_000


def test_undoing_waits_for_the_later_file_and_nothing_is_done_twice(small):
    first = _import(collection([({"ma": "07210"}, WEST)]))
    apply_boundaries(import_id=first.pk, actor=SYSTEM, at=now())
    second = _import(collection([({"ma": "07210"}, WEST.buffer(0.001))]), name="sau.geojson")
    apply_boundaries(import_id=second.pk, actor=SYSTEM, at=now() + timedelta(seconds=1))
    with pytest.raises(AlreadyDecided):
        apply_boundaries(import_id=second.pk, actor=SYSTEM, at=now())
    with pytest.raises(Superseded) as refused:
        restore_boundaries(import_id=first.pk, actor=SYSTEM, at=now())
    assert "sau.geojson" in str(refused.value.remedy)
    restore_boundaries(import_id=second.pk, actor=SYSTEM, at=now())
    assert shape(Area.objects.get(code="07210").boundary).equals(WEST)
    restore_boundaries(import_id=first.pk, actor=SYSTEM, at=now())
    assert Area.objects.get(code="07210").boundary["coordinates"][0][0] == [106.1, 21.2]


@pytest.mark.django_db(transaction=True)
def test_two_files_applied_at_once_follow_each_other_and_are_undone_in_turn(small):
    first, second = (
        _import(collection([({"ma": "07210"}, outline)]), name=name)
        for outline, name in ((WEST, "truoc.geojson"), (WEST.buffer(0.001), "sau.geojson"))
    )
    asked_before, asked_after = now(), now() + timedelta(seconds=1)
    _one_while_the_other(
        lambda: apply_boundaries(import_id=second.pk, actor=SYSTEM, at=asked_after),
        lambda: apply_boundaries(import_id=first.pk, actor=SYSTEM, at=asked_before),
    )
    with pytest.raises(Superseded):
        restore_boundaries(import_id=second.pk, actor=SYSTEM, at=now())
    restore_boundaries(import_id=first.pk, actor=SYSTEM, at=now())
    assert Area.objects.get(code="07210").boundary == second.changes.get(area__code="07210").after


def _one_while_the_other(one: Callable[[], object], other: Callable[[], object]) -> None:
    """Begin `other` while `one` is done and not yet committed; both are done at the end."""

    def apart() -> None:
        try:
            other()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            one()
            waiting = pool.submit(apart)
            sleep(0.5)
        waiting.result(timeout=20)


def test_only_who_manages_the_whole_province_reads_a_file(small):
    with pytest.raises(Forbidden):
        read_boundaries(content=collection([({"ma": "07210"}, WEST)]), file_name="x", day=TODAY,
                        actor=small.actor("operator"), at=now())  # fmt: skip


# Changes by events


def change(kind: str, before: list[Area], after: list[After], **more: Any) -> AreaChange:
    given = {"day": date(2026, 12, 1), "legal_basis": "Nghị quyết 99/NQ-UBTVQH15"} | more
    return AreaChange(kind, tuple(row.pk for row in before), tuple(after), **given)


def test_two_communes_merge_from_a_day_with_rules_and_positions(small):
    west, east = small.areas["07210"], small.areas["07213"]
    rule = save("routing_rule", category=Category.objects.get(code="waste"), area=west, valid_from=SINCE,
                lead=small.organizations["waste-company"], cooperating=[small.organizations["west"]])  # fmt: skip
    held = Position.objects.filter(person=small.people["officer"]).first()
    assert held is not None
    save_position = save("position", person=held.person, organization=held.organization, role=held.role, area=west,
                         valid_from=date(2021, 1, 1))  # fmt: skip
    asked = change("merged", [west, east], [After("07220", "Phường Bắc Giang", "Bắc Giang")])
    (made,) = change_areas(change=asked, actor=SYSTEM, at=now())
    west.refresh_from_db()
    assert west.valid_to == made.valid_from == date(2026, 12, 1)
    assert made.path == f"{small.areas['213'].path}{made.pk}/"
    assert shape(made.boundary).equals(box(106.1, 21.2, 106.3, 21.4))
    ties = AreaLineage.objects.filter(after=made)
    assert {(tie.before_id, tie.kind, tie.legal_basis) for tie in ties} == {
        (west.pk, "merged", "Nghị quyết 99/NQ-UBTVQH15"), (east.pk, "merged", "Nghị quyết 99/NQ-UBTVQH15"),
    }  # fmt: skip
    rule.refresh_from_db()
    assert rule.valid_to == date(2026, 12, 1)
    carried = RoutingRule.objects.get(area=made)
    assert list(carried.cooperating.all()) == [small.organizations["west"]]
    save_position.refresh_from_db()
    assert save_position.valid_to == date(2026, 12, 1)
    assert Position.objects.get(area=made).person == held.person
    reference = loading.current()
    assert reference.commune_at(latitude=21.3, longitude=106.15, day=date(2026, 11, 30)).code == "07210"
    assert reference.commune_at(latitude=21.3, longitude=106.15, day=date(2026, 12, 1)).code == "07220"


def test_matters_from_before_a_change_stay_with_who_looks_after_the_ground(small):
    west, east, at = small.areas["07210"], small.areas["07213"], now()
    report = Report.objects.get(id=small.file(at=at - timedelta(hours=2)).id)
    assert report.area_id == west.pk
    wards = {}
    for area in (west, east):
        person = save("person", username=f"ward-{area.code}", full_name=area.code)
        save("position", person=person, role=Role.objects.get(code="operator"), area=area, valid_from=SINCE,
             organization=small.organizations["west"])  # fmt: skip
        wards[area] = person.pk
    category = loading.current().categories[report.category_id].path

    def sees(area: Area) -> list[bool]:
        actor = people.actor_for(wards[area], day=local_date(at))
        reaches = actor.reaches_place(TRIAGE, area_path=report.area_path, category_path=category)
        return [visible_to(actor).filter(pk=report.pk).exists(), reaches]

    assert (sees(west), sees(east)) == ([True, True], [False, False])
    asked = change("renamed", [west], [After("07210", "Phường Mới", "Mới")], day=local_date(at))
    change_areas(change=asked, actor=SYSTEM, at=at)
    assert (sees(west), sees(east)) == ([True, True], [False, False])
    routed = loading.current().routed(category_id=report.category_id, area_id=west.pk, moment=now())
    assert routed is not None
    assert routed.lead == small.organizations["west"].pk


def test_units_are_held_before_they_are_looked_at(small):
    asked = change("renamed", [small.areas["07210"]], [After("07210", "Phường Mới", "Mới")])
    with CaptureQueriesContext(connection) as queries:
        change_areas(change=asked, actor=SYSTEM, at=now())
    first = next(one["sql"] for one in queries if 'FROM "management_area"' in one["sql"])
    assert first.endswith("FOR UPDATE")


def test_a_commune_is_split_and_its_parts_are_found(small):
    parts = [
        After("07211", "Phường Tây", "Tây", latitude=21.3, longitude=106.12, is_main=True),
        After("07212", "Phường Giữa", "Giữa", latitude=21.3, longitude=106.18),
    ]
    made = change_areas(change=change("split", [small.areas["07210"]], parts), actor=SYSTEM, at=now())
    reference = loading.current()
    assert reference.commune_at(latitude=21.3, longitude=106.11, day=date(2026, 12, 2)).code == "07211"
    assert reference.commune_at(latitude=21.3, longitude=106.19, day=date(2026, 12, 2)).code == "07212"
    assert all(row.boundary_is_approximate for row in made)
    assert [one.code for one in reference.became(small.areas["07210"].pk, day=date(2026, 12, 2))] == ["07211", "07212"]
    assert [one.code for one in reference.became(made[1].pk, day=TODAY)] == ["07210"]


def test_a_district_is_renamed_and_its_communes_come_along(small):
    city = small.areas["213"]
    (made,) = change_areas(
        change=change("renamed", [city], [After("213", "Thành phố Mới", "Mới")]), actor=SYSTEM, at=now()
    )
    below = Area.objects.filter(parent=made).order_by("code")
    assert [row.code for row in below] == ["07210", "07213"]
    assert all(row.path.startswith(made.path) for row in below)
    assert set(AreaLineage.objects.filter(after__in=below).values_list("kind", flat=True)) == {"moved"}


def test_the_agency_of_a_renamed_unit_follows_on_the_day(small):
    west, agency = small.areas["07210"], small.organizations["west"]
    (made,) = change_areas(
        change=change("renamed", [west], [After("07210", "Phường Mới", "Mới")]), actor=SYSTEM, at=now()
    )
    assert follow_successors(at=now()) == 0
    assert follow_successors(at=datetime(2026, 12, 1, 1, tzinfo=UTC)) == 1
    agency.refresh_from_db()
    assert agency.area == made


def test_communes_move_under_another_unit(small):
    other = save("area", code="214", level="district", name="Huyện Khác", short_name="Khác",
                 parent=small.areas["24"], valid_from=SINCE)  # fmt: skip
    west = small.areas["07210"]
    asked = change("moved", [west], [After(west.code, west.name, west.short_name, other.pk)])
    (made,) = change_areas(change=asked, actor=SYSTEM, at=now())
    assert (made.parent, made.code, made.boundary) == (other, "07210", west.boundary)


@pytest.mark.parametrize(
    ("kind", "after", "more"),
    [
        ("merged", [After("1", "A", "A")], {}),
        ("renamed", [After("07210", "Phường Ngô Quyền", "Ngô Quyền")], {}),
        ("renamed", [After("07213", "Phường B", "B")], {}),
        ("renamed", [After("1", "Phường B", "B")], {"legal_basis": " "}),
        ("renamed", [After("1", "Phường B", "B")], {"day": SINCE}),
        ("split", [After("1", "A", "A", latitude=21.3, longitude=106.1, is_main=True)], {}),
        ("split", [After("1", "A", "A"), After("2", "B", "B")], {}),
        ("moved", [], {}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(small, kind, after, more):
    before = Area.objects.count()
    with pytest.raises(Invalid):
        change_areas(change=change(kind, [small.areas["07210"]], after, **more), actor=SYSTEM, at=now())
    assert Area.objects.count() == before
    assert not Area.objects.exclude(valid_to=None).exists()


# A category divided among agencies


def test_a_category_is_given_to_an_agency_in_a_commune_and_back(small):
    waste, company = Category.objects.get(code="waste"), small.organizations["waste-company"]
    west = small.areas["07210"]
    given = {"category_id": waste.pk, "area_ids": [west.pk], "actor": SYSTEM, "at": now()}
    first, second = date(2026, 12, 1), date(2027, 1, 1)
    assert assign_category(agency_id=company.pk, day=first, legal_basis="QĐ 1", **given) == 1
    assert assign_category(agency_id=company.pk, day=first, legal_basis="QĐ 1", **given) == 1
    assert RoutingRule.objects.filter(category=waste, area=west).count() == 1
    assert _leads(waste, date(2026, 11, 30)) == {"07210": "west", "07213": "east"}
    assert _leads(waste, first) == {"07210": "waste-company", "07213": "east"}
    east = small.organizations["east"]
    assert assign_category(agency_id=east.pk, day=second, legal_basis="QĐ 2", **given) == 1
    assert _leads(waste, second)["07210"] == "east"
    assert _leads(waste, first)["07210"] == "waste-company"
    assert assign_category(agency_id=None, day=date(2027, 2, 1), legal_basis="QĐ 3", **given) == 1
    assert _leads(waste, date(2027, 2, 1))["07210"] == "west"
    with pytest.raises(Invalid):
        assign_category(agency_id=company.pk, day=first, legal_basis="", **given)


@pytest.mark.django_db(transaction=True)
def test_two_who_assign_the_same_at_once_write_one_row(small):
    waste, west = Category.objects.get(code="waste"), small.areas["07210"]
    given = {
        "category_id": waste.pk, "area_ids": [west.pk], "agency_id": small.organizations["waste-company"].pk,
        "day": date(2026, 12, 1), "legal_basis": "QĐ 1", "actor": SYSTEM, "at": now(),
    }  # fmt: skip
    _one_while_the_other(lambda: assign_category(**given), lambda: assign_category(**given))
    assert RoutingRule.objects.filter(category=waste, area=west).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_written_on_its_own_screen_is_seen_by_who_assigns_at_the_same_time(small):
    waste, west = Category.objects.get(code="waste"), small.areas["07210"]
    east, company = small.organizations["east"], small.organizations["waste-company"]
    day = date(2026, 12, 1)
    row = {"category": waste, "area": west, "lead": east, "valid_from": day}
    _one_while_the_other(
        lambda: save("routing_rule", **row),
        lambda: assign_category(category_id=waste.pk, area_ids=[west.pk], agency_id=company.pk, day=day,
                                legal_basis="QĐ 1", actor=SYSTEM, at=now()),
    )  # fmt: skip
    assert RoutingRule.objects.get(category=waste, area=west).lead == company


def _leads(category: Category, day: date) -> dict[str, str]:
    found = division(category_id=category.pk, day=day, actor=SYSTEM)
    return {row.area.code: row.lead.code for row in found.rows if row.lead}


# Screens


@pytest.fixture
def admin(client: Client, small: SmallProvince) -> Client:
    client.force_login(small.people["administrator"])
    return client


def test_a_file_goes_from_the_form_to_the_map_and_back(admin, small):
    file = SimpleUploadedFile("xa.geojson", collection([({"ma": "07210"}, WEST), ({"ma": "99999"}, EAST)]))
    fields = {"day": "2026-11-24", "level": "commune", "system": "", "source": "Sở NNMT", "form_key": "k1"}
    answer = admin.post("/manage/areas/boundaries/", fields | {"file": file})
    page = answer["Location"]
    shown = admin.get(page).content.decode()
    assert "Phường Ngô Quyền" in shown
    assert "99999" in shown
    drawn = admin.get(f"{page}outlines.json").json()
    assert [one["properties"]["code"] for one in drawn["features"]] == ["07210"]
    assert admin.post(f"{page}apply/", {"form_key": "k2"}).status_code == 302
    assert not Area.objects.get(code="07210").boundary_is_approximate
    assert admin.post(f"{page}restore/", {"form_key": "k3"}).status_code == 302
    assert Area.objects.get(code="07210").boundary_is_approximate
    assert "xa.geojson" in admin.get("/manage/areas/boundaries/").content.decode()


def test_a_wrong_file_is_explained_beside_the_field(admin):
    fields = {"day": "2026-11-24", "level": "commune", "form_key": "k1"}
    answer = admin.post("/manage/areas/boundaries/", fields | {"file": SimpleUploadedFile("x.geojson", b"{}")})
    assert answer.status_code == 422
    assert "GeoJSON" in answer.content.decode()
    assert not BoundaryImport.objects.exists()


def test_a_draft_is_thrown_away(admin):
    file = SimpleUploadedFile("xa.geojson", collection([({"ma": "07210"}, WEST)]))
    page = admin.post("/manage/areas/boundaries/", {"day": "2026-11-24", "level": "commune", "file": file})["Location"]
    admin.post(f"{page}discard/")
    assert not BoundaryImport.objects.exists()
    assert admin.get(page).status_code == 404


def test_a_merger_is_looked_at_and_made_on_screen(admin, small):
    fields = {
        "kind": "merged", "level": "commune", "day": "2026-12-01", "legal_basis": "NQ 99", "carry": "on",
        "units": [small.areas["07210"].pk, small.areas["07213"].pk], "name_0": "Phường Bắc Giang", "code_0": "07220",
    }  # fmt: skip
    shown = admin.get("/manage/areas/change/", fields).content.decode()
    assert "Phường Bắc Giang" in shown
    assert Area.objects.filter(code="07220").count() == 0
    answer = admin.post("/manage/areas/change/now/", fields | {"form_key": "k"})
    assert answer["Location"] == "/manage/areas/change/?kind=merged"
    made = Area.objects.get(code="07220")
    assert made.short_name == "Bắc Giang"
    page = admin.get(f"/manage/areas/{made.pk}/").content.decode()
    assert "Phường Ngô Quyền" in page
    assert "NQ 99" in page
    for kind in ("split", "renamed", "moved"):
        assert admin.get(f"/manage/areas/change/?kind={kind}").status_code == 200
    fields["legal_basis"] = ""
    assert admin.get("/manage/areas/change/", fields).status_code == 422


def test_the_map_of_responsibility_previews_and_assigns(admin, small):
    waste = Category.objects.get(code="waste")
    fields = {
        "category": waste.pk, "day": "2026-12-01", "agency": small.organizations["waste-company"].pk,
        "area": [small.areas["07210"].pk], "legal_basis": "QĐ 12",
    }  # fmt: skip
    shown = admin.get("/manage/areas/responsibility/", fields)
    assert [step.area.code for step in shown.context["steps"]] == ["07210"]
    assert not RoutingRule.objects.filter(category=waste).exists()
    assert admin.post("/manage/areas/responsibility/assign/", fields | {"form_key": "k"}).status_code == 302
    assert RoutingRule.objects.get(category=waste).legal_basis == "QĐ 12"
    assert "problem" in admin.get("/manage/areas/responsibility/", fields | {"legal_basis": ""}).context
    drawn = admin.get("/manage/areas/outlines.json?day=2026-11-24&zoom=x").json()
    assert {one["properties"]["approximate"] for one in drawn["features"]} == {True}


# The command line


@needs_data
def test_the_commands_load_compare_import_and_restore(db, monkeypatch, tmp_path):
    areas = import_module("ioc.conf.cli.areas")
    monkeypatch.setattr(areas, "connect", lambda: None)
    run = CliRunner().invoke
    asked = run(areas.areas, ["load", "--province", "24", "--dry-run", "--json"])
    assert json.loads(asked.output)["added"] == 433
    assert Area.objects.count() == 0
    assert run(areas.areas, ["load", "--province", "24"]).exit_code == 0
    file = str(DATA / "communes_bacninh_2025.geojson")
    told = json.loads(run(areas.areas, ["diff", file, "--json"]).output)
    assert len(told["changes"]) == 100
    assert run(areas.areas, ["diff", file]).output.count("changed") >= 99
    done = json.loads(run(areas.areas, ["import", file, "--json"]).output)
    assert done["applied"] == 100
    listed = json.loads(run(areas.areas, ["list", "--json", "--level", "commune"]).output)
    assert {row["boundary"] for row in listed["areas"]} == {"file"}
    assert run(areas.areas, ["list", "--as-of", "2025-06-30"]).output.count("commune  ") == 313
    assert "Would restore 100" in run(areas.areas, ["restore", str(done["import"]), "--dry-run"]).output
    assert "Restored 100" in run(areas.areas, ["restore", str(done["import"])]).output
    broken = tmp_path / "x.geojson"
    broken.write_text("{}")
    refused = run(areas.areas, ["diff", str(broken)])
    assert refused.exit_code == 1
    assert "Error" in refused.output
