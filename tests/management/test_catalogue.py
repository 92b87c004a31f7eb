"""Catalogues: order, icons, conditional questions, ready answers, fields of work, versions, use, and holidays."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.clock import now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.management.actions import catalogue
from ioc.management.actions.records import delete_record, save_record
from ioc.management.forms.catalogue import ICONS
from ioc.management.models import AuditEntry, CalendarDay, Category, Colour, FieldOfWork, Reason, RoutingRule
from ioc.management.queries import holidays, loading
from ioc.management.queries.usage import uses_of
from ioc.management.queries.versions import differences, versions_of
from ioc.management.rules.answers import FIELDS, MISSING, fill, flaws
from ioc.onscene.actions import Filing, file_report
from ioc.onscene.models import Report
from ioc.onscene.queries.cards import card
from ioc.onscene.queries.ready_answers import all_ready_answers, ready_answers
from ioc.onscene.rules.filing import Asked, Contact, check_filing
from tests.factories import MONDAY_9AM, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, small: SmallProvince) -> Client:
    client.force_login(small.people["administrator"])
    return client


def test_every_offered_icon_is_in_the_sprite():
    names = set(Path("web/icons.txt").read_text(encoding="utf-8").split())
    assert set(ICONS) <= names
    assert len(ICONS) == len(set(ICONS))


def test_categories_move_among_their_brothers(admin, small):
    waste = Category.objects.get(code="waste")
    for number, code in enumerate(("b", "c"), start=1):
        save("category", code=code, name=code, name_en=code, parent=waste.parent, position=number, valid_from=SINCE)
    order = lambda: list(  # noqa: E731
        Category.objects.filter(parent=waste.parent).order_by("position", "id").values_list("code", flat=True)
    )
    assert order() == ["waste", "b", "c"]
    admin.post(f"/manage/categories/{waste.pk}/move/", {"way": "down"})
    assert order() == ["b", "waste", "c"]
    admin.post(f"/manage/categories/{waste.pk}/move/", {"way": "down"})
    admin.post(f"/manage/categories/{waste.pk}/move/", {"way": "down"})
    assert order() == ["b", "c", "waste"]
    entry = AuditEntry.objects.filter(record_kind="category", record_id=str(waste.pk)).latest("at")
    assert entry.after == {"position": 2}
    assert "aria-label" in admin.get("/manage/categories/").content.decode()
    with pytest.raises(Forbidden):
        catalogue.move_category(category_id=waste.pk, step=1, actor=small.actor("operator"), at=now())
    with pytest.raises(NotFound):
        catalogue.move_category(category_id=0, step=1, actor=small.actor("administrator"), at=now())


def test_a_category_takes_an_icon_and_a_colour_and_keeps_an_own_one(admin, small):
    waste = Category.objects.get(code="waste")
    Category.objects.filter(pk=waste.pk).update(icon="recycle")
    form = admin.get(f"/manage/categories/{waste.pk}/").context["form"]
    fields = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    fields["keywords"] = "rác"
    answer = admin.post(f"/manage/categories/{waste.pk}/", fields | {"icon": "leaf", "colour": "green"})
    assert answer.status_code == 302, answer.context["form"].errors
    waste.refresh_from_db()
    assert (waste.icon, waste.colour) == ("leaf", "green")
    assert admin.post(f"/manage/categories/{waste.pk}/", fields | {"icon": "no-such"}).status_code == 422
    assert loading.current().category("waste").colour == "green"
    assert {f"tone-{value}" for value in Colour.values} <= set(
        Path("web/src/style.css").read_text(encoding="utf-8").replace(".", " ").split()
    )


def question(waste: Category, code: str, **more):
    fields = {"text": code, "datatype": "string", "position": 0} | more
    return save("category_question", category=waste, code=code, **fields)


def test_a_question_depends_on_an_answer_before_it(admin, small):
    waste = Category.objects.get(code="waste")
    choices = [{"key": "big", "name": "Lớn"}, {"key": "small", "name": "Nhỏ"}]
    question(waste, "size", datatype="singlevaluelist", values=choices, required=True)
    given = {"category": waste.pk, "code": "truck", "text": "Xe nào?", "datatype": "string", "position": 1,
             "required": "on"}  # fmt: skip
    for condition, wrong in (
        ({"asked_after": "nothing", "asked_if": "big"}, "asked_after"),
        ({"asked_after": "size", "asked_if": "huge"}, "asked_if"),
        ({"asked_after": "size", "asked_if": "big", "position": 0}, "asked_after"),
        ({"asked_if": "big"}, "asked_after"),
    ):
        answer = admin.post("/manage/questions/add/", given | condition)
        assert wrong in answer.context["form"].errors, condition
    assert admin.post("/manage/questions/add/", given | {"asked_after": "size", "asked_if": "big"}).status_code == 302
    assert "data-asked-after" in admin.get(f"/manage/categories/{waste.pk}/").content.decode()
    assert "data-asked-after" in admin.get("/citizen/report/questions/?category=waste").content.decode()

    def filed(**answers: str):
        return file_report(
            filing=Filing(text="Rác tồn đọng nhiều ngày ở ngõ", category="waste", area_code="07210",
                          phone="0912345678", answers=answers),
            at=MONDAY_9AM,
        )  # fmt: skip

    with pytest.raises(Invalid) as wrong_answer:
        filed(size="big")
    assert set(wrong_answer.value.fields) == {"answer_truck"}
    assert Report.objects.get(id=filed(size="small").id).answers == {"size": "small"}
    assert Report.objects.get(id=filed(size="small", truck="x").id).answers == {"size": "small"}
    assert Report.objects.get(id=filed(size="big", truck="x").id).answers == {"size": "big", "truck": "x"}


def test_a_question_whose_own_condition_was_not_asked_is_not_missed():
    chain = [
        Asked("size", "", required=True, keys=frozenset({"big", "small"})),
        Asked("access", "", required=False, keys=frozenset({"road"}), asked_after="size", asked_if="big"),
        Asked("truck", "", required=True, asked_after="access", asked_if="road"),
    ]
    stale = {"size": "small", "access": "road"}
    check_filing(text="Rác tồn đọng nhiều ngày", place_text="", contact=Contact("", "", ""), needs_contact=False,
                 files=0, answers=stale, questions=chain)  # fmt: skip
    with pytest.raises(Invalid):
        check_filing(text="Rác tồn đọng nhiều ngày", place_text="", contact=Contact("", "", ""), needs_contact=False,
                     files=0, answers=stale | {"size": "big"}, questions=chain)  # fmt: skip


@given(st.text(alphabet="ab{} \n", max_size=20), st.sampled_from(sorted(FIELDS)))
def test_a_known_field_is_never_a_flaw(text, field):
    clean = text.replace("{", "").replace("}", "")
    assert flaws(f"{clean}{{{{ {field} }}}}{clean}") == []
    assert fill(f"{clean}{{{{{field}}}}}", {field: "X"}) == f"{clean}X"


def test_flaws_are_told_with_their_place():
    found = flaws("Chào bạn,\nviệc {{agncy}} xong {{due}} và {{ mở")
    assert [(one.line, one.column, one.found) for one in found] == [(2, 6, "{{agncy}}"), (2, 32, "{{")]
    assert fill("{{agency}} {{due}}", {"agency": "A"}) == f"A {MISSING}"


def test_ready_answers_are_checked_previewed_and_offered(admin, small, client):
    given = {"name": "Hỏi chỗ", "purpose": "ask", "text": "Việc {{code}} ở {{plce}}?", "valid_from": "2024-01-01",
             "position": 0}  # fmt: skip
    wrong = admin.post("/manage/answers/add/", given)
    assert "Dòng 1" in str(wrong.context["form"].errors["text"]) or "Line 1" in str(
        wrong.context["form"].errors["text"]
    )
    assert admin.post("/manage/answers/add/", given | {"text": "Việc {{code}} ở {{place}}?"}).status_code == 302
    waste, officials = Category.objects.get(code="waste"), Category.objects.get(code="officials")
    save("answer_template", name="Rác", purpose="ask", category=waste.parent, text="Rác {{category}} {{agency}}",
         text_en="Waste {{category}}", valid_from=SINCE)  # fmt: skip
    save("answer_template", name="Cán bộ", purpose="ask", category=officials, text="x", valid_from=SINCE)
    save("answer_template", name="Cũ", purpose="ask", text="x", valid_from=SINCE, valid_to=date(2024, 1, 1))
    preview = admin.post("/manage/answers/preview/", {"text": "{{agency}} {{x}}", "text_en": ""})
    assert "UBND phường Ngô Quyền" in preview.content.decode()
    report = Report.objects.get(id=small.file(place_text="ngõ 5").id)
    groups = ready_answers(card(report, at=MONDAY_9AM), "ask", place=report.place_text)
    assert [(one.language, [ready.name for ready in one.answers]) for one in groups] == [
        ("vi", ["Rác", "Hỏi chỗ"]), ("en", ["Rác"]),
    ]  # fmt: skip
    assert groups[0].answers[0].text == f"Rác Rác thải {MISSING}"
    assert groups[0].answers[1].text == f"Việc {report.code} ở ngõ 5?"
    assert groups[1].answers[0].text == "Waste Waste"
    assert all_ready_answers(card(report, at=MONDAY_9AM))["publish"] == []
    client.force_login(small.people["operator"])
    assert f"Việc {report.code} ở ngõ 5?" in client.get(f"/desk/{report.pk}/").content.decode()


def test_fields_of_work_name_agencies_and_leaders(admin, small):
    fields = {"name": "Môi trường", "name_en": "Environment", "code": "env", "position": 1,
              "organizations": [small.organizations["west"].pk], "leaders": [small.people["leader"].pk],
              "valid_from": "2024-01-01"}  # fmt: skip
    assert admin.post("/manage/fields-of-work/add/", fields).status_code == 302
    made = FieldOfWork.objects.get()
    assert list(made.organizations.all()) == [small.organizations["west"]]
    assert list(made.leaders.all()) == [small.people["leader"]]
    not_leading = admin.post(
        "/manage/fields-of-work/add/", fields | {"code": "e2", "leaders": [small.people["officer"].pk]}
    )
    assert "leaders" in not_leading.context["form"].errors
    with pytest.raises(Invalid):
        delete_record(kind="organization", record_id=small.organizations["west"].pk,
                      actor=small.actor("administrator"), at=now())  # fmt: skip


def test_every_change_makes_a_version_to_compare_and_restore(admin, small):
    reason = Reason.objects.get(code="not-clear")
    actor = small.actor("administrator")
    original = reason.name
    save_record(
        kind="reason", record_id=reason.pk, fields={"name": "Tên hai", "legal_basis": "A"}, actor=actor, at=now()
    )
    third = {"name": "Tên ba", "valid_to": date(2030, 1, 1)}
    save_record(kind="reason", record_id=reason.pk, fields=third, actor=actor, at=now())
    found = versions_of(kind="reason", record_id=reason.pk, actor=actor)
    assert [one.number for one in found] == [1, 2, 3]
    assert found[1].changed == ["legal_basis", "name"]
    told = {one.field: (one.before, one.after) for one in differences(kind="reason", before=found[0], after=found[2])}
    assert told["name"] == (original, "Tên ba")
    assert told["valid_to"] == ("", "2030-01-01")
    page = admin.get(f"/manage/reasons/{reason.pk}/versions/?left=1&right=3").content.decode()
    assert "Tên ba" in page
    admin.post(f"/manage/reasons/{reason.pk}/restore/", {"number": "1"})
    reason.refresh_from_db()
    assert (reason.name, reason.legal_basis, reason.valid_to) == (original, "", None)
    again = versions_of(kind="reason", record_id=reason.pk, actor=actor)
    assert [one.number for one in again] == [1, 2, 3, 4]
    assert again[3].reason
    for number in ("9", "x", ""):
        assert admin.post(f"/manage/reasons/{reason.pk}/restore/", {"number": number}).status_code == 404
    assert admin.get(f"/manage/agencies/{small.organizations['west'].pk}/versions/").status_code == 404


def test_lists_and_relations_come_back_too(small):
    rule = RoutingRule.objects.get()
    actor = small.actor("administrator")
    company, east = small.organizations["waste-company"], small.organizations["east"]
    waste = Category.objects.get(code="waste")
    save_record(kind="routing_rule", record_id=rule.pk, actor=actor, at=now(),
                fields={"cooperating": [east], "category": waste, "lead": east, "lead_level": ""})  # fmt: skip
    found = versions_of(kind="routing_rule", record_id=rule.pk, actor=actor)
    told = {
        one.field: (one.before, one.after) for one in differences(kind="routing_rule", before=found[0], after=found[1])
    }
    assert told["cooperating"] == (company.name, east.name)
    assert told["category"] == ("", waste.name)
    catalogue.restore_version(kind="routing_rule", record_id=rule.pk, number=1, actor=actor, at=now())
    rule.refresh_from_db()
    assert (rule.category, rule.lead, rule.lead_level) == (None, None, "commune")
    assert list(rule.cooperating.all()) == [company]


def test_a_version_comes_back_without_what_is_gone(small):
    actor = small.actor("administrator")
    gone = save("organization", code="gone", name="Ban tạm", short_name="Ban tạm", kind="center", valid_from=SINCE)
    west = small.organizations["west"]
    field = save("field_of_work", code="roads", name="Giao thông", name_en="Roads", valid_from=SINCE,
                 organizations=[gone, west])  # fmt: skip
    save_record(kind="field_of_work", record_id=field.pk, fields={"organizations": []}, actor=actor, at=now())
    delete_record(kind="organization", record_id=gone.pk, actor=actor, at=now())
    catalogue.restore_version(kind="field_of_work", record_id=field.pk, number=1, actor=actor, at=now())
    connection.check_constraints()
    assert list(field.organizations.all()) == [west]


def test_what_is_used_says_where_and_does_not_vanish(admin, small):
    small.file()
    waste = Category.objects.get(code="waste")
    save("routing_rule", category=waste, lead=small.organizations["east"], valid_from=SINCE)
    uses = {str(one.name): one.count for one in uses_of(kind="category", record_id=waste.pk,
                                                        actor=small.actor("administrator"))}  # fmt: skip
    assert sorted(uses.values()) == [1, 1]
    page = admin.get(f"/manage/categories/{waste.pk}/").content.decode()
    assert f"manage/categories/{waste.pk}/remove" not in page
    admin.post(f"/manage/categories/{waste.pk}/remove/")
    assert Category.objects.filter(pk=waste.pk).exists()


def test_the_law_gives_a_year_of_days(small):
    found = holidays.special_days(2026)
    assert found[date(2026, 9, 2)][0] == "holiday"
    assert found[date(2026, 2, 17)][0] == "holiday"  # Lunar New Year
    assert {kind for kind, _name in found.values()} <= {"holiday", "day_off", "compensatory"}


def test_days_are_proposed_held_against_the_calendar_and_taken_once(admin, small):
    actor = small.actor("administrator")
    CalendarDay.objects.filter(day=date(2027, 9, 2)).update(kind="compensatory", name="Nhầm")
    found = {one.day: one for one in holidays.proposal(year=2027, source="law", actor=actor)}
    assert found[date(2027, 9, 2)].clash
    assert not found[date(2027, 1, 1)].known
    copied = {one.day: one for one in holidays.proposal(year=2030, source="copy", actor=actor)}
    assert copied == {}
    save("calendar_day", day=date(2029, 2, 13), kind="holiday", name="Tết")
    save("calendar_day", day=date(2029, 4, 30), kind="holiday", name="Giải phóng")
    copied = {one.day: one for one in holidays.proposal(year=2030, source="copy", actor=actor)}
    assert copied[date(2030, 2, 13)].clash
    assert not copied[date(2030, 4, 30)].clash
    page = admin.get("/manage/calendar/proposal/?year=2027")
    assert page.context["fresh"] > 5
    sent = {"day": ["2027-01-01"], "kind-2027-01-01": "holiday", "name-2027-01-01": "Tết Dương lịch",
            "legal_basis": "QĐ 1", "form_key": "one"}  # fmt: skip
    for _ in range(2):
        admin.post("/manage/calendar/proposal/?year=2027", sent)
    assert CalendarDay.objects.get(day=date(2027, 1, 1)).legal_basis == "QĐ 1"
    with pytest.raises(Conflict):
        catalogue.accept_days(days=[catalogue.DayGiven(date(2027, 1, 1), "holiday", "x")], legal_basis="", actor=actor,
                              at=now())  # fmt: skip
    for spoilt in ({}, {"day": "x"}, {"day": "2027-05-05", "kind-2027-05-05": "party", "name-2027-05-05": "x"}):
        assert admin.post("/manage/calendar/proposal/?year=2027", spoilt).status_code == 302
    assert not CalendarDay.objects.filter(day=date(2027, 5, 5)).exists()
