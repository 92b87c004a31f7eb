"""The private link: secrecy, questions, rating, and what is told meanwhile."""

from datetime import timedelta

import pytest

from ioc.onscene import actions
from ioc.onscene.models import Attachment, Report
from tests.citizen.helpers import handled, photo, published, statements
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def test_it_is_kept_out_of_caches_and_search_engines(client, small):
    page = client.get(f"/citizen/r/{small.file().token}/")
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]


def test_a_wrong_link_is_not_there(client, small):
    for rest in ("", "thumb/", "files/0198c2f0-0000-7000-8000-000000000000/view/"):
        assert client.get(f"/citizen/r/wrong/{rest}").status_code == 404
    assert client.post("/citizen/r/wrong/rate/", {"value": "satisfied"}).status_code == 404


def test_it_never_shows_the_contact(client, small):
    filed = small.file(name="Nguyễn Thị Lan", email="lan@example.vn")
    page = client.get(f"/citizen/r/{filed.token}/").content.decode()
    for private in ("0912345678", "lan@example.vn", "Nguyễn Thị Lan"):
        assert private not in page


def test_the_code_picture_is_an_image(client, small):
    picture = client.get(f"/citizen/r/{small.file().token}/code.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content


def test_a_question_is_answered_with_a_photo(client, small):
    filed = small.file()
    actions.ask_reporter(report_id=filed.id, question="Số nhà nào?", actor=small.actor("operator"), at=MONDAY_9AM)
    assert "Số nhà nào?" in client.get(f"/citizen/r/{filed.token}/").content.decode()
    sent = client.post(f"/citizen/r/{filed.token}/answer/", {"answer": "Số 12", "photos": [photo()], "form_key": "a"})
    assert sent["Location"] == f"/citizen/r/{filed.token}/"
    assert Report.objects.get().state == "filed"
    assert Attachment.objects.get().phase == "answer"


def test_not_satisfied_opens_it_once_more(client, small):
    filed = published(small, at=MONDAY_9AM)
    page = client.get(f"/citizen/r/{filed.token}/").content.decode()
    assert page.count('name="value"') == 3
    client.post(f"/citizen/r/{filed.token}/rate/", {"value": "not_satisfied", "words": "Vẫn còn", "form_key": "r"})
    client.post(f"/citizen/r/{filed.token}/rate/", {"value": "not_satisfied", "words": "Vẫn còn", "form_key": "r"})
    assert Report.objects.get().state == "reopened"
    assert 'name="value"' not in client.get(f"/citizen/r/{filed.token}/").content.decode()


def test_the_photo_after_the_work_is_shown_once_the_result_is_out(client, small):
    filed = small.file()
    handled(small, filed, at=MONDAY_9AM)
    after = Attachment.objects.get(phase="after")
    url = f"/citizen/r/{filed.token}/files/{after.id}/view/"
    assert str(after.id) not in client.get(f"/citizen/r/{filed.token}/").content.decode()
    assert client.get(url).status_code == 404
    actions.publish(report_id=filed.id, text="Xong.", actor=small.actor("operator"), at=MONDAY_9AM + timedelta(hours=3))
    assert client.get(url).status_code == 200
    other = small.file(key="other")
    assert client.get(f"/citizen/r/{other.token}/files/{after.id}/view/").status_code == 404


def test_an_officer_s_name_is_not_told(client, small):
    filed = published(small, at=MONDAY_9AM)
    page = client.get(f"/citizen/r/{filed.token}/").content.decode()
    assert "Người officer" not in page
    assert "Người operator" not in page


def test_the_device_lists_and_forgets_a_link(client, small):
    filed = small.file()
    url = f"/citizen/r/{filed.token}/keep/"
    client.post(url, {"form_key": "1"})
    assert filed.token in client.get("/citizen/").content.decode()
    client.post(url, {"form_key": "2", "forget": "1"})
    assert filed.token not in client.get("/citizen/").content.decode()


def test_a_code_tells_the_state_and_nothing_else(client, small):
    filed = small.file(name="Nguyễn Thị Lan")
    page = client.get(f"/citizen/follow/?code={filed.code.lower()}").content.decode()
    report = Report.objects.get()
    assert filed.code in page
    for private in (report.title, report.token, "Thị Lan", "Ngô Quyền"):
        assert private not in page
    assert client.get("/citizen/follow/?code=BG-0000-1").status_code == 404


def test_the_code_of_a_published_report_leads_to_its_page(client, small):
    filed = published(small, at=MONDAY_9AM)
    assert client.get(f"/citizen/follow/?code={filed.code}")["Location"] == f"/reports/{filed.code}/"


def test_looking_codes_up_without_end_is_stopped(client, small):
    answers = [client.get(f"/citizen/follow/?code=BG-1-{n}").status_code for n in range(32)]
    assert answers[-1] == 429


def test_nearby_reports_say_no_word_of_what_is_not_published(client, small):
    small.file(text="Bí mật của người khác ở gần đây")
    url = "/citizen/report/nearby/?category=waste&latitude=21.3001&longitude=106.1501"
    page = client.get(url).content.decode()
    assert "50 m" in page or "00 m" in page
    assert "Bí mật" not in page


def test_pages_cost_the_same_whatever_they_show(client, small):
    filed = published(small, at=MONDAY_9AM)
    assert statements(client, f"/citizen/r/{filed.token}/") == 3
    assert statements(client, "/citizen/") == 1
    for n in range(4):
        token = small.file(key=f"k{n}").token
        client.post(f"/citizen/r/{token}/keep/", {"form_key": str(n)})
    assert statements(client, "/citizen/") == 2
