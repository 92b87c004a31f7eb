"""Filing without script: photos, mistakes, retries, limits, traps."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ioc.kernel import uploads
from ioc.management.models import Category
from ioc.onscene import actions
from ioc.onscene.models import Attachment, Report, Reporter
from ioc.onscene.rules import filing
from tests.citizen.helpers import form, photo, statements
from tests.factories import save

pytestmark = pytest.mark.django_db
URL = "/citizen/report/"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def test_the_form_opens(client, small):
    page = client.get(URL)
    assert page.status_code == 200
    assert 'name="photos"' in page.content.decode()
    assert page.content.decode().count('name="category"') == 2


def test_a_report_with_two_photos_is_filed_and_followed(client, small):
    sent = client.post(URL, form(photos=[photo(), photo("2.jpg", colour="#123456")]))
    report = Report.objects.get()
    assert sent.status_code == 302
    assert sent["Location"] == f"/citizen/r/{report.token}/?new"
    assert report.area.code == "07210"
    assert Attachment.objects.count() == 2
    page = client.get(sent["Location"]).content.decode()
    assert report.code in page
    assert "/files/" in page


def test_sending_the_form_twice_files_once(client, small):
    first = client.post(URL, form(photos=[photo()]))
    again = client.post(URL, form(photos=[photo()]))
    assert first["Location"] == again["Location"]
    assert Report.objects.count() == 1


def test_other_content_under_the_same_key_is_asked_about_and_kept(client, small):
    client.post(URL, form())
    other = client.post(URL, form(text="Một chuyện khác hẳn ở chỗ khác"))
    assert other.status_code == 422
    assert "Một chuyện khác hẳn" in other.content.decode()
    assert Report.objects.count() == 1


def test_my_reports_are_remembered_on_the_device(client, small):
    client.post(URL, form())
    cookie = client.cookies["mine"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert Report.objects.get().title in client.get("/citizen/").content.decode()
    client.cookies["mine"] = cookie.value + "x"
    assert Report.objects.get().title not in client.get("/citizen/").content.decode()


def test_a_mistake_comes_back_beside_its_field_with_everything_kept(client, small):
    wrong = form(phone="12", text="Ngắn", name="Nguyễn Thị Lan", place_text="Cổng chợ", photos=[photo()])
    answer = client.post(URL, wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert Report.objects.count() == 0
    assert 'id="phone-error"' in page
    assert 'id="text-error"' in page
    assert "Nguyễn Thị Lan" in page
    assert "Cổng chợ" in page
    (handle,) = re.findall(r'name="kept" value="([^"]+)"', page)
    assert client.get(f"/citizen/report/files/{handle}/").status_code == 200
    client.post(URL, form(kept=[handle]))
    assert Attachment.objects.count() == 1


def test_everything_that_is_wrong_is_said_at_once(client, small):
    bad = SimpleUploadedFile("virus.jpg", b"MZ", content_type="image/jpeg")
    empty = form(text="", category=None, latitude=None, longitude=None, phone="", photos=[bad])
    page = client.post(URL, empty).content.decode()
    for name in ("photos", "text", "category", "place", "phone"):
        assert f'id="{name}-error"' in page


def test_a_hostile_file_is_named_and_the_other_photo_is_kept(client, small):
    bad = SimpleUploadedFile("virus.jpg", b"<?php system('x'); ?>", content_type="image/jpeg")
    answer = client.post(URL, form(photos=[bad, photo()]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "virus.jpg" in page
    assert page.count('name="kept"') == 1
    assert Report.objects.count() == 0


def test_a_file_longer_than_any_may_be_is_left_out_while_it_is_read(client, small, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_VIDEO_BYTES", 100_000)
    answer = client.post(URL, form(photos=[SimpleUploadedFile("phim.mp4", b"x" * 200_000), photo()]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "phim.mp4" in page
    assert page.count('name="kept"') == 1


def test_a_request_longer_than_everything_allowed_is_not_read(client, small, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    assert client.post(URL, form(photos=[photo()])).status_code in {400, 413}
    assert Report.objects.count() == 0


def test_a_made_up_handle_is_refused(client, small):
    answer = client.post(URL, form(kept=["made-up"]))
    assert answer.status_code == 422
    assert Report.objects.count() == 0


def test_more_than_ten_photos_are_said(client, small):
    answer = client.post(URL, form(photos=[photo(f"{n}.jpg", colour=f"#0000{n:02d}") for n in range(11)]))
    assert answer.status_code == 422
    assert answer.content.decode().count('name="kept"') == 10


def test_a_commune_typed_without_accents_is_found(client, small):
    client.post(URL, form(latitude=None, longitude=None, area_name="phuong tran phu"))
    assert Report.objects.get().area.code == "07213"


def test_an_unclear_commune_is_offered_to_choose(client, small):
    answer = client.post(URL, form(latitude=None, longitude=None, area_name="phuong"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('name="area_code"') == 2


def test_a_chosen_commune_wins_over_a_point_outside_the_province(client, small):
    client.post(URL, form(latitude="10.77", longitude="106.70", area_code="07213"))
    report = Report.objects.get()
    assert (report.area.code, report.latitude) == ("07213", None)


def test_without_a_place_the_photo_s_own_is_offered(client, small):
    answer = client.post(URL, form(latitude=None, longitude=None, photos=[photo(gps=(21.3, 106.25))]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Phường Trần Phú" in page
    assert 'name="latitude" value="21.3' in page


def test_the_category_s_questions_are_asked_and_checked(client, small):
    values = [{"key": "s", "name": "Ít"}, {"key": "l", "name": "Nhiều"}]
    save("category_question", category=Category.objects.get(code="waste"), code="size", datatype="singlevaluelist",
         text="Nhiều bao nhiêu?", required=True, values=values)  # fmt: skip
    part = client.get("/citizen/report/questions/?category=waste").content.decode()
    assert "Nhiều bao nhiêu?" in part
    missing = client.post(URL, form())
    assert 'id="answer_size-error"' in missing.content.decode()
    client.post(URL, form(answer_size="l"))
    assert Report.objects.get().answers == {"size": "l"}


def test_the_name_is_hidden_unless_asked(client, small):
    client.post(URL, form(name="Lan"))
    assert Reporter.objects.get().hides_name
    assert "checked" not in re.search(r'<input[^>]*name="shows_name"[^>]*>', client.get(URL).content.decode())[0]


def test_a_program_that_fills_everything_is_held_up(client, small):
    assert client.post(URL, form(subject_line="buy")).status_code == 422
    assert Report.objects.count() == 0


def test_too_many_from_one_address_are_told_when_to_come_back(client, small, monkeypatch):
    monkeypatch.setattr(actions.filing, "BY_ADDRESS", filing.Limit("file-address", 1, 60))
    client.post(URL, form())
    answer = client.post(URL, form(form_key="key-2", text="Chuyện thứ hai cũng cần nói ra"))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Chuyện thứ hai" in answer.content.decode()


def test_a_denunciation_is_shown_its_legal_way(client, small):
    answer = client.post(URL, form(kind="denunciation"))
    assert answer["Location"] == "/citizen/guidance/denunciation/"
    assert "Luật Tố cáo" in client.get(answer["Location"]).content.decode()
    assert client.get("/citizen/guidance/on_scene/").status_code == 404


def test_script_in_words_stays_words(client, small):
    client.post(URL, form(text="<script>alert(1)</script> rác ở cổng chợ", place_text='"><img src=x>'))
    report = Report.objects.get()
    page = client.get(f"/citizen/r/{report.token}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_form_asks_nothing_of_the_database(client, small):
    assert statements(client, URL) == 0
