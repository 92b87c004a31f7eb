"""Acting on a matter from its pages, without any script."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ioc.kernel.clock import now
from ioc.onscene import actions
from ioc.onscene.models import Attachment, Outcome, Question, Report, ReportEvent
from tests.officer.helpers import OUTCOME, accepted, dispatched, photo, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def recently():
    return now() - timedelta(hours=1)


def form_key(client, address):
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(address).content.decode())
    assert found, address
    return found.group(1)


def send(client, small, address, *, page="", login="officer", **fields):
    client.force_login(small.people[login])
    key = form_key(client, page or address)
    return client.post(address, {"form_key": key, **fields})


def state_of(filed):
    return Report.objects.get(id=filed.id).state


def test_accept_once_however_often_it_is_sent(client, small):
    filed = dispatched(small, at=recently())
    client.force_login(small.people["officer"])
    key = form_key(client, f"/officer/{filed.id}/")
    for _ in range(2):
        response = client.post(f"/officer/{filed.id}/accept/", {"form_key": key})
        assert response.status_code == 302
    assert state_of(filed) == "handling"
    assert ReportEvent.objects.filter(report_id=filed.id, verb="accepted").count() == 1


def test_give_back_with_a_reason(client, small):
    filed = dispatched(small, at=recently())
    response = send(client, small, f"/officer/{filed.id}/return/", reason="not-ours", words="Của công ty môi trường")
    assert response.url == "/officer/"
    assert state_of(filed) == "received"
    event = ReportEvent.objects.get(report_id=filed.id, verb="returned")
    assert "Của công ty môi trường" in event.reason


def test_give_back_without_a_reason_says_so_and_keeps_the_words(client, small):
    filed = dispatched(small, at=recently())
    response = send(client, small, f"/officer/{filed.id}/return/", words="Không phải của chúng tôi")
    assert response.status_code == 422
    assert "Không phải của chúng tôi" in response.content.decode()
    assert 'id="reason-error"' in response.content.decode()
    assert state_of(filed) == "dispatched"


def test_ask_the_reporter_one_question(client, small):
    filed = accepted(small, at=recently())
    assert send(client, small, f"/officer/{filed.id}/ask/", question="Rác ở trước số nhà nào?").status_code == 302
    assert Question.objects.get(report_id=filed.id).text == "Rác ở trước số nhà nào?"
    again = client.get(f"/officer/{filed.id}/ask/")
    assert again.context["is_possible"] is False


def test_more_time_is_offered_as_far_as_the_row_allows(client, small):
    filed = accepted(small, at=recently())
    client.force_login(small.people["officer"])
    offered = client.get(f"/officer/{filed.id}/extend/").context["matter"].clock.more
    assert [amount for amount, _words, _due in offered] == [1, 2, 3, 4, 5]
    assert all(later[2] > earlier[2] for earlier, later in pairwise(offered))
    assert send(client, small, f"/officer/{filed.id}/extend/", amount="2", reason="weather").status_code == 302
    asked = Report.objects.get(id=filed.id).extensions.get()
    assert (asked.amount, asked.reason) == (2, "Lý do weather")
    assert client.get(f"/officer/{filed.id}/extend/").context["is_possible"] is False


@pytest.mark.parametrize("amount", ["6", "0", "-1", "x", ""])
def test_too_much_time_is_refused(client, small, amount):
    filed = accepted(small, at=recently())
    response = send(client, small, f"/officer/{filed.id}/extend/", amount=amount, reason="weather")
    assert response.status_code == 422
    assert not Report.objects.get(id=filed.id).extensions.exists()


def test_progress_with_a_photo(client, small):
    filed = accepted(small, at=recently())
    response = send(client, small, f"/officer/{filed.id}/progress/", text="Đang dọn", files=[photo()])
    assert response.status_code == 302
    assert Attachment.objects.get(report_id=filed.id).phase == "progress"
    body = client.get(f"/officer/{filed.id}/").content.decode()
    assert "/files/" in body


def test_outcome_with_photos_then_the_head_approves(client, small):
    filed = accepted(small, at=recently(), category="waste")
    address = f"/officer/{filed.id}/outcome/"
    response = send(client, small, address, text=OUTCOME, files=[photo(), photo(colour="blue")])
    assert response.status_code == 302
    assert Attachment.objects.filter(report_id=filed.id, phase="after").count() == 2
    assert state_of(filed) == "submitted"
    send(client, small, f"/officer/{filed.id}/approve/", page=f"/officer/{filed.id}/", login="head")
    assert state_of(filed) == "approved"


def test_a_signed_document_is_proof_too(client, small):
    filed = accepted(small, at=recently(), category="waste")
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" \
          b"trailer<</Root 1 0 R>>\n%%EOF\n"  # fmt: skip
    document = SimpleUploadedFile("bien-ban.PDF", pdf, content_type="application/pdf")
    response = send(client, small, f"/officer/{filed.id}/outcome/", text=OUTCOME, files=[document])
    assert response.status_code == 302, response.content.decode()
    assert Attachment.objects.get(report_id=filed.id).file.kind == "document"


def test_outcome_without_proof_is_refused_and_keeps_the_words(client, small):
    filed = accepted(small, at=recently(), category="waste")
    response = send(client, small, f"/officer/{filed.id}/outcome/", text=OUTCOME)
    assert response.status_code == 422
    assert OUTCOME in response.content.decode()
    assert not Outcome.objects.exists()


def test_a_file_that_is_no_photo_is_refused_and_keeps_the_words(client, small):
    filed = accepted(small, at=recently())
    bad = SimpleUploadedFile("sau.jpg", b"not a photo at all", content_type="image/jpeg")
    response = send(client, small, f"/officer/{filed.id}/outcome/", text=OUTCOME, files=[bad])
    assert response.status_code == 422
    assert "sau.jpg" in response.content.decode()
    assert OUTCOME in response.content.decode()


def test_the_head_sends_back_and_the_officer_reads_why(client, small):
    filed = submitted(small, at=recently())
    address = f"/officer/{filed.id}/send-back/"
    assert send(client, small, address, login="head", reason="").status_code == 422
    assert send(client, small, address, login="head", reason="Thiếu ảnh toàn cảnh").status_code == 302
    client.force_login(small.people["officer"])
    response = client.get(f"/officer/{filed.id}/")
    assert "Thiếu ảnh toàn cảnh" in response.context["matter"].sent_back
    assert "outcome" in response.context["matter"].steps


def test_an_officer_cannot_approve(client, small):
    filed = submitted(small, at=recently())
    client.force_login(small.people["officer"])
    assert client.post(f"/officer/{filed.id}/approve/").status_code == 403
    assert state_of(filed) == "submitted"


def test_another_agency_cannot_act(client, small):
    filed = dispatched(small, at=recently())
    client.force_login(small.people["officer-east"])
    assert client.post(f"/officer/{filed.id}/accept/").status_code == 403
    assert client.post(f"/officer/{filed.id}/return/", {"reason": "not-ours"}).status_code == 403
    assert state_of(filed) == "dispatched"


def test_a_step_that_is_over_says_so(client, small):
    filed = accepted(small, at=recently())
    client.force_login(small.people["officer"])
    client.post(f"/officer/{filed.id}/accept/")
    assert state_of(filed) == "handling"
    actions.submit_outcome(report_id=filed.id, text=OUTCOME, actor=small.actor("officer"), at=now())
    response = client.post(f"/officer/{filed.id}/progress/", {"text": "Thêm"})
    assert response.status_code == 422
