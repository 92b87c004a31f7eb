"""The register of processing and a person's copy as PDF; limits that nobody has checked yet say so."""

import unicodedata

import pypdfium2
import pytest
from django.test import Client
from django.utils import translation

from ioc.kernel.actors import SYSTEM
from ioc.kernel.sealing import unseal
from ioc.management.actions import data_requests as requests
from ioc.management.actions.data_requests import Asking
from ioc.management.models import AuditEntry, DataRequest, DataRequestTerm
from ioc.management.queries.letterheads import letterhead
from ioc.notices.models import Notice
from tests.factories import MONDAY_9AM, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db

REGISTER = "/manage/processing/export.pdf"
PHONE = "0912345678"


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pages:
        text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(unicodedata.normalize("NFC", text).replace("\u200b", "").split())


@pytest.fixture
def signed_in(small: SmallProvince, client: Client) -> Client:
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def records(small: SmallProvince) -> None:
    for purpose in ("Tiếp nhận và xử lý phản ánh hiện trường", '#panic("x") *Báo tin*'):
        save("processing_record", purpose=purpose, legal_basis="Luật 91/2025/QH15", persons="Người dân", data="Họ tên",
             recipients="Tổ vận hành", retention="Hai năm", measures="Niêm phong", responsible="IOC",
             valid_from=SINCE)  # fmt: skip


def asked(small: SmallProvince) -> DataRequest:
    made = requests.enter_request(asking=Asking(kind="access", phone=PHONE), verified_how="CCCD tại quầy",
                                  actor=small.actor("administrator"), at=MONDAY_9AM)  # fmt: skip
    requests.accept(request_id=made.pk, actor=small.actor("administrator"), at=MONDAY_9AM)
    return made


@pytest.mark.parametrize(("language", "words"), [("vi", "Hoạt động xử lý"), ("en", "Processing of personal data")])
def test_the_register_in_both_languages_logged_as_an_export(
    signed_in: Client, records: None, language: str, words: str
) -> None:
    answer = signed_in.get(REGISTER, headers={"accept-language": language})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    shown = text_of(answer.content)
    assert words in shown
    assert "Tiếp nhận và xử lý phản ánh hiện trường" in shown
    assert '#panic("x") *Báo tin*' in shown
    entry = AuditEntry.objects.get(topic="export", record_kind="processing_record")
    assert (entry.after["rows"], entry.after["form"]) == (2, "pdf")


def test_a_list_without_a_layout_has_no_pdf(signed_in: Client) -> None:
    assert signed_in.get("/manage/consents/export.pdf").status_code == 404
    assert b"export.pdf" not in signed_in.get("/manage/consents/").content


def test_only_who_manages_takes_the_register(small: SmallProvince, records: None, client: Client) -> None:
    client.force_login(small.people["operator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(REGISTER).status_code == 403


@pytest.mark.parametrize(("language", "words"), [("vi", "Bản sao dữ liệu của bạn"), ("en", "Copy of your data")])
def test_the_persons_copy_at_the_counter(small: SmallProvince, signed_in: Client, language: str, words: str) -> None:
    filed = small.file(phone=PHONE, name="Nguyễn Văn An", text='#eval("1") Rác *tồn* ba ngày ở đầu ngõ')
    made = asked(small)
    form = {"form_key": "1"}
    answer = signed_in.post(f"/manage/data-requests/{made.pk}/copy/pdf/", form, headers={"accept-language": language})
    shown = text_of(answer.content)
    for part in (words, "Nguyễn Văn An", PHONE, filed.code, '#eval("1") Rác *tồn* ba ngày'):
        assert part in shown
    entry = AuditEntry.objects.get(topic="export", record_kind="data_copy")
    assert entry.after["form"] == "pdf"
    assert entry.after["request"] == made.code
    assert signed_in.post(f"/manage/data-requests/{made.pk}/copy/docx/", form).status_code == 404


def test_the_persons_copy_by_the_link(small: SmallProvince, client: Client) -> None:
    small.file(phone=PHONE, name="Nguyễn Văn An")
    made = asked(small)
    requests.carry_out(request_id=made.pk, actor=small.actor("administrator"), at=MONDAY_9AM)
    token = unseal(Notice.objects.get(recipient=f"data-request:{made.pk}", link="/citizen/data/").secret_sealed)
    answer = client.post(f"/citizen/data/{token}/copy/pdf/")
    assert answer.content.startswith(b"%PDF-")
    assert "Nguyễn Văn An" in text_of(answer.content)
    assert client.post(f"/citizen/data/{token}/copy/exe/").status_code == 404
    assert AuditEntry.objects.filter(topic="export", record_kind="data_copy", actor_kind="reporter").count() == 1


def test_the_head_names_the_agency_and_the_one_above(small: SmallProvince) -> None:
    with translation.override("vi"):
        mine = letterhead(actor=small.actor("officer"), title="x", at=MONDAY_9AM)
        assert mine.agency
        assert mine.place
        assert letterhead(actor=SYSTEM, title="x", at=MONDAY_9AM).agency


def test_limits_that_nobody_checked_say_so(small: SmallProvince, signed_in: Client) -> None:
    DataRequestTerm.objects.update(must_be_checked=True, source="Bài của công ty luật")
    made = asked(small)
    for page in ("/manage/data-terms/", f"/manage/data-requests/{made.pk}/"):
        shown = signed_in.get(page, headers={"accept-language": "vi"}).content.decode()
        assert "cần kiểm tra" in shown
        assert "Bài của công ty luật" in shown
    DataRequestTerm.objects.update(must_be_checked=False)
    assert (
        "cần kiểm tra"
        not in signed_in.get(f"/manage/data-requests/{made.pk}/", headers={"accept-language": "vi"}).content.decode()
    )


def test_answering_and_carrying_out_count_in_units_of_their_own(small: SmallProvince) -> None:
    DataRequestTerm.objects.update(carry_out_limit=10, carry_out_unit="calendar_days")
    made = requests.enter_request(asking=Asking(kind="access", phone=PHONE), actor=small.actor("administrator"),
                                  at=MONDAY_9AM)  # fmt: skip
    assert (made.answer_by.date() - MONDAY_9AM.date()).days == 2
    assert (made.carry_out_by.date() - MONDAY_9AM.date()).days == 10
