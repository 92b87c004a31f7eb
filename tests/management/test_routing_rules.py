"""Routing: the most specific row that is in force and leads somewhere."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ioc.management.rules.routing import Route, route

DAY = date(2026, 5, 1)
CATEGORIES = ("", "/1/", "/1/2/", "/1/3/", "/12/")
AREAS = ("", "/1/", "/1/7/", "/1/7/70/", "/1/8/")
LEVELS = ("province", "district", "commune")

days = st.integers(-40, 40).map(lambda offset: DAY + timedelta(days=offset))


@st.composite
def routes(draw) -> Route:
    named = draw(st.booleans())
    begins = draw(days)
    length = draw(st.none() | st.integers(1, 60))
    return Route(
        id=draw(st.integers(1, 10_000)),
        category_path=draw(st.sampled_from(CATEGORIES)),
        area_path=draw(st.sampled_from(AREAS)),
        lead=draw(st.integers(1, 50)) if named else None,
        lead_level="" if named else draw(st.sampled_from(LEVELS)),
        cooperating=(),
        valid_from=begins,
        valid_to=None if length is None else begins + timedelta(days=length),
        legal_basis="",
    )


tables = st.lists(routes(), max_size=12)
committees = st.dictionaries(st.sampled_from(LEVELS), st.integers(100, 120))
cases = st.tuples(st.sampled_from(CATEGORIES[1:]), st.sampled_from(AREAS))


@given(tables, committees, cases, days)
def test_the_answer_is_a_row_that_covers_the_case_and_none_is_more_specific(table, held, case, day):
    category, area = case
    found = route(table, category_path=category, area_path=area, committees=held, day=day)

    def leads(row: Route) -> bool:
        return row.lead is not None or row.lead_level in held

    able = [row for row in table if row.covers(category_path=category, area_path=area, day=day) and leads(row)]
    if found is None:
        assert not able
        return
    assert found.route in able
    assert all(row.precision <= found.route.precision for row in able)
    assert found.lead == (found.route.lead if found.route.lead is not None else held[found.route.lead_level])


@given(tables, committees, cases, days, st.randoms())
def test_the_agency_does_not_depend_on_the_order_unless_rows_tie(table, held, case, day, random):
    category, area = case
    precisions = [row.precision for row in table]
    if len(set(precisions)) < len(precisions):
        return
    shuffled = random.sample(table, len(table))
    asked = {"category_path": category, "area_path": area, "committees": held, "day": day}
    assert route(table, **asked) == route(shuffled, **asked)


@given(routes(), st.sampled_from(CATEGORIES), st.sampled_from(AREAS))
def test_a_row_holds_from_its_first_day_until_before_its_last(row, category, area):
    covers = category.startswith(row.category_path) and area.startswith(row.area_path)
    assert row.covers(category_path=category, area_path=area, day=row.valid_from) == covers
    assert not row.covers(category_path=category, area_path=area, day=row.valid_from - timedelta(days=1))
    if row.valid_to:
        assert not row.covers(category_path=category, area_path=area, day=row.valid_to)


def _row(number: int, category: str = "", area: str = "", lead: int | None = None, level: str = "") -> Route:
    return Route(number, category, area, lead, level, (), date(2020, 1, 1), None, "")


def test_a_deeper_category_beats_a_smaller_area():
    table = [_row(1, area="/1/7/70/", lead=10), _row(2, category="/1/2/", lead=20), _row(3, lead=30)]
    asked = {"committees": {}, "day": DAY}
    assert route(table, category_path="/1/2/", area_path="/1/7/70/", **asked).lead == 20
    assert route(table, category_path="/1/3/", area_path="/1/7/70/", **asked).lead == 10
    assert route(table, category_path="/1/3/", area_path="", **asked).lead == 30


def test_a_level_without_a_committee_is_passed_over():
    table = [_row(1, category="/1/", level="district"), _row(2, lead=5)]
    assert route(table, category_path="/1/2/", area_path="/1/", committees={"commune": 9}, day=DAY).lead == 5
    assert route(table, category_path="/1/2/", area_path="/1/", committees={"district": 7}, day=DAY).lead == 7


def test_categories_with_a_longer_number_are_not_below_a_shorter_one():
    assert route([_row(1, category="/1/", lead=1)], category_path="/12/", area_path="", committees={}, day=DAY) is None
