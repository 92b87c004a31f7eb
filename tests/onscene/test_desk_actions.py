"""Every form of the desk: who may send it, what it does, where it leads."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from ioc.management.models import Category, CategoryQuestion
from ioc.management.queries import loading
from ioc.onscene import actions
from ioc.onscene.models import Assignment, Extension, Outcome, Report, ReportEvent
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db

STEPS = (
    "receive", "dispatch", "ask", "refuse", "join", "correct", "guide", "publish", "send-back", "extension/grant",
    "extension/deny", "identity",
)  # fmt: skip


@pytest.fixture
def operator(small, client):
    client.force_login(small.people["operator"])
    return client


def state(filed):
    return Report.objects.get(id=filed.id).state


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def handled(small, *, upto):
    filed = small.file(category="officials")
    operator, officer, head = (small.actor(login) for login in ("operator", "officer", "head"))
    actions.dispatch(report_id=filed.id, lead_id=small.organizations["west"].id, actor=operator, at=MONDAY_9AM)
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
    if upto == "approved":
        text = "Đã nhắc nhở cán bộ tại bộ phận một cửa."
        actions.submit_outcome(report_id=filed.id, text=text, actor=officer, at=MONDAY_9AM)
        actions.approve_outcome(report_id=filed.id, actor=head, at=MONDAY_9AM)
    elif upto == "extension":
        actions.ask_extension(report_id=filed.id, amount=2, reason="Mưa lớn", actor=officer, at=MONDAY_9AM)
    return filed


@pytest.mark.parametrize("step", STEPS)
def test_who_is_not_signed_in_is_sent_to_sign_in(client, small, step):
    filed = small.file()
    answer = client.post(f"/desk/{filed.id}/{step}/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    assert state(filed) == "filed"


@pytest.mark.parametrize("login", ["officer", "leader", "administrator"])
@pytest.mark.parametrize("step", STEPS)
def test_who_has_no_right_is_refused(client, small, login, step):
    filed = small.file()
    client.force_login(small.people[login])
    assert client.post(f"/desk/{filed.id}/{step}/").status_code == 403
    assert state(filed) == "filed"


@pytest.mark.parametrize("step", STEPS)
def test_looking_does_nothing(operator, small, step):
    filed = small.file()
    assert operator.get(f"/desk/{filed.id}/{step}/").status_code == 405


def test_receiving_stays_with_the_matter(operator, small):
    filed = small.file()
    answer = operator.post(f"/desk/{filed.id}/receive/?tab=urgent", {"version": 1})
    assert answer.url == f"/desk/{filed.id}/?tab=urgent"
    assert state(filed) == "received"


def test_dispatching_goes_on_to_the_next_matter(operator, small):
    first, second = small.file(), small.file(at=MONDAY_9AM + timedelta(minutes=1))
    lead, beside = small.organizations["west"].id, small.organizations["waste-company"].id
    form = {"version": 1, "lead": lead, "cooperating": [beside, lead], "note": " Làm sớm. "}
    answer = operator.post(f"/desk/{first.id}/dispatch/?tab=waiting", form)
    assert answer.url == f"/desk/{second.id}/?tab=waiting"
    assert state(first) == "dispatched"
    made = Assignment.objects.filter(report_id=first.id).order_by("-role")
    assert [(one.organization_id, one.role, one.note) for one in made] == [
        (lead, "lead", "Làm sớm."),
        (beside, "cooperating", "Làm sớm."),
    ]


def test_the_last_one_leads_back_to_the_queue(operator, small):
    filed = small.file()
    answer = operator.post(f"/desk/{filed.id}/dispatch/", {"lead": small.organizations["west"].id})
    assert answer.url == "/desk/"


@pytest.mark.parametrize("lead", ["", "x", "999999", "-1", "9" * 40])
def test_a_wrong_agency_is_said_and_changes_nothing(operator, small, lead):
    filed = small.file()
    answer = operator.post(f"/desk/{filed.id}/dispatch/", {"lead": lead})
    assert answer.url == f"/desk/{filed.id}/"
    assert said(answer)
    assert state(filed) == "filed"


def test_somebody_elses_change_is_noticed(operator, small):
    filed = small.file()
    actions.receive(report_id=filed.id, actor=small.actor("operating-lead"), at=MONDAY_9AM)
    form = {"version": 1, "lead": small.organizations["west"].id}
    answer = operator.post(f"/desk/{filed.id}/dispatch/", form)
    assert answer.url == f"/desk/{filed.id}/"
    assert state(filed) == "received"


def test_a_form_sent_twice_does_its_work_once(operator, small):
    filed = small.file()
    form = {"form_key": "a-key-of-one-form", "question": "Ở số nhà nào ạ?"}
    for _ in range(2):
        assert operator.post(f"/desk/{filed.id}/ask/", form).status_code == 302
    assert ReportEvent.objects.filter(report_id=filed.id, verb="asked").count() == 1


def test_asking_stops_the_clock(operator, small):
    filed = small.file()
    operator.post(f"/desk/{filed.id}/ask/", {"version": 1, "question": "Ở số nhà nào ạ?"})
    assert Report.objects.get(id=filed.id).paused_at is not None


def test_an_empty_question_is_not_asked(operator, small):
    filed = small.file()
    assert said(operator.post(f"/desk/{filed.id}/ask/", {"question": " "}))
    assert state(filed) == "filed"


def test_refusing_sends_the_edited_words(operator, small):
    filed = small.file()
    operator.post(f"/desk/{filed.id}/refuse/", {"reason": "not-clear", "words": "Xin gửi lại kèm ảnh."})
    event = ReportEvent.objects.get(report_id=filed.id, verb="refused")
    assert (state(filed), event.reason) == ("refused", "Xin gửi lại kèm ảnh.")


def test_refusing_without_words_sends_the_reasons_own(operator, small):
    filed = small.file()
    operator.post(f"/desk/{filed.id}/refuse/", {"reason": "not-clear", "words": ""})
    assert ReportEvent.objects.get(report_id=filed.id, verb="refused").reason in {
        "Nội dung chưa rõ.",
        "The content is not clear.",
    }


def test_joining_by_choice_and_by_code(operator, small):
    kept, by_choice, by_code = small.file(), small.file(), small.file()
    operator.post(f"/desk/{by_choice.id}/join/", {"other": str(kept.id)})
    number = kept.code.rsplit("-", 1)[1].lstrip("0")
    operator.post(f"/desk/{by_code.id}/join/", {"code": number, "other": str(by_choice.id)})
    assert set(Report.objects.filter(joined_to_id=kept.id).values_list("id", flat=True)) == {by_choice.id, by_code.id}
    assert Report.objects.get(id=kept.id).join_count == 3


@pytest.mark.parametrize("form", [{"code": "BG-9999-99999"}, {"other": "x"}, {}])
def test_joining_to_nothing_is_said(operator, small, form):
    filed = small.file()
    answer = operator.post(f"/desk/{filed.id}/join/", form)
    assert said(answer)
    assert state(filed) == "filed"


def test_correcting_changes_what_was_entered_only(operator, small):
    filed = small.file()
    form = {"version": 1, "title": "Rác đầu ngõ", "category": "officials", "urgency": "urgent", "kind": "on_scene",
            "commune": "", "latitude": "", "longitude": "", "place_text": "Đầu ngõ 12"}  # fmt: skip
    answer = operator.post(f"/desk/{filed.id}/correct/?tab=all", form)
    assert answer.url == f"/desk/{filed.id}/?tab=all"
    report = Report.objects.select_related("category", "area").get(id=filed.id)
    assert (report.title, report.category.code, report.urgency) == ("Rác đầu ngõ", "officials", "urgent")
    assert (report.place_text, report.latitude, report.area.code) == ("Đầu ngõ 12", 21.30, "07210")


def test_correcting_the_place_by_commune_or_by_point(operator, small):
    filed = small.file()
    operator.post(f"/desk/{filed.id}/correct/", {"commune": "07213"})
    assert Report.objects.get(id=filed.id).area.code == "07213"
    operator.post(f"/desk/{filed.id}/correct/", {"latitude": "21.31", "longitude": "106.12"})
    report = Report.objects.get(id=filed.id)
    assert (report.area.code, report.latitude) == ("07210", 21.31)


def test_a_point_that_was_not_moved_keeps_its_accuracy(operator, small):
    filed = small.file(accuracy_m=8)
    form = {"latitude": "21.300000", "longitude": "106.150000", "point": "21.300000,106.150000", "commune": ""}
    operator.post(f"/desk/{filed.id}/correct/", form)
    assert Report.objects.get(id=filed.id).accuracy_m == 8


@pytest.mark.parametrize(
    "form",
    [{"urgency": "very"}, {"kind": "gossip"}, {"latitude": "10", "longitude": "106"}, {"commune": "99999"}],
)
def test_a_wrong_correction_is_said(operator, small, form):
    filed = small.file()
    assert said(operator.post(f"/desk/{filed.id}/correct/", form))
    assert Report.objects.get(id=filed.id).version == 1


def test_an_overlong_title_is_cut(operator, small):
    filed = small.file()
    operator.post(f"/desk/{filed.id}/correct/", {"title": "x" * 500})
    assert Report.objects.get(id=filed.id).title == "x" * 160


def test_guiding_a_denunciation_to_its_legal_way(operator, small):
    filed = small.file()
    operator.post(f"/desk/{filed.id}/guide/", {"kind": "denunciation"})
    report = Report.objects.get(id=filed.id)
    assert (report.state, report.kind, report.published_at) == ("guided", "denunciation", None)


def test_guiding_needs_a_kind_with_a_way_of_its_own(operator, small):
    filed = small.file()
    assert said(operator.post(f"/desk/{filed.id}/guide/", {"kind": "on_scene"}))
    assert state(filed) == "filed"


def test_publishing_in_the_teams_words(operator, small):
    filed = handled(small, upto="approved")
    operator.post(f"/desk/{filed.id}/publish/", {"text": "Đã nhắc nhở.", "hidden": ["x"]})
    outcome = Outcome.objects.get(report_id=filed.id)
    assert (outcome.text, outcome.published_text) == ("Đã nhắc nhở cán bộ tại bộ phận một cửa.", "Đã nhắc nhở.")
    assert state(filed) == "closed"


def test_sending_a_result_back(operator, small):
    filed = handled(small, upto="approved")
    assert said(operator.post(f"/desk/{filed.id}/send-back/", {"reason": " "}))
    assert state(filed) == "approved"
    operator.post(f"/desk/{filed.id}/send-back/", {"reason": "Chưa nói rõ ai, khi nào."})
    assert state(filed) == "handling"


def test_granting_more_time(operator, small):
    filed = handled(small, upto="extension")
    before = Report.objects.get(id=filed.id).due_at
    operator.post(f"/desk/{filed.id}/extension/grant/")
    assert Report.objects.get(id=filed.id).due_at > before


def test_not_granting_more_time_needs_a_reason(operator, small):
    filed = handled(small, upto="extension")
    assert said(operator.post(f"/desk/{filed.id}/extension/deny/", {"reason": ""}))
    operator.post(f"/desk/{filed.id}/extension/deny/", {"reason": "Việc đơn giản."})
    assert Extension.objects.get(report_id=filed.id).state == "denied"


def test_entering_a_report_by_phone(operator, small):
    form = {"channel": "hotline", "text": "Cột điện nghiêng sau mưa, dây sà xuống đường", "category": "waste",
            "urgency": "urgent", "kind": "on_scene", "commune": "07213", "place_text": "Ngõ 5", "phone": "0912 345 678",
            "form_key": "entry-1"}  # fmt: skip
    answer = operator.post("/desk/new/", form)
    report = Report.objects.get()
    assert answer.url == f"/desk/{report.id}/"
    assert (report.channel, report.urgency, report.area.code) == ("hotline", "urgent", "07213")
    assert ReportEvent.objects.get(report=report).person_id == small.people["operator"].id
    operator.post("/desk/new/", form)
    assert Report.objects.count() == 1


def test_entering_without_a_contact_is_allowed_without_a_place_not(operator, small):
    form = {"text": "Cột điện nghiêng sau mưa, dây sà xuống đường", "category": "waste"}
    answer = operator.post("/desk/new/", form)
    assert answer.status_code == 422
    assert "place" in answer.context["errors"]
    assert operator.post("/desk/new/", form | {"commune": "07210", "channel": "x"}).status_code == 302
    assert Report.objects.get().channel == "desk"


def test_entering_keeps_what_was_typed_when_something_is_wrong(operator, small):
    answer = operator.post("/desk/new/", {"text": "Ngắn", "phone": "12", "category": "no", "commune": "07210"})
    assert answer.status_code == 422
    assert "Ngắn" in answer.content.decode()
    assert Report.objects.count() == 0


def test_the_categorys_questions_are_asked_and_kept(operator, small):
    CategoryQuestion.objects.create(
        category=Category.objects.get(code="waste"), code="size", datatype="singlevaluelist", text="Nhiều không?",
        required=True, values=[{"key": "big", "name": "Nhiều"}, {"key": "small", "name": "Ít"}],
    )  # fmt: skip
    loading.drop()
    assert "Nhiều không?" in operator.get("/desk/new/questions/?category=waste").content.decode()
    form = {"text": "Rác đầy đầu ngõ nhiều ngày nay", "category": "waste", "commune": "07210"}
    answer = operator.post("/desk/new/", form)
    assert (answer.status_code, "Nhiều không?" in answer.content.decode()) == (422, True)
    operator.post("/desk/new/", form | {"answer_size": "big"})
    assert Report.objects.get().answers == {"size": "big"}
