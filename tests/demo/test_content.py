"""The content of the demonstration province: areas, law, stories and pictures, without a database."""

import io
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image
from shapely.geometry import Point, shape

from ioc.demo.areas import BEFORE_FROM, REFORM, AreaKey, load_areas
from ioc.demo.illustrating import SHOWN_AS
from ioc.demo.pictures import KINDS, draw
from ioc.demo.setup import calendar_days, data
from ioc.demo.stories_reader import tellings
from ioc.kernel.rights import RIGHTS

NOW = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def areas():
    return load_areas()


def test_the_units_are_those_of_the_reform(areas):
    bac_giang = AreaKey("province", "24", BEFORE_FROM)
    districts = areas.children(bac_giang)
    assert len(districts) == 10
    assert sum(len(areas.children(district.key)) for district in districts) == 192
    new = areas.of_level("commune", valid_from=REFORM)
    assert len(new) == 99
    assert Counter(unit.name.split()[0] for unit in new) == {"Xã": 66, "Phường": 33}


def test_every_old_commune_goes_somewhere_and_every_new_one_comes_from_somewhere(areas):
    communes = [step for step in areas.lineage if step.before.level == "commune"]
    old = areas.of_level("commune", valid_from=BEFORE_FROM)
    assert {step.before for step in communes} == {unit.key for unit in old}
    assert {step.after for step in communes} == {unit.key for unit in areas.of_level("commune", valid_from=REFORM)}


def test_each_commune_holds_its_own_point_and_no_other(areas):
    for era in (BEFORE_FROM, REFORM):
        communes = areas.of_level("commune", valid_from=era)
        assert len({unit.point for unit in communes}) == len(communes)
        for unit in communes:
            boundary = shape(unit.boundary)
            assert boundary.is_valid
            assert boundary.covers(Point(unit.longitude, unit.latitude)), unit.name


def test_units_without_a_point_of_their_own_are_named(areas):
    codes = {key.code for key in areas.estimated}
    assert {"07549", "07576", "07702", "07747"} <= codes
    assert "07207" not in codes
    assert len(codes) < 25


def test_holidays_and_the_days_worked_for_them():
    days = calendar_days()
    assert days[date(2025, 9, 2)][0] == "holiday"
    assert days[date(2025, 5, 2)][0] == "day_off"
    assert days[date(2025, 4, 26)][0] == "compensatory"
    assert {day.year for day in days} == set(range(2023, 2029))


def test_the_law_refers_to_what_there_is():
    law = data("law")
    groups = data("categories")["categories"]
    categories = {row["code"] for group in groups for row in [group, *group["of"]]} | {""}
    agencies = {row["code"] for row in data("organizations")["organizations"]}
    for row in law["routing"]:
        assert row["category"] in categories
        assert {row["lead"]} <= agencies if "lead" in row else row["level"] in {"commune", "district"}
        assert set(row.get("with", [])) <= agencies
    assert all(set(row["rights"]) <= RIGHTS.keys() for row in law["roles"])
    assert all(row["legal_basis"] for row in law["deadlines"] + law["kinds"])


def test_an_organization_code_has_the_form_of_the_decision():
    for row in data("organizations")["organizations"]:
        assert re.fullmatch(r"([A-Z]\d{2}(\.\d+)*)?", row["id"])
        assert len(row["id"]) <= 35


def test_stories_are_many_varied_and_within_sixty_days(areas):
    found = tellings(NOW)
    assert len(found) >= 320
    assert len({telling.text for telling in found}) == len(found)
    assert len({telling.outcome for telling in found}) >= 90
    assert all(NOW - timedelta(days=62) < telling.filed_at < NOW for telling in found)
    assert sum(telling.language == "en" for telling in found) >= 6
    names = Counter(
        unit.short_name
        for district in areas.children(AreaKey("province", "24", BEFORE_FROM))
        for unit in areas.children(district.key)
    )
    assert {telling.commune for telling in found if names[telling.commune] != 1} == set()


def test_stories_are_the_same_each_time():
    assert tellings(NOW) == tellings(NOW)


def test_joined_reports_follow_the_one_they_repeat():
    found = {telling.number: telling for telling in tellings(NOW)}
    joined = [telling for telling in found.values() if telling.way == "joined"]
    assert joined
    for telling in joined:
        assert found[telling.joins].commune == telling.commune
        assert found[telling.joins].filed_at < telling.filed_at


def test_one_evening_brings_a_storm():
    evenings = Counter((telling.filed_at.date()) for telling in tellings(NOW) if telling.urgency == "urgent")
    assert max(evenings.values()) >= 20


def test_every_category_has_a_picture_where_evidence_is_needed():
    leaves = [row for group in data("categories")["categories"] for row in group["of"]]
    assert {row["code"] for row in leaves if not row.get("no_evidence")} <= SHOWN_AS.keys()
    assert set(SHOWN_AS.values()) <= KINDS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_picture_is_a_photo_that_differs_after(kind):
    before, after = (draw(kind=kind, seed=5, after=mended) for mended in (False, True))
    assert Image.open(io.BytesIO(before)).size == (1280, 960)
    assert before != after
    assert draw(kind=kind, seed=5, after=False) == before
