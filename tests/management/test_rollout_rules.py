"""Which system is open for whom, where and when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.management.rules.rollout import Opening, Openings, changes, overlap, overlaps, prefixes

DAY = date(2023, 3, 1)
PATHS = ["", "/1/", "/1/2/", "/1/2/21/", "/1/2/22/", "/1/3/", "/1/3/31/", "/1/3/32/"]
paths = st.sampled_from(PATHS)
days = st.integers(0, 40).map(lambda number: DAY + timedelta(days=number))


@st.composite
def openings(draw, systems=("onscene", "citizen"), audiences=("citizens", "officials")):
    start = draw(days)
    end = draw(st.none() | st.integers(1, 30).map(lambda number: start + timedelta(days=number)))
    return Opening(
        id=draw(st.integers(1, 1000)),
        system=draw(st.sampled_from(systems)),
        audience=draw(st.sampled_from(audiences)),
        area_paths=tuple(draw(st.lists(paths, min_size=1, max_size=2))),
        valid_from=start,
        valid_to=end,
    )


def row(system="onscene", audience="citizens", path="", start=DAY, end=None, number=1):
    return Opening(number, system, audience, (path,), start, end)


BAC_GIANG = Openings(
    (
        *(row(system, path="/1/2/", end=date(2023, 6, 1), number=1) for system in ("onscene", "citizen")),
        *(row(system, path="/1/", start=date(2023, 6, 1), number=2) for system in ("onscene", "citizen")),
        *(row(system, path="/1/", number=3) for system in ("officer", "dashboards", "indicators", "assistant")),
    )
)
"""Phase 1 (1 March to 31 May 2023): reports and the citizens' app in the city only, all else everywhere; then all."""


@pytest.mark.parametrize(
    ("system", "path", "day", "is_open"),
    [
        ("onscene", "/1/2/21/", date(2023, 2, 28), False),
        ("onscene", "/1/2/21/", date(2023, 3, 1), True),
        ("onscene", "/1/2/21/", date(2023, 5, 31), True),
        ("onscene", "/1/3/31/", date(2023, 5, 31), False),
        ("citizen", "/1/3/31/", date(2023, 5, 31), False),
        ("dashboards", "/1/3/31/", date(2023, 3, 1), True),
        ("onscene", "/1/3/31/", date(2023, 6, 1), True),
        ("citizen", "/1/2/21/", date(2023, 6, 1), True),
        ("citizen", "/1/2/21/", date(2026, 11, 24), True),
    ],
)
def test_the_two_phases_of_bac_giang(system, path, day, is_open):
    assert BAC_GIANG.is_open(system=system, area_path=path, day=day, audience="citizens") is is_open


def test_gaps_are_before_between_and_after_what_is_open():
    tenth, twentieth, thirtieth = date(2023, 4, 10), date(2023, 4, 20), date(2023, 4, 30)
    found = Openings((row(path="/1/2/", start=tenth, end=twentieth), row(start=twentieth, end=thirtieth)))
    asked = {"system": "onscene", "since": DAY, "audience": "citizens"}
    assert found.gaps(area_path="/1/2/21/", **asked) == [(DAY, tenth), (thirtieth, None)]
    assert found.gaps(area_path="/1/3/", **asked) == [(DAY, twentieth), (thirtieth, None)]
    assert BAC_GIANG.gaps(area_path="/1/2/", **asked) == []
    assert Openings().gaps(area_path="/1/", **asked) == []


def test_where_it_is_closed_the_day_of_opening_is_known():
    coming = BAC_GIANG.next_opening(system="onscene", area_path="/1/3/31/", day=date(2023, 4, 10), audience="citizens")
    assert coming is not None
    assert coming.valid_from == date(2023, 6, 1)
    assert (
        BAC_GIANG.next_opening(system="onscene", area_path="/1/3/", day=date(2024, 1, 1), audience="citizens") is None
    )


