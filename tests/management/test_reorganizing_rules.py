"""Rules of reorganizing over random trees: no cycles, nobody lost, plans kept whole."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.errors import Invalid
from ioc.management.rules.reorganizing import (
    CLOSE,
    MERGE,
    RENAME,
    SPLIT,
    NewOrganization,
    Part,
    Plan,
    Standing,
    check_plan,
    from_json,
    new_parents,
    routed_anew,
    to_json,
)

DAY = date(2026, 7, 1)


@st.composite
def trees(draw):
    """A forest of 2 to 12: each stands below an earlier one or at the top; numbers are shuffled."""
    size = draw(st.integers(2, 12))
    parents = {0: None} | {one: draw(st.none() | st.integers(0, one - 1)) for one in range(1, size)}
    names = draw(st.permutations(range(size)))
    return {names[one]: None if above is None else names[above] for one, above in parents.items()}


@st.composite
def mergers(draw):
    tree = draw(trees())
    heir = draw(st.sampled_from(sorted(tree)))
    ending = draw(st.sets(st.sampled_from(sorted(set(tree) - {heir})), min_size=1))
    return tree, ending, heir


def above(tree, one):
    seen = []
    while (one := tree[one]) is not None:
        assert one not in seen, "a cycle"
        seen.append(one)
    return seen


@given(mergers())
def test_a_merger_leaves_a_tree_without_those_that_end(case):
    tree, ending, heir = case
    after = tree | new_parents(tree, ending=ending, heir=heir)
    for one in set(tree) - ending:
        assert not set(above(after, one)) & ending
    assert after.keys() == tree.keys()


@given(mergers())
def test_only_what_must_moves(case):
    tree, ending, heir = case
    changed = new_parents(tree, ending=ending, heir=heir)
    for one in changed:
        assert one == heir or tree[one] in ending
    assert not set(changed) & ending
    if not set(above(tree, heir)) & ending:
        assert heir not in changed


@given(
    st.none() | st.integers(1, 8),
    st.lists(st.integers(1, 8), unique=True),
    st.dictionaries(st.integers(1, 8), st.none() | st.integers(9, 12)),
)
def test_a_routing_row_names_nobody_twice_and_nobody_who_is_gone(lead, beside, heirs):
    new_lead, cooperating = routed_anew(lead=lead, cooperating=beside, heirs=heirs)
    assert len(set(cooperating)) == len(cooperating)
    assert new_lead not in cooperating or new_lead is None
    assert not ({new_lead, *cooperating} & heirs.keys())


PARTS = st.builds(
    Part,
    organization_id=st.none() | st.integers(1, 99),
    new=st.none() | st.builds(NewOrganization, code=st.text(), name=st.text(), short_name=st.text(), kind=st.text()),
)


@given(
    st.builds(
        Plan,
        kind=st.sampled_from([RENAME, MERGE, SPLIT, CLOSE]),
        sources=st.lists(st.integers(1, 99)).map(tuple),
        parts=st.lists(PARTS).map(tuple),
        sources_end=st.booleans(),
        positions=st.dictionaries(st.integers(1, 99), st.integers(0, 3)),
        routing=st.dictionaries(st.integers(1, 99), st.integers(0, 3)),
        work=st.dictionaries(st.text(), st.integers(0, 3)),
        name=st.text(),
    )
)
def test_a_plan_is_the_same_after_it_was_kept(plan):
    assert from_json(to_json(plan)) == plan


KNOWN = {
    1: Standing(1, "A", "/1/", date(2020, 1, 1), None),
    2: Standing(2, "B", "/2/", date(2020, 1, 1), None),
    3: Standing(3, "C", "/3/", date(2020, 1, 1), date(2025, 7, 1)),
    4: Standing(4, "D", "/4/", DAY, None),
}
NEW = Part(new=NewOrganization(code="n", name="N", short_name="N", kind="department"))
TO_B = Part(organization_id=2)


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan(kind=RENAME, sources=(1,), name=" ", short_name="x"), "name"),
        (Plan(kind=RENAME, sources=(1,), name="x", short_name=""), "short_name"),
        (Plan(kind=RENAME, sources=(9,), name="x", short_name="x"), "sources"),
        (Plan(kind=RENAME, sources=(3,), name="x", short_name="x"), "day"),
        (Plan(kind=RENAME, sources=(4,), name="x", short_name="x"), "day"),
        (Plan(kind=MERGE, sources=(1,), parts=()), "target"),
        (Plan(kind=MERGE, sources=(1,), parts=(NEW,)), "sources"),
        (Plan(kind=MERGE, sources=(1, 2), parts=(TO_B,)), "target"),
        (Plan(kind=MERGE, sources=(1,), parts=(Part(organization_id=3),)), "target"),
        (Plan(kind=SPLIT, sources=(1,), parts=(TO_B,)), "parts"),
        (Plan(kind=SPLIT, sources=(1,), parts=(TO_B, TO_B)), "target"),
        (Plan(kind=SPLIT, sources=(1, 2), parts=(NEW,)), "sources"),
        (Plan(kind=SPLIT, sources=(1,), parts=(TO_B, NEW), positions={1: 2}), "parts"),
        (Plan(kind=CLOSE, sources=(1,), parts=(TO_B, NEW)), "target"),
    ],
)
def test_plans_that_make_no_sense_say_where(plan, field):
    with pytest.raises(Invalid) as wrong:
        check_plan(plan, day=DAY, today=DAY, known=KNOWN)
    assert field in wrong.value.fields


@pytest.mark.parametrize(
    "plan",
    [
        Plan(kind=RENAME, sources=(1,), name="x", short_name="x"),
        Plan(kind=MERGE, sources=(1, 2), parts=(NEW,)),
        Plan(kind=MERGE, sources=(1,), parts=(Part(organization_id=4),)),
        Plan(kind=SPLIT, sources=(1,), parts=(TO_B, NEW), positions={1: 1}),
        Plan(kind=SPLIT, sources=(1,), parts=(NEW,), sources_end=False),
        Plan(kind=CLOSE, sources=(1,)),
    ],
)
def test_plans_that_make_sense_pass(plan):
    check_plan(plan, day=DAY, today=DAY, known=KNOWN)
    with pytest.raises(Invalid):
        check_plan(plan, day=DAY - timedelta(days=1), today=DAY, known=KNOWN)


def test_what_is_not_sent_to_a_part_goes_to_the_first_or_stays():
    ends = Plan(kind=SPLIT, sources=(1,), parts=(TO_B, NEW), positions={7: 1}, work={"a": 1, "b": 0})
    goes_on = Plan(kind=SPLIT, sources=(1,), parts=(NEW,), sources_end=False, positions={7: 0})
    assert (ends.part_of(ends.positions, 7), ends.part_of(ends.positions, 8)) == (1, 0)
    assert (goes_on.part_of(goes_on.positions, 7), goes_on.part_of(goes_on.positions, 8)) == (0, None)
    assert ends.work_of(1) == ["a"]
