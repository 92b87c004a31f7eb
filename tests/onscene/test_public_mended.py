"""The public side under strangers: what cannot be searched for, read, measured or used up."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ioc.kernel.media import videos
from ioc.kernel.models import StoredFile
from ioc.kernel.quadkeys import centre_of_block, distance_m, quadkey, shift_for
from ioc.management.models import Category
from ioc.management.queries import loading
from ioc.onscene import actions, jobs
from ioc.onscene.actions.uploads import forget_unused_files
from ioc.onscene.models import Attachment, Report
from ioc.onscene.queries import desk, public, public_detail
from ioc.onscene.queries.close_by import nearby
from ioc.onscene.queries.public_figures import figures
from tests.citizen.helpers import form, photo, published
from tests.factories import MONDAY_9AM
from tests.kernel.test_media_videos import film

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


def vague(code: str = "waste") -> None:
    """Have the category keep its places vague."""
    Category.objects.filter(code=code).update(place_precision_m=1000)
    loading.drop()


def clip(content: bytes = b"") -> SimpleUploadedFile:
    """A video as a phone sends it; without content only its first bytes."""
    return SimpleUploadedFile("clip.mp4", content or b"\0\0\0\x18ftypisom" + b"\0" * 64, content_type="video/mp4")


# -- videos ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy():
    """Another video is being converted."""
    with videos._CONVERTER:
        yield


def test_a_second_video_is_refused_at_once_and_photos_go_on(client, small, busy):
    sent = client.post("/citizen/report/", form(photos=[photo(), clip()]))
    assert sent.status_code == 422
    assert StoredFile.objects.count() == 1
    assert "kept" in sent.content.decode()
    by_program = client.post("/api/reports/media", {"file": clip()})
    assert by_program.status_code == 503
    assert by_program.json()["code"] == "video-busy"
    assert client.post("/api/reports/media", {"file": photo()}).status_code == 201


def test_the_converter_is_free_again_after_a_refusal(small):
    for _ in range(2):
        with pytest.raises(videos.BrokenFile):
            videos.sanitise_video(io.BytesIO(clip().read()))
    assert not videos.is_busy()


def test_an_address_sends_few_videos_and_many_photos(client, small):
    answers = [client.post("/api/reports/media", {"file": clip()}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 6 + [429]
    assert answers[-1].json()["code"] == "too-many-videos"
    assert int(answers[-1]["Retry-After"]) > 0
    assert client.post("/api/reports/media", {"file": photo()}).status_code == 201
    sent = client.post("/citizen/report/", form(photos=[photo(), clip()]))
    assert (sent.status_code, StoredFile.objects.count()) == (422, 1)


def test_busy_videos_do_not_count(client, small, busy):
    assert {client.post("/api/reports/media", {"file": clip()}).status_code for _ in range(8)} == {503}


def test_a_whole_video_is_still_taken(client, small):
    assert client.post("/api/reports/media", {"file": clip(film(seconds=0.5))}).status_code == 201


def test_files_for_no_question_are_not_touched(client, small):
    filed = small.file()
    for token, status in (("nobody", 404), (filed.token, 302)):
        sent = client.post(f"/citizen/r/{token}/answer/", {"answer": "Đây", "photos": [photo()], "form_key": token})
        assert sent.status_code == status
    assert StoredFile.objects.count() == 0


# -- files that nobody put into a report -------------------------------------------------------------------------------


def kept(colour: str, *, at):
    """A photo kept at `at`."""
    return actions.take_file(photo(colour=colour), at=at)


def test_files_without_a_report_are_forgotten_after_three_days(small, monkeypatch):
    at = MONDAY_9AM
    used, old, young, again = (kept(f"#{n}0{n}0{n}0", at=at) for n in range(1, 5))
    small.file(at=at, media=(used,))
    later = at + timedelta(days=3, hours=1)
    StoredFile.objects.filter(sha256=young.sha256).update(stored_at=at + timedelta(days=1))
    kept("#404040", at=at + timedelta(days=2))
    monkeypatch.setattr(jobs, "now", lambda: later)
    assert jobs.forget_files(0) == 1
    left = set(StoredFile.objects.values_list("sha256", flat=True))
    assert left == {used.sha256, young.sha256, again.sha256}
    assert old.sha256 not in left
    assert jobs.forget_files(0) == 0


def test_a_thumbnail_is_not_forgotten(small):
    shown = kept("#112233", at=MONDAY_9AM)
    small.file(at=MONDAY_9AM, media=(shown,))
    Attachment.objects.all().delete()
    forget_unused_files(at=MONDAY_9AM + timedelta(days=9))
    assert StoredFile.objects.filter(sha256=shown.sha256).exists()


def test_the_content_goes_too(small, settings):
    kept("#112233", at=MONDAY_9AM)
    assert [path for path in settings.FILES_ROOT.rglob("*") if path.is_file()]
    future = MONDAY_9AM.replace(year=MONDAY_9AM.year + 80)
    assert forget_unused_files(at=future) == 1
    assert not [path for path in settings.FILES_ROOT.rglob("*") if path.is_file()]


# -- what is searched for ----------------------------------------------------------------------------------------------


def found(client, words: str) -> set[int]:
    """How many reports the list, the feed, the API and the map find: one number when they agree."""
    feed = client.get("/reports/feed.rss", {"q": words}).content.decode().count("<item>")
    listed = len(client.get("/api/reports", {"q": words}).json()["reports"])
    points = client.get("/api/reports/map/points", {"q": words}).json()["features"]
    own = len(public.listed(public.Filters(words=words), at=MONDAY_9AM).rows)
    return {feed, listed, sum(one["properties"]["count"] for one in points), own}


def test_a_vague_place_is_not_found_by_searching(client, small):
    vague()
    filed = published(small, at=MONDAY_9AM, place_text="ngõ 77 phố Bí Mật",
                      text="Cống VỠ ở Đường Hùng Vương, nước chảy tràn")  # fmt: skip
    for words in ("phố Bí Mật", "bi mat", "77", "ngõ 77 cống vỡ"):
        assert found(client, words) == {0}, words
    for words in ("cống vỡ", "cong vo", "ĐƯỜNG hung VUONG", filed.code, "tràn"):
        assert found(client, words) == {1}, words
    staff = desk.queue_for(
        small.actor("operator"), filters=desk.Filters(tab="all", words="bí mật"), at=MONDAY_9AM + HOUR
    )
    assert len(staff.rows) == 1


def test_a_text_of_separate_marks_is_found_too(client, small):
    vague()
    published(small, at=MONDAY_9AM, text="Co\u0302\u0301ng vo\u031b\u0303 lâu ngày chưa sửa")
    assert found(client, "cống vỡ") == {1}


def test_an_exact_place_is_found_by_searching(client, small):
    published(small, at=MONDAY_9AM, place_text="ngõ 77 phố Chợ Mới")
    assert found(client, "phố chợ mới") == {1}


# -- what is read ------------------------------------------------------------------------------------------------------


def test_the_words_of_a_rating_are_for_the_team_and_their_writer(client, small):
    filed = published(small, at=MONDAY_9AM)
    said = "Gọi tôi 0987000111, Lan nhà số 5"
    actions.rate(token=filed.token, value="satisfied", words=said, at=MONDAY_9AM + 4 * HOUR)
    pages = (f"/reports/{filed.code}/", f"/api/reports/{filed.code}", f"/open311/v2/requests/{filed.code}.json")
    assert all("0987000111" not in client.get(page).content.decode() for page in pages)
    assert said in client.get(f"/citizen/r/{filed.token}/").content.decode()
    steps = public_detail.detail(filed.code, at=MONDAY_9AM + 5 * HOUR).timeline
    assert "rated" in {step.verb for step in steps}


def test_the_reason_for_more_time_is_not_public(client, small):
    filed = small.file(at=MONDAY_9AM)
    operator, officer, head = (small.actor(login) for login in ("operator", "officer", "head"))
    west = small.organizations["west"].id
    actions.dispatch(report_id=filed.id, lead_id=west, actor=operator, at=MONDAY_9AM)
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
    why = "Chờ nhà thầu Bình An đang nợ lương"
    actions.ask_extension(report_id=filed.id, amount=2, reason=why, actor=officer, at=MONDAY_9AM + HOUR)
    actions.grant_extension(report_id=filed.id, actor=operator, at=MONDAY_9AM + 2 * HOUR)
    after = actions.take_file(photo(), at=MONDAY_9AM)
    done = "Đã dọn sạch điểm rác trước cổng chợ."
    actions.submit_outcome(report_id=filed.id, text=done, media=[after], actor=officer, at=MONDAY_9AM + 3 * HOUR)
    actions.approve_outcome(report_id=filed.id, actor=head, at=MONDAY_9AM + 3 * HOUR)
    actions.publish(report_id=filed.id, text="Đã dọn sạch.", actor=operator, at=MONDAY_9AM + 4 * HOUR)
    page = client.get(f"/reports/{filed.code}/").content.decode()
    assert "Bình An" not in page
    shown = public_detail.detail(filed.code, at=MONDAY_9AM + 5 * HOUR).timeline
    granted = next(step for step in shown if step.verb == "extension_granted")
    assert granted.line
    assert not granted.details


# -- the three figures -------------------------------------------------------------------------------------------------


def test_a_matter_that_waits_for_its_reporter_is_not_late(small):
    filed = small.file(at=MONDAY_9AM)
    operator, officer = small.actor("operator"), small.actor("officer")
    actions.dispatch(report_id=filed.id, lead_id=small.organizations["west"].id, actor=operator, at=MONDAY_9AM)
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(days=20)
    assert figures(at=later).on_time == 0.0
    Report.objects.update(paused_at=MONDAY_9AM + HOUR)
    assert figures(at=later + timedelta(minutes=2)).on_time is None


def test_the_figures_are_kept_for_a_minute(small, django_assert_num_queries):
    published(small, at=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(days=1)
    first = figures(at=later)
    assert (first.received, first.done) == (1, 1)
    small.file(at=MONDAY_9AM, key="another")
    loading.current()
    with django_assert_num_queries(0):
        assert figures(at=later + timedelta(seconds=59)) is first
    assert figures(at=later + timedelta(seconds=60)).received == 2


# -- near a place ------------------------------------------------------------------------------------------------------


def test_an_unpublished_place_is_measured_from_a_grid(small):
    latitude, longitude = 21.30031, 106.15017
    small.file(at=MONDAY_9AM, latitude=latitude, longitude=longitude)
    middle = centre_of_block(quadkey(latitude, longitude), shift=shift_for(100))
    for north in range(-30, 31):
        here = latitude + north * 0.0001
        measured = nearby(category="waste", latitude=here, longitude=longitude, at=MONDAY_9AM + HOUR)
        distance = distance_m(here, longitude, *middle)
        assert bool(measured) == (distance <= 200)
        for one in measured:
            assert 0 <= one.within_m - distance <= 50
            assert (one.filed_at.hour, one.filed_at.minute) == (0, 0)


def test_a_published_report_near_by_says_when_and_what(small):
    filed = published(small, at=MONDAY_9AM)
    (one,) = nearby(category="waste", latitude=21.3, longitude=106.15, at=MONDAY_9AM + 3 * HOUR)
    assert (one.code, one.within_m, one.filed_at) == (filed.code, 50, MONDAY_9AM)


def test_looking_around_without_end_is_stopped(client, small):
    url = "/citizen/report/nearby/?category=waste&latitude=21.3&longitude=106.15"
    answers = [client.get(url) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert answers[60].status_code == 429
    sent = client.post("/citizen/report/", form(text=""))
    assert sent.status_code == 422
    assert not sent.context["nearby"]
