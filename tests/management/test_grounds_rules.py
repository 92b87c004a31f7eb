"""Who looks after the ground of areas that have ended, over random histories."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ioc.management.rules.grounds import Unit, former_paths, grounds_on, reached
from ioc.management.rules.lineage import Lineage, Span, TieRef
from tests.management.test_lineage_rules import STEPS, history

DISTRICT, COMMUNES, START = 1000, (1, 2), date(2020, 1, 1)


def units_of(lineage: Lineage) -> dict[int, Unit]:
    return {one: Unit(one, "commune", f"/99/{one}/") for one in lineage.spans}


@given(st.integers(1, 5), STEPS)
def test_nobody_reaches_beyond_what_the_ground_was_and_nothing_is_nobodys(count, steps):
    lineage, last = history(count, steps)
    units = units_of(lineage)
    grounds = grounds_on(units, lineage, last)
    today = [one for one, span in lineage.spans.items() if span.holds(last)]
    for wholly in (True, False):
        reach = {one: reached(units[one].path, units, grounds, wholly=wholly) for one in today}
        for one, found in reach.items():
            back = ancestors(lineage, one)
            assert found <= back | {one}  # never outside: only what it came from
            assert wholly or found == back | {one}
            if wholly:
                assert all(set(lineage.became(old, last)) == {one} for old in found)
        if not wholly:
            assert set().union(*reach.values()) == set(units)  # no area's matters become nobody's


def ancestors(lineage: Lineage, unit: int) -> set[int]:
    found: set[int] = set()
    layer = {unit}
    while layer:
        layer = {tie.before for tie in lineage.ties if tie.after in layer} - found
        found |= layer
    return found


def test_a_district_divided_into_communes_is_not_one_communes():
    units = {DISTRICT: Unit(DISTRICT, "district", f"/{DISTRICT}/"), 10: Unit(10, "commune", f"/{DISTRICT}/10/")}
    units |= {one: Unit(one, "commune", f"/{one}/") for one in COMMUNES}
    ended, standing = Span(START, date(2025, 7, 1)), Span(date(2025, 7, 1), None)
    ties = tuple(TieRef(DISTRICT, one, date(2025, 7, 1), is_main=one == 1) for one in COMMUNES)
    ties += (TieRef(10, 1, date(2025, 7, 1), is_main=True),)
    lineage = Lineage(ties, {DISTRICT: ended, 10: ended, 1: standing, 2: standing})
    grounds = grounds_on(units, lineage, date(2026, 1, 1))
    assert former_paths("/1/", grounds, wholly=False) == (f"/{DISTRICT}/10/",)
    assert former_paths("/2/", grounds, wholly=False) == ()
    assert former_paths("", grounds, wholly=False) == ()
