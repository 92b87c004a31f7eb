"""Deadlines: which row speaks, and how much of the time is used up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.calendar import Unit
from ioc.management.rules.deadlines import DeadlineTerm, NoRule, choose_term, time_left

DAY = date(2026, 5, 1)
STEPS, KINDS = ("receive", "handle"), ("", "on_scene", "petition")
URGENCIES, PATHS = ("", "normal", "urgent"), ("", "/1/", "/1/2/", "/12/")
START = datetime(2026, 5, 1, tzinfo=UTC)


@st.composite
def terms(draw) -> DeadlineTerm:
    begins = DAY + timedelta(days=draw(st.integers(-30, 30)))
    length = draw(st.none() | st.integers(1, 40))
    return DeadlineTerm(
        id=draw(st.integers(1, 10_000)),
        step=draw(st.sampled_from(STEPS)),
        kind=draw(st.sampled_from(KINDS)),
        urgency=draw(st.sampled_from(URGENCIES)),
        category_path=draw(st.sampled_from(PATHS)),
        unit=draw(st.sampled_from(Unit)),
        limit=draw(st.integers(1, 30)),
        extensions=0,
        extension_limit=0,
        valid_from=begins,
        valid_to=None if length is None else begins + timedelta(days=length),
        legal_basis="",
    )


cases = st.fixed_dictionaries(
    {
        "step": st.sampled_from(STEPS),
        "kind": st.sampled_from(KINDS[1:]),
        "urgency": st.sampled_from(URGENCIES[1:]),
        "category_path": st.sampled_from(PATHS[1:]),
    }
)


@given(st.lists(terms(), max_size=12), cases)
def test_the_row_covers_the_case_and_none_is_more_specific(table, case):
    covering = [term for term in table if term.covers(**case, day=DAY)]
    if not covering:
        with pytest.raises(NoRule):
            choose_term(table, **case, day=DAY)
        return
    chosen = choose_term(table, **case, day=DAY)
    assert chosen in covering
    assert all(term.precision <= chosen.precision for term in covering)


@given(terms(), cases)
def test_a_row_speaks_only_of_its_own_days(term, case):
    assert not term.covers(**case, day=term.valid_from - timedelta(days=1))
    if term.valid_to:
        assert not term.covers(**case, day=term.valid_to)


def _term(number: int, **fields: str) -> DeadlineTerm:
    given_ = {"step": "handle", "kind": "", "urgency": "", "category_path": ""} | fields
    return DeadlineTerm(
        id=number, unit=Unit.WORKING_DAYS, limit=1, extensions=0, extension_limit=0,
        valid_from=date(2020, 1, 1), valid_to=None, legal_basis="", **given_,
    )  # fmt: skip


def test_category_then_kind_then_urgency():
    table = [_term(1), _term(2, urgency="urgent"), _term(3, kind="on_scene"), _term(4, category_path="/1/")]
    case = {"step": "handle", "kind": "on_scene", "urgency": "urgent", "day": DAY}
    assert choose_term(table, category_path="/1/2/", **case).id == 4
    assert choose_term(table, category_path="/12/", **case).id == 3
    assert choose_term(table[:2], category_path="/12/", **case).id == 2


seconds = st.integers(1, 10**7).map(lambda n: timedelta(seconds=n))


@given(seconds, st.integers(-(10**7), 10**8).map(lambda n: timedelta(seconds=n)))
def test_the_share_of_time_runs_from_nought_to_one_at_the_due_instant(span, passed):
    share = time_left(start=START, due=START + span, now=START + passed)
    assert share >= 0
    assert (share > 1) == (passed > span)
    assert time_left(start=START, due=START + span, now=START + span) == 1
    assert time_left(start=START, due=START + span, now=START + passed + timedelta(seconds=1)) >= share


def test_no_time_at_all_is_used_up():
    assert time_left(start=START, due=START, now=START) == 1