def test_what_changes_between_the_phases():
    areas = {21: "/1/2/21/", 31: "/1/3/31/", 32: "/1/3/32/"}
    found = changes(
        before=BAC_GIANG, after=BAC_GIANG, systems=["onscene", "dashboards"], audiences=["citizens"], areas=areas,
        day_before=date(2023, 5, 31), day_after=date(2023, 6, 1),
    )  # fmt: skip
    assert [(one.system, one.opens, one.closes) for one in found] == [("onscene", (31, 32), ())]


@given(st.lists(openings(), max_size=8), paths, days)
def test_open_is_what_the_rows_say_one_by_one(rows, path, day):
    found = Openings(tuple(rows))
    for system in ("onscene", "citizen", "assistant"):
        for audience in ("citizens", "officials", "businesses"):
            own = [one for one in rows if one.system == system and one.audience == audience]
            wanted = not own or any(one.holds_on(day) and one.covers(path) for one in own)
            asked = {"system": system, "area_path": path, "day": day, "audience": audience}
            assert found.is_open(**asked) is wanted
            assert found.is_open_within(**asked) or not found.is_open(**asked)


@given(st.lists(openings(), max_size=8), paths, days, days)
def test_a_day_is_in_a_gap_where_it_is_closed(rows, path, since, day):
    found = Openings(tuple(rows))
    asked = {"system": "onscene", "area_path": path, "audience": "citizens"}
    gaps = found.gaps(since=since, **asked)
    in_gap = any(begins <= day and (ends is None or day < ends) for begins, ends in gaps)
    assert in_gap is (day >= since and not found.is_open(day=day, **asked))


@given(st.lists(openings(), max_size=8), days)
def test_what_is_open_in_an_area_is_open_in_each_part_of_it(rows, day):
    found = Openings(tuple(rows))
    for path in PATHS:
        for part in (one for one in PATHS if one.startswith(path)):
            asked = {"system": "onscene", "day": day, "audience": "citizens"}
            if found.is_open(area_path=path, **asked):
                assert found.is_open(area_path=part, **asked)
            if found.is_open_within(area_path=part, **asked):
                assert found.is_open_within(area_path=path, **asked)


@given(st.lists(openings(), max_size=8), openings(), paths, days)
def test_a_further_row_closes_nothing_where_rows_already_decide(rows, further, path, day):
    before = Openings(tuple(rows))
    after = before.with_rows([further])
    asked = {"system": further.system, "area_path": path, "day": day, "audience": further.audience}
    if before.is_limited(further.system, further.audience) and before.is_open(**asked):
        assert after.is_open(**asked)


@given(st.lists(openings(), max_size=8), paths, days)
def test_the_next_opening_opens(rows, path, day):
    found = Openings(tuple(rows))
    asked = {"system": "onscene", "area_path": path, "audience": "citizens"}
    coming = found.next_opening(day=day, **asked)
    if coming is not None:
        assert coming.valid_from > day
        assert found.is_open(day=coming.valid_from, **asked)
        later = [one for one in rows if one.covers(path) and day < one.valid_from < coming.valid_from]
        assert not [one for one in later if one.system == "onscene" and one.audience == "citizens"]


@given(openings(), openings())
def test_two_rows_overlap_when_some_day_and_place_has_both(one, other):
    shared_days = [
        DAY + timedelta(days=number)
        for number in range(120)
        if one.holds_on(DAY + timedelta(days=number)) and other.holds_on(DAY + timedelta(days=number))
    ]
    places = [path for path in PATHS if one.covers(path) and other.covers(path)]
    same = one.system == other.system and one.audience == other.audience
    assert overlap(one, other) is bool(same and shared_days and places)
    assert overlap(one, other) is overlap(other, one)


def test_pairs_that_say_the_same_twice_are_found_once():
    wide, narrow = row(path="/1/", number=1), row(path="/1/2/", number=2)
    other = row(path="/1/2/", audience="officials", number=3)
    assert overlaps([wide, narrow, other]) == [(wide, narrow)]


def test_paths_above_an_area():
    assert list(prefixes("/1/7/")) == ["", "/1/", "/1/7/"]
    assert list(prefixes("")) == [""]
