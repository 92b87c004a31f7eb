"""The chain as a pure rule: whatever is done to it without the key is named, and nothing else is."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from ioc.management.rules.audit_chain import (
    FaultKind,
    Followed,
    digest_of,
    follow,
    message_of,
    tail_faults,
)

KEY, OTHER = b"k" * 32, b"o" * 32
CONTENTS = st.lists(st.binary(max_size=20).filter(lambda one: b"\n" not in one), min_size=1, max_size=12)


def chain(contents: list[bytes], *, key: bytes = KEY, after: tuple[int, bytes] = (0, b"")) -> list[bytes]:
    number, previous = after
    lines = []
    for content in contents:
        number += 1
        message = message_of(number=number, previous=previous, content=content)
        previous = digest_of(message, key=key)
        lines.append(previous + b"\t" + message)
    return lines


def looked(lines: list[bytes], awaited: dict[int, str] | None = None) -> Followed:
    return follow(lines, keys=[KEY, OTHER], awaited=awaited or {}, tell=lambda done: None)


def kinds(state: Followed) -> dict[int, FaultKind]:
    return {number: fault.kind for fault in state.faults for number in range(fault.first, fault.last + 1)}


@given(CONTENTS)
def test_a_chain_as_written_holds(contents: list[bytes]) -> None:
    state = looked(chain(contents))
    assert (state.number, state.rows, state.fault_count) == (len(contents), len(contents), 0)


@given(CONTENTS, CONTENTS)
def test_what_an_earlier_key_sealed_still_holds(first: list[bytes], second: list[bytes]) -> None:
    old = chain(first, key=OTHER)
    new = chain(second, key=KEY, after=(len(first), old[-1][:64]))
    assert looked(old + new).fault_count == 0


@given(CONTENTS, st.data())
def test_an_edited_entry_is_named_alone(contents: list[bytes], data: st.DataObject) -> None:
    lines = chain(contents)
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] += b"!"
    assert kinds(looked(lines)) == {place + 1: FaultKind.EDITED}


@given(CONTENTS, st.data())
def test_missing_entries_are_named_alone(contents: list[bytes], data: st.DataObject) -> None:
    lines = chain(contents)
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    state = looked(lines[:first] + lines[last + 1 :])
    found = kinds(state) | {n: fault.kind for fault in tail_faults(state, awaited={len(lines): lines[-1][:64].decode()})
                            for n in range(fault.first, fault.last + 1)}  # fmt: skip
    kind = FaultKind.CUT_OFF if last == len(lines) - 1 else FaultKind.MISSING
    assert found == dict.fromkeys(range(first + 1, last + 2), kind)


def renumbered(line: bytes, number: int) -> bytes:
    digest, _, rest = line.split(b"\t", 2)
    return digest + b"\t%d\t" % number + rest


def swap_numbers(lines: list[bytes], one: int, other: int) -> list[bytes]:
    changed = list(lines)
    changed[one], changed[other] = renumbered(lines[other], one + 1), renumbered(lines[one], other + 1)
    return changed


@given(st.lists(st.binary(min_size=1, max_size=9).filter(lambda o: b"\n" not in o), min_size=2, max_size=9), st.data())
def test_swapped_entries_are_both_named(contents: list[bytes], data: st.DataObject) -> None:
    lines = chain(contents)
    one = data.draw(st.integers(0, len(lines) - 2))
    other = data.draw(st.integers(one + 1, len(lines) - 1))
    found = kinds(looked(swap_numbers(lines, one, other)))
    assert {one + 1, other + 1} <= found.keys()
    assert set(found.values()) <= {FaultKind.MOVED, FaultKind.EDITED}


@given(CONTENTS)
def test_a_chain_made_anew_without_the_key_is_named_whole(contents: list[bytes]) -> None:
    forged = chain(contents, key=b"guessed" * 4)
    assert kinds(looked(forged)) == dict.fromkeys(range(1, len(contents) + 1), FaultKind.EDITED)


@given(CONTENTS, CONTENTS)
def test_a_tail_cut_off_and_grown_again_differs_from_the_checkpoint(contents: list[bytes], grown: list[bytes]) -> None:
    lines = chain(contents)
    checkpoint = {len(lines): lines[-1][:64].decode()}
    kept = lines[:-1]
    after = (len(kept), kept[-1][:64] if kept else b"")
    again = kept + chain([b"something else", *grown], after=after)
    assert kinds(looked(again, checkpoint)) == {len(lines): FaultKind.REPLACED}


def test_every_so_often_somebody_hears_how_far_it_is() -> None:
    heard: list[int] = []
    tell: Callable[[int], object] = heard.append
    follow(chain([b"x"] * 12_000), keys=[KEY], awaited={}, tell=tell)
    assert heard == [5000, 10_000, 12_000]


def test_faults_are_counted_all_but_held_up_to_a_limit() -> None:
    lines = [line + b"!" if number % 2 else line for number, line in enumerate(chain([b"x"] * 4000))]
    state = looked(lines)
    assert (state.fault_count, len(state.faults)) == (2000, 1000)
