"""A request about the own data goes from asking to the end; figures and the audit log stay."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from ioc.kernel import personal_data
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.personal_data import Correction
from ioc.kernel.sealing import unseal
from ioc.management.actions import data_requests as requests
from ioc.management.actions.audit_chain import lengthen
from ioc.management.actions.data_requests import Asking
from ioc.management.models import AuditEntry, ConsentText, DataRequest
from ioc.management.queries.audit_chain import verify
from ioc.management.rules.data_requests import NotNow, NotVerified
from ioc.notices.models import Notice
from ioc.onscene import actions
from ioc.onscene.actions.personal_data import MatterOpen
from ioc.onscene.models import Report, Reporter
from tests.factories import MONDAY_9AM, SmallProvince, save

pytestmark = pytest.mark.django_db

PHONE = "0912345678"
TUESDAY = MONDAY_9AM + timedelta(days=1)


@pytest.fixture
def report(small: SmallProvince) -> Report:
    """A report that names its reporter in the text, refused and so ended."""
    filed = small.file(text="Tôi là Nguyễn Văn An, gọi 0912345678: rác tồn ba ngày", name="Nguyễn Văn An", phone=PHONE)
    actions.refuse(report_id=filed.id, reason_code="not-clear", words="Chưa rõ vị trí", actor=small.actor("operator"),
                   at=MONDAY_9AM)  # fmt: skip
    return Report.objects.get(id=filed.id)


def entered(small: SmallProvince, kind: str, how: str = "CCCD tại quầy", **asked: Any) -> DataRequest:
    asking = Asking(kind=kind, phone="+84 912 345 678", **asked)
    return requests.enter_request(asking=asking, verified_how=how, actor=small.actor("administrator"), at=MONDAY_9AM)


def carried_out(small: SmallProvince, request: DataRequest) -> dict[str, int]:
    by: dict[str, Any] = {"request_id": request.pk, "actor": small.actor("administrator")}
    requests.accept(**by, at=TUESDAY)
    return dict(requests.carry_out(**by, at=TUESDAY))


def link_of(request: DataRequest) -> str:
    """The secret end of the link that was sent."""
    (notice,) = Notice.objects.filter(recipient=f"data-request:{request.pk}", link="/citizen/data/")
    return unseal(notice.secret_sealed)


def test_it_is_answered_within_two_working_days(small: SmallProvince, report: Report) -> None:
    request = entered(small, "access")
    assert request.answer_by == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    friday = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    asking = Asking(kind="access", email="other@example.vn")
    late = requests.enter_request(asking=asking, actor=small.actor("administrator"), at=friday)
    assert late.answer_by == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def test_nothing_happens_before_it_is_certain_who_asks(small: SmallProvince, report: Report) -> None:
    request = entered(small, "access", how="")
    by: dict[str, Any] = {"request_id": request.pk, "actor": small.actor("administrator"), "at": TUESDAY}
    with pytest.raises(NotVerified):
        requests.accept(**by)
    with pytest.raises(NotVerified):
        requests.copy_for_staff(form="html", **by)
    requests.confirm_by_token(token=link_of(request), at=TUESDAY)
    requests.accept(**by)
    request.refresh_from_db()
    assert (request.verified_how, request.state) == ("link", "accepted")


def test_the_copy_holds_what_was_given_and_each_look_is_logged(small: SmallProvince, report: Report) -> None:
    small.file(phone="0988888888", name="Trần Thị B")
    request = entered(small, "access")
    token = link_of(request)
    with pytest.raises(NotFound):
        requests.copy_for_person(token=token, form="html", at=TUESDAY)
    assert sum(carried_out(small, request).values()) == 1
    _, sections = requests.copy_for_person(token=token, form="html", at=TUESDAY)
    text = str([one.entries for one in sections])
    assert PHONE in text
    assert report.code in text
    assert "Nguyễn Văn An" in text
    assert "Trần Thị B" not in text
    assert AuditEntry.objects.filter(topic="data_request", verb="data_copy_taken", actor_kind="reporter").count() == 1
    with pytest.raises(NotFound):
        requests.copy_for_person(token=token, form="html", at=TUESDAY + timedelta(days=31))


def test_correcting_seals_the_new_data_and_finds_it_under_the_new_contact(small: SmallProvince, report: Report) -> None:
    request = entered(small, "correct", correction=Correction(name="Nguyễn Văn Ân", phone="0999 999 999"))
    carried_out(small, request)
    reporter = Reporter.objects.get(report=report)
    assert (unseal(reporter.name_sealed), unseal(reporter.phone_sealed)) == ("Nguyễn Văn Ân", "0999999999")
    assert report.events.filter(verb="data_corrected").exists()
    again = requests.enter_request(asking=Asking(kind="access", phone="0999999999"),
                                   actor=small.actor("administrator"), at=TUESDAY)  # fmt: skip
    assert len(personal_data.find(bytes(again.contact_digest))) == 1


def test_erasing_wipes_who_it_was_and_keeps_the_matter_and_the_log(small: SmallProvince, report: Report) -> None:
    request, before = entered(small, "erase"), Report.objects.count()
    entries = set(AuditEntry.objects.values_list("id", flat=True))
    carried_out(small, request)
    lengthen()
    reporter, report = Reporter.objects.get(report=report), Report.objects.get(id=report.id)
    assert not (reporter.name_sealed)
    assert not (reporter.phone_sealed)
    assert not (reporter.email_sealed)
    assert not (reporter.contact_digest)
    assert reporter.wiped_at == TUESDAY
    assert "Văn An" not in report.text
    assert PHONE not in report.text
    assert "rác tồn ba ngày" in report.text
    assert Report.objects.count() == before
    assert report.events.filter(verb="identity_wiped").exists()
    assert report.events.filter(verb="filed").exists()
    assert not Notice.objects.filter(recipient=f"reporter:{report.id}").exclude(address_sealed=b"").exists()
    request.refresh_from_db()
    assert not (request.contact_digest)
    assert not (request.phone_sealed)
    assert entries <= set(AuditEntry.objects.values_list("id", flat=True))
    assert verify().holds
    everything = json.dumps([*AuditEntry.objects.values(), *report.events.values()], default=str, ensure_ascii=False)
    assert PHONE not in everything
    assert "Nguyễn Văn An" not in everything


def test_an_open_matter_keeps_its_contact(small: SmallProvince, report: Report) -> None:
    small.file(phone=PHONE)
    request = entered(small, "erase")
    requests.accept(request_id=request.pk, actor=small.actor("administrator"), at=TUESDAY)
    with pytest.raises(MatterOpen):
        requests.carry_out(request_id=request.pk, actor=small.actor("administrator"), at=TUESDAY)
    assert not Reporter.objects.filter(wiped_at__isnull=False).exists()


def test_refusing_names_the_law(small: SmallProvince, report: Report) -> None:
    request = entered(small, "erase")
    by: dict[str, Any] = {"request_id": request.pk, "actor": small.actor("administrator"), "at": TUESDAY}
    with pytest.raises(Invalid) as wrong:
        requests.refuse(basis=" ", answer="", **by)
    assert set(wrong.value.fields) == {"basis", "answer"}
    requests.refuse(basis="Luật 91/2025/QH15", answer="Phản ánh đang là chứng cứ của vụ việc", **by)
    with pytest.raises(NotNow):
        requests.accept(**by)
    verbs = AuditEntry.objects.filter(record_kind="data_request").order_by("at", "id").values_list("verb", flat=True)
    assert list(verbs) == ["data_request_received", "data_request_refused"]


def test_only_who_may_answers(small: SmallProvince, report: Report) -> None:
    request = entered(small, "access")
    for login in ("operator", "operating-lead", "leader", "head"):
        with pytest.raises(Forbidden):
            requests.accept(request_id=request.pk, actor=small.actor(login), at=TUESDAY)


def test_a_citizen_asks_confirms_and_takes_the_copy(small: SmallProvince, report: Report, client: Client) -> None:
    page = client.get(f"/citizen/r/{report.token}/data/")
    assert page.status_code == 200
    assert client.post(f"/citizen/r/{report.token}/data/", {"kind": "correct", "form_key": "a"}).status_code == 422
    sent = client.post(f"/citizen/r/{report.token}/data/", {"kind": "access", "form_key": "b"})
    assert sent.status_code == 302
    (request,) = DataRequest.objects.all()
    with pytest.raises(Conflict):
        actions.ask_about_my_data(token=report.token, asking=Asking(kind="access"), at=now())
    token = link_of(request)
    assert b"confirm" in client.get(f"/citizen/data/{token}/").content
    client.post(f"/citizen/data/{token}/confirm/", {"form_key": "c"})
    carried_out(small, request)
    DataRequest.objects.filter(pk=request.pk).update(copy_until=now() + timedelta(days=1))
    answer = client.post(f"/citizen/data/{token}/copy/json/")
    assert json.loads(answer.content)["request"] == request.code
    assert report.code in client.post(f"/citizen/data/{token}/copy/html/").content.decode()
    assert client.get("/citizen/data/nothing/").status_code == 404


def test_staff_go_through_the_screens(small: SmallProvince, report: Report, client: Client) -> None:
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/manage/data-requests/add/", {"kind": "access", "form_key": "1"}).status_code == 422
    given = {"kind": "access", "phone": PHONE, "verified_how": "CCCD tại quầy", "form_key": "2"}
    made = client.post("/manage/data-requests/add/", given)
    page = made["Location"]
    assert report.code in client.get(page).content.decode()
    assert "Văn An" not in client.get(page).content.decode()
    assert (
        client.get("/manage/data-requests/").status_code == client.get("/manage/data-requests/?all").status_code == 200
    )
    client.post(f"{page}accept/", {"form_key": "3"})
    client.post(f"{page}carry-out/", {"form_key": "4"})
    assert DataRequest.objects.get().state == "done"
    assert "Nguyễn Văn An" in client.post(f"{page}copy/html/").content.decode()


def test_a_consent_text_that_counted_is_followed_never_changed(small: SmallProvince) -> None:
    text = save("consent_text", place="report", version=1, text="Tôi đồng ý", text_en="I agree", legal_basis="Luật",
                valid_from=MONDAY_9AM.date())  # fmt: skip
    text.text = "Khác"
    with pytest.raises(ValidationError):
        text.full_clean()
    text.refresh_from_db()
    text.legal_basis = "Luật 91/2025/QH15"
    text.full_clean()


def test_the_form_asks_for_consent_and_the_report_keeps_the_version(small: SmallProvince, client: Client) -> None:
    text = save("consent_text", place="report", version=3, text="Tôi đồng ý như thế", text_en="I agree", valid_from=
                MONDAY_9AM.date(), legal_basis="Luật")  # fmt: skip
    assert isinstance(text, ConsentText)
    page = client.get("/citizen/report/").content.decode()
    assert "Tôi đồng ý như thế" in page or "I agree" in page
    assert not re.search(r'name="consent"[^>]*checked', page)
    given = {"text": "Rác tồn đọng ba ngày ở đầu ngõ", "category": "waste", "latitude": "21.30", "phone": PHONE,
             "longitude": "106.15", "form_key": "x"}  # fmt: skip
    assert client.post("/citizen/report/", given).status_code == 422
    assert client.post("/citizen/report/", given | {"consent": str(text.pk + 1)}).status_code == 422
    assert client.post("/citizen/report/", given | {"consent": str(text.pk)}).status_code == 302
    assert Reporter.objects.get().consent_id == text.pk


def test_personal_data_of_nobody_is_nothing() -> None:
    assert personal_data.find(b"") == []
    assert personal_data.package(b"", actor=SYSTEM, at=MONDAY_9AM) == []


def test_erasing_also_takes_the_contact_out_of_earlier_requests(small: SmallProvince, report: Report) -> None:
    first = entered(small, "access", words="Tôi là An, 0912345678")
    carried_out(small, first)
    other = requests.enter_request(
        asking=Asking(kind="access", email="other@example.vn"), actor=small.actor("administrator"), at=MONDAY_9AM
    )
    carried_out(small, entered(small, "erase"))
    first.refresh_from_db()
    other.refresh_from_db()
    kept = (first.contact_digest, first.phone_sealed, first.email_sealed, first.correction_sealed)
    assert [bytes(one) for one in kept] == [b""] * 4
    assert (first.words, first.copy_until) == ("", None)
    assert bytes(other.contact_digest)


def test_how_staff_made_sure_is_not_kept_for_ever(small: SmallProvince, report: Report) -> None:
    request = entered(small, "access", how="")
    requests.verify(request_id=request.pk, how="Gọi lại số 0912345678", actor=small.actor("administrator"), at=TUESDAY)
    request.refresh_from_db()
    assert request.verified_how == "Gọi lại số 0912345678"
    assert not AuditEntry.objects.filter(after__icontains="0912345678").exists()


def test_a_copy_that_cannot_be_had_yet_is_refused_and_not_praised(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["administrator"])
    request = entered(small, "access", how="")
    answer = client.post(f"/manage/data-requests/{request.pk}/copy/html/", {"form_key": "1"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert client.post(f"/manage/data-requests/{request.pk + 1}/copy/html/", {"form_key": "2"}).status_code == 404
