"""The registry of open work: every keeper is asked, and gets only the groups that are its own."""

from typing import Any
from uuid import uuid4

import pytest

from ioc.kernel import open_work
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.kernel.open_work import Group, Holder, Work


class Shelf:
    """Keeps work by group, and notes what it was asked to move."""

    def __init__(self, *keys: str) -> None:
        self.keys, self.moved = keys, []

    def held(self, holder: Holder) -> Work:
        return Work("work", tuple(Group(key, key, 2) for key in self.keys) if holder.person_id else ())

    def move(self, *, groups: Any, **_facts: Any) -> int:
        self.moved.append(groups)
        return 2 * len(self.keys if groups is None else groups)


@pytest.fixture
def shelves(monkeypatch: pytest.MonkeyPatch) -> tuple[Shelf, Shelf]:
    monkeypatch.setattr(open_work, "_keepers", {})
    one, other = Shelf("one/a", "one/b"), Shelf("other/a")
    open_work.register("one", one)
    open_work.register("other", other)
    return one, other


def pass_on(**given: Any) -> Any:
    sides = {"before": Holder(person_id=uuid4()), "after": Holder(person_id=uuid4())}
    return open_work.move(**sides, actor=SYSTEM, at=now(), reason="x", **given)


def test_work_is_counted_over_all_rooms_for_whom_is_asked(shelves):
    assert open_work.count(Holder(person_id=uuid4())) == 6
    assert open_work.count(Holder(organization_id=1)) == 0
    assert len(open_work.held(Holder(organization_id=1))) == 2


def test_all_is_passed_on_or_only_what_is_named_and_each_room_gets_its_own(shelves):
    one, other = shelves
    assert pass_on() == {"one": 4, "other": 2}
    assert pass_on(groups=["one/b"]) == {"one": 2}
    assert (one.moved, other.moved) == ([None, ["one/b"]], [None])
