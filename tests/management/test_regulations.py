"""Regulations: their articles, versions, and who has read them."""

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.actors import PUBLIC, SYSTEM, Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.management.actions import regulations as actions
from ioc.management.actions.records import save_record
from ioc.management.actions.regulations import DraftFields
from ioc.management.models import Acknowledgement, DeadlineRule, Regulation, RegulationVersion, Role
from ioc.management.queries import loading, people, regulations
from ioc.management.rules.regulations import Changed, changes, parts_of
from ioc.notices.models import Notice
from tests.factories import SmallProvince

TEXT = """ỦY BAN NHÂN DÂN TỈNH
Chương I. QUY ĐỊNH CHUNG
Điều 1. Phạm vi
Quy chế này quy định việc vận hành.
Điều 2 của Luật này không phải là tiêu đề.
Điều 2. Thời hạn
1. Tiếp nhận trong 4 giờ.
Chương II
TỔ CHỨC THỰC HIỆN
Điều 3. Hiệu lực
Từ ngày ký."""


def test_articles_are_found_and_nothing_is_lost() -> None:
    parts = parts_of(TEXT)
    assert [(part.anchor, part.level) for part in parts] == [
        ("mo-dau", 0), ("chuong-i", 2), ("dieu-1", 4), ("dieu-2", 4), ("chuong-ii", 2), ("dieu-3", 4)
    ]  # fmt: skip
    assert parts[2].heading == "Phạm vi"
    assert "Điều 2 của Luật này" in parts[2].text
    assert parts[4].text == "TỔ CHỨC THỰC HIỆN"


@given(st.text(max_size=400))
def test_any_text_can_be_cut(text: str) -> None:
    anchors = [part.anchor for part in parts_of(text)]
    assert len(anchors) == len(set(anchors))


def test_what_changed_is_told_by_article() -> None:
    after = TEXT.replace("4 giờ", "2 giờ").replace("Điều 3. Hiệu lực\nTừ ngày ký.", "Điều 4. Mới\nx")
    assert changes(TEXT, after) == {
        "dieu-2": Changed.REWORDED, "dieu-3": Changed.REMOVED, "dieu-4": Changed.ADDED
    }  # fmt: skip
    assert changes(TEXT, TEXT.replace("Quy chế này ", "Quy chế này\n")) == {}


def _regulation(*, is_public: bool = False, readers: tuple[str, ...] = ()) -> Regulation:
    roles = list(Role.objects.filter(code__in=readers))
    made: Regulation = save_record(
        kind="regulation", actor=SYSTEM, at=now(),
        fields={"code": "12/2023/QĐ-UBND", "title": "Quy chế vận hành", "is_public": is_public, "readers": roles},
    )  # fmt: skip
    return made


def _published(regulation: Regulation, text: str = TEXT, days: int = -1) -> RegulationVersion:
    begins = local_date(now()) + timedelta(days=days)
    fields = DraftFields(text=text, valid_from=begins)
    version = actions.write_draft(regulation_id=regulation.pk, fields=fields, actor=SYSTEM, at=now())
    actions.publish(regulation_id=regulation.pk, actor=SYSTEM, at=now())
    return version


def _actor(small: SmallProvince, login: str) -> Actor:
    return people.actor_for(small.people[login].pk, day=local_date(now()))


@pytest.mark.django_db
def test_a_new_version_ends_the_one_before(small: SmallProvince) -> None:
    regulation = _regulation()
    first = _published(regulation, days=-10)
    second = _published(regulation, TEXT.replace("4 giờ", "2 giờ"), days=-2)
    first.refresh_from_db()
    assert first.valid_to == second.valid_from
    found = regulations.shown(regulation_id=regulation.pk, number=None, actor=_actor(small, "officer"), at=now())
    assert found.version == second
    assert {part.anchor: change for part, change in found.parts if change} == {"dieu-2": Changed.REWORDED}
    old = regulations.shown(regulation_id=regulation.pk, number=1, actor=_actor(small, "officer"), at=now())
    assert not old.is_in_force


