"""The table of states: whole, reachable, and never left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.onscene.rules.words import STATES, STEPS, TONES
from ioc.onscene.rules.workflow import (
    AGENCY_STATES,
    ALLOWED,
    DONE_STATES,
    MOST_REOPENINGS,
    OPEN_STATES,
    QUEUE_STATES,
    NotNow,
    State,
    check_change,
    may_reopen,
)

states = st.sampled_from(sorted(State))


def test_every_state_has_its_row_its_words_and_its_tone() -> None:
    for state in State:
        assert state in ALLOWED
        assert state in STATES
        assert state in TONES


def test_every_state_can_be_reached_from_filing() -> None:
    reached, ahead = {State.FILED}, [State.FILED]
    while ahead:
        fresh = ALLOWED[ahead.pop()] - reached
        reached |= fresh
        ahead += fresh
    assert reached == set(State)


def test_no_open_state_is_a_dead_end() -> None:
    for state in OPEN_STATES:
        assert ALLOWED[state], state
    assert not QUEUE_STATES & AGENCY_STATES
    assert not OPEN_STATES & DONE_STATES


@given(states, states)
def test_only_what_the_table_says_passes(before: State, after: State) -> None:
    if after in ALLOWED[before]:
        check_change(before, after)
    else:
        with pytest.raises(NotNow):
            check_change(before, after)


@given(states, st.integers(0, 5))
def test_a_matter_is_reopened_once_and_only_when_done(state: State, reopened: int) -> None:
    assert may_reopen(state=state, reopened=reopened) == (state in DONE_STATES and reopened < MOST_REOPENINGS)


def test_every_message_can_be_filled() -> None:
    names = ("code", "agency", "due", "reason", "question", "other", "result", "rating", "source", "removed", "kept")
    facts = dict.fromkeys(names, "x")
    for words in STEPS.values():
        assert str(words.line) % facts
        if words.message:
            assert str(words.message) % facts
