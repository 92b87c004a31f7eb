"""Guidance: whom a text is for, lessons, and counting what is read."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.actors import SYSTEM, Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.markdown import as_html
from ioc.management.actions import guidance as actions
from ioc.management.actions.guidance import GuideFields
from ioc.management.models import Area, Guide, GuideCount, GuideReading, Role
from ioc.management.queries import guidance, loading, people
from ioc.management.rules.guidance import Question, kept, parse_questions, typed, wrong_answers
from ioc.notices.models import Notice
from tests.factories import SmallProvince


def _fields(**given: Any) -> GuideFields:
    plain: dict[str, Any] = {
        "kind": "announcement", "readers": "citizens", "title": "Cúp nước", "title_en": "", "body": "Từ **8 giờ**",
        "body_en": "", "is_pinned": False, "valid_from": local_date(now()), "valid_to": None,
    }  # fmt: skip
    return GuideFields(**{**plain, **given})


def _written(**given: Any) -> Guide:
    return actions.save_guide(fields=_fields(**given), actor=SYSTEM, at=now())


def _actor(small: SmallProvince, login: str) -> Actor:
    return people.actor_for(small.people[login].pk, day=local_date(now()))


def test_questions_are_read_line_by_line() -> None:
    text = "Hạn tiếp nhận?\n+ 4 giờ\n- 4 ngày\n\nAi duyệt?\n- Cán bộ\n+ Lãnh đạo"
    questions = parse_questions(text)
    assert [(one.text, one.right) for one in questions] == [("Hạn tiếp nhận?", 0), ("Ai duyệt?", 1)]
    assert typed(kept(questions)) == text


@pytest.mark.parametrize("text", ["+ không có câu hỏi", "Một?\n+ a", "Hai?\n- a\n- b", "Ba?\n+ a\n+ b"])
def test_questions_that_make_no_sense_are_told(text: str) -> None:
    with pytest.raises(Invalid) as wrong:
        parse_questions(text)
    assert "questions" in wrong.value.fields


@given(st.lists(st.integers(0, 2), max_size=5), st.lists(st.one_of(st.none(), st.integers(0, 2)), max_size=5))
def test_only_the_right_answer_counts(right: list[int], answers: list[int | None]) -> None:
    questions = kept([Question("?", ("a", "b", "c"), one) for one in right])
    wrong = wrong_answers(questions, answers[: len(right)])
    assert all((number < len(answers) and answers[number] == right[number]) != (number in wrong)
               for number in range(len(right)))  # fmt: skip


def test_markdown_runs_nothing() -> None:
    shown = as_html("<script>alert(1)</script> [x](javascript:alert(1)) **đậm**")
    assert "<script" not in shown
    assert "href" not in shown
    assert "<strong>đậm</strong>" in shown


@pytest.mark.django_db
def test_citizens_see_the_province_and_their_commune(small: SmallProvince, client: Client) -> None:
    communes = loading.current().communes_on(local_date(now()))
    here, there = communes[0], communes[1]
    everywhere = _written()
    local = _written(title="Họp tổ dân phố", areas=[Area.objects.get(pk=here.id)])
    _written(title="Đã qua", valid_from=local_date(now()) - timedelta(days=9), valid_to=local_date(now()))
    _written(title="Nội bộ", readers="staff")
    assert [one.guide for one in guidance.for_citizens(area_id=None, at=now())] == [everywhere]
    assert {one.guide for one in guidance.for_citizens(area_id=here.id, at=now())} == {everywhere, local}
    assert [one.guide for one in guidance.for_citizens(area_id=there.id, at=now())] == [everywhere]
    page = client.get(f"/guidance/?commune={here.id}").content.decode()
    assert "Họp tổ dân phố" in page
    assert "Nội bộ" not in page


@pytest.mark.django_db
def test_opening_counts_once_a_day_for_each_browser_by_commune(small: SmallProvince, client: Client) -> None:
    guide = _written()
    commune = loading.current().communes_on(local_date(now()))[0]
    client.get(f"/guidance/?commune={commune.id}")
    for _time in range(3):
        assert client.get(f"/guidance/{guide.pk}/").status_code == 200
    for _time in range(2):
        Client().get(f"/guidance/{guide.pk}/")
    assert dict(GuideCount.objects.values_list("area_id", "count")) == {commune.id: 1, None: 2}
    managed = guidance.managed(guide_id=guide.pk, actor=_actor_with(small), at=now())
    assert managed.readers == 3


def _actor_with(_small: SmallProvince) -> Actor:
    return SYSTEM


@pytest.mark.django_db
def test_staff_see_what_is_for_their_role(small: SmallProvince) -> None:
    officers = [Role.objects.get(code="officer")]
    guide = _written(readers="staff", roles=officers)
    assert [one.guide for one in guidance.for_staff(actor=_actor(small, "officer"), at=now())] == [guide]
    assert guidance.for_staff(actor=_actor(small, "leader"), at=now()) == []
    with pytest.raises(NotFound):
        guidance.staff_page(guide_id=guide.pk, actor=_actor(small, "leader"), at=now())
    assert actions.tell(guide_id=guide.pk, actor=SYSTEM, at=now()) == 2
    assert Notice.objects.filter(person=small.people["officer"]).exists()
    with pytest.raises(Conflict):
        actions.tell(guide_id=guide.pk, actor=SYSTEM, at=now())


@pytest.mark.django_db
def test_a_lesson_is_done_when_all_answers_are_right(small: SmallProvince, client: Client) -> None:
    questions = parse_questions("Hạn?\n+ 4 giờ\n- 4 ngày")
    guide = _written(readers="staff", kind="lesson", questions=questions)
    client.force_login(small.people["officer"])
    assert client.get(f"/reading/{guide.pk}/").status_code == 200
    wrong = client.post(f"/reading/{guide.pk}/", {"answer-0": "1"})
    assert wrong.status_code == 422
    assert GuideReading.objects.get().passed_at is None
    assert client.post(f"/reading/{guide.pk}/", {"answer-0": "0"}).status_code == 302
    passed_at = GuideReading.objects.get().passed_at
    client.post(f"/reading/{guide.pk}/", {"answer-0": "0"})
    assert GuideReading.objects.get().passed_at == passed_at is not None


@pytest.mark.django_db
def test_only_who_may_writes_and_what_was_read_stays(small: SmallProvince) -> None:
    for login in ("officer", "leader", "operator"):
        with pytest.raises(Forbidden):
            actions.save_guide(fields=_fields(), actor=_actor(small, login), at=now())
    guide = _written()
    actions.count_reading(guide_id=guide.pk, area_id=None, day=local_date(now()))
    with pytest.raises(Conflict):
        actions.remove_guide(guide_id=guide.pk, actor=SYSTEM, at=now())
    other = _written()
    actions.remove_guide(guide_id=other.pk, actor=SYSTEM, at=now())
    assert not Guide.objects.filter(pk=other.pk).exists()


@pytest.mark.django_db
def test_a_wrong_form_says_so_beside_the_field() -> None:
    with pytest.raises(Invalid) as wrong:
        _written(valid_to=local_date(now()))
    assert "valid_to" in wrong.value.fields
    with pytest.raises(Invalid) as misplaced:
        _written(questions=parse_questions("?\n+ a\n- b"))
    assert "questions" in misplaced.value.fields