@pytest.mark.django_db
def test_a_draft_binds_nobody_and_must_come_later(small: SmallProvince) -> None:
    regulation = _regulation()
    _published(regulation, days=-2)
    early = DraftFields(text=TEXT, valid_from=date(2020, 1, 1))
    with pytest.raises(Invalid) as wrong:
        actions.write_draft(regulation_id=regulation.pk, fields=early, actor=SYSTEM, at=now())
    assert "valid_from" in wrong.value.fields
    none = DraftFields(text="không có điều nào", valid_from=date(2099, 1, 1))
    with pytest.raises(Invalid):
        actions.write_draft(regulation_id=regulation.pk, fields=none, actor=SYSTEM, at=now())
    coming = DraftFields(text=TEXT, valid_from=date(2099, 1, 1))
    draft = actions.write_draft(regulation_id=regulation.pk, fields=coming, actor=SYSTEM, at=now())
    with pytest.raises(NotFound):
        regulations.shown(regulation_id=regulation.pk, number=draft.number, actor=_actor(small, "head"), at=now())
    actions.discard_draft(regulation_id=regulation.pk, actor=SYSTEM, at=now())
    assert regulation.versions.count() == 1


@pytest.mark.django_db
def test_only_the_named_roles_owe_it_and_each_says_it_once(small: SmallProvince) -> None:
    regulation = _regulation(readers=("officer",))
    version = _published(regulation)
    officer, leader = _actor(small, "officer"), _actor(small, "leader")
    assert [line.must_read for line in regulations.readable(actor=officer, at=now())] == [True]
    assert [line.must_read for line in regulations.readable(actor=leader, at=now())] == [False]
    assert Notice.objects.filter(person_id=officer.person_id).exists()
    assert not Notice.objects.filter(person_id=leader.person_id).exists()
    for _time in range(2):
        actions.acknowledge(version_id=version.pk, actor=officer, at=now())
    assert Acknowledgement.objects.count() == 1
    managed = regulations.managed(regulation_id=regulation.pk, actor=_actor(small, "administrator"), at=now())
    assert (managed.read, managed.people) == (1, 2)
    assert [len(agency.missing) for agency in managed.agencies] == [1, 0]


@pytest.mark.django_db
def test_reminding_reaches_those_who_have_not_and_not_twice(small: SmallProvince) -> None:
    regulation = _regulation(readers=("officer",))
    version = _published(regulation)
    actions.acknowledge(version_id=version.pk, actor=_actor(small, "officer"), at=now())
    assert actions.remind(regulation_id=regulation.pk, actor=SYSTEM, at=now()) == 1
    with pytest.raises(Conflict):
        actions.remind(regulation_id=regulation.pk, actor=SYSTEM, at=now())


@pytest.mark.django_db
def test_what_is_not_public_stays_in_the_house(small: SmallProvince, client: Client) -> None:
    regulation = _regulation()
    _published(regulation)
    assert client.get(f"/regulations/{regulation.pk}/").status_code == 404
    assert regulations.readable(actor=PUBLIC, at=now()) == []
    with pytest.raises(Forbidden):
        actions.acknowledge(version_id=regulation.versions.get().pk, actor=PUBLIC, at=now())
    Regulation.objects.update(is_public=True)
    page = client.get(f"/regulations/{regulation.pk}/").content.decode()
    assert 'id="dieu-2"' in page


@pytest.mark.django_db
def test_who_may_not_manage_writes_nothing(small: SmallProvince) -> None:
    regulation = _regulation()
    fields = DraftFields(text=TEXT, valid_from=local_date(now()))
    for login in ("officer", "operator", "leader"):
        with pytest.raises(Forbidden):
            actions.write_draft(regulation_id=regulation.pk, fields=fields, actor=_actor(small, login), at=now())


@pytest.mark.django_db
def test_a_deadline_points_to_its_article(small: SmallProvince, client: Client) -> None:
    regulation = _regulation(is_public=True)
    _published(regulation)
    assert (f"{regulation.pk}/dieu-2", "12/2023/QĐ-UBND, Điều 2. Thời hạn") in regulations.article_choices(at=now())
    rule = DeadlineRule.objects.first()
    assert rule is not None
    save_record(
        kind="deadline_rule", record_id=rule.pk, actor=SYSTEM, at=now(), fields={"article": f"{regulation.pk}/dieu-2"}
    )
    loading.drop()
    assert loading.current().term(rule.pk).article_address == f"/regulations/{regulation.pk}/#dieu-2"
    client.force_login(small.people["administrator"])
    assert f"/regulations/{regulation.pk}/#dieu-2" in client.get("/manage/deadlines/").content.decode()
