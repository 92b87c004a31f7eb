"""What became of units, over random histories; and which rows of a file are which unit."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ioc.management.rules.area_changes import After, Before, Fault, faults
from ioc.management.rules.boundary_matching import Unit, Why, match_rows
from ioc.management.rules.lineage import Lineage, Span, TieRef

START = date(2020, 1, 1)
STEPS = st.lists(st.tuples(st.sampled_from(["merge", "split", "rename"]), st.integers(0, 10**6)), max_size=8)


def history(count: int, steps: list[tuple[str, int]]) -> tuple[Lineage, date]:
    """`count` units, changed once a month as `steps` say; and a day after the last change."""
    spans = {number: Span(START, None) for number in range(count)}
    ties: list[TieRef] = []
    day = START
    for kind, choice in steps:
        day += timedelta(days=30)
        standing = [one for one, span in spans.items() if span.holds(day)]
        first = standing[choice % len(standing)]
        second = standing[(choice + 1) % len(standing)]
        old = {first, second} if kind == "merge" else {first}
        new = [len(spans) + number for number in range(2 if kind == "split" else 1)]
        spans |= {one: Span(spans[one].valid_from, day) for one in old} | {one: Span(day, None) for one in new}
        ties += [TieRef(one, other, day, is_main=other == new[0]) for one in old for other in new]
    return Lineage(tuple(ties), spans), day + timedelta(days=1)


@given(st.integers(1, 6), STEPS)
def test_every_unit_becomes_units_that_stand_and_comes_back(count, steps):
    lineage, last = history(count, steps)
    for unit, span in lineage.spans.items():
        became = lineage.became(unit, last)
        assert became
        assert len(set(became)) == len(became)
        assert all(lineage.spans[one].holds(last) for one in became)
        assert lineage.became(unit, span.valid_from) == [unit]
        for one in became:
            if one != unit:
                assert unit in lineage.line(one)
    today = {unit for unit, span in lineage.spans.items() if span.holds(last)}
    first = {unit for unit, span in lineage.spans.items() if span.holds(START)}
    assert {one for unit in first for one in lineage.became(unit, last)} == today
    for unit in first:
        for one in lineage.became(unit, last):
            assert unit in lineage.became(one, START)


def test_a_line_does_not_take_in_what_else_was_merged():
    ties = (TieRef(1, 3, START, is_main=True), TieRef(2, 3, START, is_main=True))
    lineage = Lineage(ties, {1: Span(START, START), 2: Span(START, START), 3: Span(START, None)})
    assert set(lineage.line(1)) == {1, 3}
    assert set(lineage.line(3)) == {1, 2, 3}


def test_a_day_before_all_history_has_nothing():
    lineage, _last = history(2, [])
    assert lineage.became(0, date(1999, 1, 1)) == []


UNITS = [
    Unit(1, "07210", "Phường Bắc Giang", "Bắc Giang"),
    Unit(2, "07213", "Xã Tân Yên", "Tân Yên"),
    Unit(3, "07300", "Phường Tân Yên", "Tân Yên"),
]


@given(st.sampled_from(["code", "MA_XA", "id"]), st.sampled_from([str, int, float]))
def test_codes_are_known_in_any_column_and_as_numbers(column, kind):
    rows = [{"x": "y", column: kind(int(unit.code)) if kind is not str else unit.code} for unit in UNITS]
    assert [one.unit_id for one in match_rows(rows, UNITS)] == [1, 2, 3]


def test_names_whole_before_short_and_only_where_one_is_called_so():
    rows = [{"ten": "PHUONG TAN YEN"}, {"ten": "bắc giang"}, {"ten": "Tân Yên"}, {"ten": None}, {}]
    found = match_rows(rows, UNITS)
    assert [one.unit_id for one in found] == [3, 1, None, None, None]
    assert [one.why for one in found[2:]] == [Why.AMBIGUOUS, Why.UNKNOWN, Why.UNKNOWN]


def test_a_row_with_a_foreign_code_is_not_known_by_its_name():
    rows = [{"ma": "07210", "ten": "Bắc Giang"}, {"ma": "01234", "ten": "Xã Tân Yên"}, {"ma": "", "ten": "Xã Tân Yên"}]
    assert [one.unit_id for one in match_rows(rows, UNITS)] == [1, None, 2]


def test_a_code_that_another_unit_holds_is_refused():
    before = [Before("1", "commune", "Xã A", 9, START, None)]
    found = faults("renamed", before, [After("2", "Xã B", "B")], day=date(2026, 1, 1), legal_basis="NQ",
                   taken=frozenset({"1", "2"}))  # fmt: skip
    assert found == [Fault.CODE_TAKEN]
