"""Filing and reading reports by program."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ioc.onscene import actions
from ioc.onscene.models import Attachment, Report
from ioc.onscene.rules import filing
from tests.citizen.helpers import photo, published, statements
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db
URL = "/api/reports"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def body(**changes):
    given = {"text": "Đèn đường tắt cả tuần nay", "category": "waste", "phone": "0912345678"}
    given |= {"latitude": 21.3, "longitude": 106.15}
    return {name: value for name, value in (given | changes).items() if value is not None}


def post(client, content, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(URL, content, content_type="application/json", headers=headers)


def test_a_report_is_filed(small, settings):
    answer = post(Client(enforce_csrf_checks=True), body())
    report = Report.objects.get()
    assert answer.status_code == 201
    assert answer.json()["code"] == report.code
    assert answer.json()["link"] == f"{settings.ORIGIN}/citizen/r/{report.token}/"
    assert report.channel == "app"


def test_a_retry_gets_the_same_answer(client, small):
    assert post(client, body(), "k").json() == post(client, body(), "k").json()
    assert Report.objects.count() == 1
    assert post(client, body(text="Một chuyện hoàn toàn khác"), "k").status_code == 422


def test_what_is_wrong_is_said_for_each_field(client, small):
    answer = post(client, body(phone="12", text="Ngắn"))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {one["field"] for one in answer.json()["errors"]} == {"phone", "text"}
    assert post(client, body(latitude=900)).status_code == 422
    assert post(client, body(latitude=None, longitude=None)).json()["errors"][0]["field"] == "place"
    assert post(client, body(kind="denunciation")).json()["code"] == "guided-elsewhere"
    assert post(client, body(media=["made-up"])).status_code == 422


def test_a_photo_is_sent_first(client, small):
    sent = client.post(f"{URL}/media", {"file": photo()})
    assert sent.status_code == 201
    assert sent.json()["kind"] == "photo"
    assert post(client, body(media=[sent.json()["handle"]])).status_code == 201
    assert Attachment.objects.count() == 1


def test_a_file_that_is_no_photo_is_refused(client, small):
    answer = client.post(f"{URL}/media", {"file": SimpleUploadedFile("a.jpg", b"MZ not a photo")})
    assert answer.status_code == 415
    assert "a.jpg" in answer.json()["title"]


def test_an_address_may_not_file_without_end(client, small, monkeypatch):
    monkeypatch.setattr(actions.filing, "BY_ADDRESS", filing.Limit("file-address", 1, 60))
    post(client, body())
    answer = post(client, body())
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_filing_touches_no_session_and_asks_little(client, small):
    post(client, body())
    with CaptureQueriesContext(connection) as asked:
        answer = post(client, body(text="Lần thứ hai, ở một chỗ khác"), "k")
    assert not answer.cookies
    assert not any("session" in one["sql"] for one in asked)
    assert len(asked) <= 12


def test_one_report_is_read(client, small):
    filed = published(small, at=MONDAY_9AM)
    found = client.get(f"{URL}/{filed.code}").json()
    assert found["result"] == "Đã dọn sạch."
    assert [one["phase"] for one in found["pictures"]] == ["report", "after"]
    assert found["timeline"][0]["step"] == "published"
    assert client.get(f"{URL}/BG-0000-00000").status_code == 404


def test_reading_costs_the_same_however_much_there_is(client, small):
    filed = published(small, at=MONDAY_9AM)
    before = statements(client, f"{URL}/{filed.code}")
    for n in range(3):
        published(small, at=MONDAY_9AM + timedelta(minutes=n), key=str(n))
    assert before == statements(client, f"{URL}/{filed.code}") == 4
