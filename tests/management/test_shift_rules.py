"""What clashes in a roster, and how the queue is shared."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.management.rules.shifts import LEAST_REST, ClashKind, Turn, clashes, share_of, span_of

MONDAY = date(2026, 11, 23)
LAN, MINH = UUID(int=1), UUID(int=2)


def turn(number, person=LAN, day=MONDAY, starts=6, hours=8):
    start = datetime.combine(day, time(starts), tzinfo=UTC)
    return Turn(number, person, day, start, start + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("starts", "ends", "hours"),
    [(time(6), time(14), 8), (time(22), time(6), 8), (time(8), time(8), 24), (time(0), time(23, 59), 24)],
)
def test_a_shift_that_ends_before_it_starts_ends_on_the_next_day(starts, ends, hours):
    start, end = span_of(day=MONDAY, starts=starts, ends=ends, zone=UTC)
    assert start.date() == MONDAY
    assert round((end - start).total_seconds() / 3600) == hours


def test_two_shifts_at_once():
    found = clashes([turn(1), turn(2, starts=10)], away={})
    assert [(one.kind, one.turn.id) for one in found] == [(ClashKind.DOUBLE, 2)]


def test_a_long_shift_is_remembered_over_a_short_one_within_it():
    found = clashes([turn(1, hours=20), turn(2, starts=8, hours=2), turn(3, starts=20)], away={})
    assert [(one.kind, one.turn.id) for one in found] == [(ClashKind.DOUBLE, 2), (ClashKind.DOUBLE, 3)]


def test_eleven_hours_of_rest_are_too_few_and_twelve_are_enough():
    short = clashes([turn(1, starts=14, hours=8), turn(2, day=MONDAY + timedelta(days=1), starts=9)], away={})
    assert [(one.kind, one.rest) for one in short] == [(ClashKind.REST, timedelta(hours=11))]
    assert not clashes([turn(1, starts=14, hours=8), turn(2, day=MONDAY + timedelta(days=1), starts=10)], away={})


def test_turns_without_a_break_are_one_long_turn():
    assert not clashes([turn(1, starts=6), turn(2, starts=14)], away={})


def test_leave_is_a_clash_from_its_first_day_to_the_one_before_its_end():
    away = {LAN: [(MONDAY, MONDAY + timedelta(days=2))]}
    turns = [turn(number, day=MONDAY + timedelta(days=number)) for number in (-1, 0, 1, 2)]
    assert [one.turn.id for one in clashes(turns, away=away)] == [0, 1]
    assert not clashes([turn(1, person=MINH)], away=away)


@given(
    st.lists(
        st.tuples(st.sampled_from([LAN, MINH]), st.integers(0, 6), st.integers(0, 23), st.integers(1, 24)), max_size=8
    )
)
def test_a_roster_is_clean_exactly_when_all_turns_are_apart(rows):
    turns = [
        turn(number, person=person, day=MONDAY + timedelta(days=day), starts=starts, hours=hours)
        for number, (person, day, starts, hours) in enumerate(rows)
    ]

    def apart(one, other):
        gap = max(one.starts_at, other.starts_at) - min(one.ends_at, other.ends_at)
        return gap >= LEAST_REST or gap == timedelta(0)

    pairs = [(one, other) for one in turns for other in turns if one.id < other.id and one.person == other.person]
    touching = any(min(a.ends_at, b.ends_at) == max(a.starts_at, b.starts_at) for a, b in pairs)
    found = clashes(turns, away={})
    if all(apart(*pair) for pair in pairs):
        assert not found
    elif not touching:
        assert found
    assert clashes(list(reversed(turns)), away={}) == found


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_the_queue_is_shared_evenly(first, people):
    names = [str(uuid4()) for _ in range(people)]
    shares = [share_of(first + number, names) for number in range(people * 3)]
    assert {shares.count(name) for name in names} == {3}


def test_nobody_gets_nothing():
    assert share_of(5, []) is None
