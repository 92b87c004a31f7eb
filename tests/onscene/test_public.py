"""What everybody may read, and above all what not."""

from datetime import timedelta

import pytest

from ioc.kernel.quadkeys import centre, centre_of_block, distance_m, quadkey, shift_for
from ioc.management.models import Category, ReportKind
from ioc.management.queries import loading
from ioc.onscene import actions
from ioc.onscene.models import Attachment, Report
from tests.citizen.helpers import handled, published, statements
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db
LISTS = ["/", "/reports/", "/reports/map/", "/citizen/", "/reports/feed.rss", "/api/reports", "/api/reports/map/points"]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def change(record, **fields):
    """Change a row of the configuration behind the actions' back, and have it read anew."""
    type(record).objects.filter(pk=record.pk).update(**fields)
    loading.drop()


def everywhere(client, filed):
    """All that everybody can read of the reports."""
    pages = [*LISTS, f"/reports/{filed.code}/", f"/api/reports/{filed.code}"]
    return "".join(client.get(page).content.decode() for page in pages)


def test_a_published_report_is_read_by_everybody(client, small):
    filed = published(small, at=MONDAY_9AM)
    shown = everywhere(client, filed)
    assert shown.count("tồn đọng ba ngày") > 6
    assert "Đã dọn sạch." in client.get(f"/reports/{filed.code}/").content.decode()


def test_nothing_private_is_read(client, small):
    filed = published(small, at=MONDAY_9AM, name="Nguyễn Thị Lan", email="lan@example.vn")
    shown = everywhere(client, filed)
    for private in ("Nguyễn Thị Lan", "lan@example.vn", "0912345678", filed.token, "Người officer", "Người operator"):
        assert private not in shown


def test_a_name_is_shown_only_by_choice(client, small):
    filed = published(small, at=MONDAY_9AM, name="Nguyễn Thị Lan", hides_name=False)
    assert "Nguyễn Thị Lan" in client.get(f"/reports/{filed.code}/").content.decode()
    change(ReportKind.objects.get(code="on_scene"), is_published=False)
    assert client.get(f"/reports/{filed.code}/").status_code == 404


@pytest.mark.parametrize("step", ["filed", "approved", "closed", "category", "kind", "asked"])
def test_what_is_not_published_is_not_there(client, small, step):
    if step == "filed":
        filed = small.file()
    elif step == "approved":
        filed = small.file()
        handled(small, filed, at=MONDAY_9AM)
    else:
        filed = published(small, at=MONDAY_9AM)
    if step == "closed":
        Report.objects.update(state="closed", published_at=None)
    if step == "asked":
        Report.objects.update(state="asked")
    if step == "category":
        change(Category.objects.get(code="waste"), is_public=False)
    if step == "kind":
        change(ReportKind.objects.get(code="on_scene"), is_published=False)
    assert "tồn đọng" not in everywhere(client, filed)
    assert client.get(f"/reports/{filed.code}/").status_code == 404


def test_a_vague_category_shows_a_vague_place(client, small):
    change(Category.objects.get(code="waste"), place_precision_m=500)
    filed = published(small, at=MONDAY_9AM, place_text="Số nhà 12", latitude=21.31234, longitude=106.14321)
    found = client.get(f"/api/reports/{filed.code}").json()
    assert found["place"]["within_m"] == 500
    assert found["place_text"] == ""
    assert 1 < distance_m(21.31234, 106.14321, found["place"]["latitude"], found["place"]["longitude"]) < 800
    shown = everywhere(client, filed)
    for private in ("Số nhà 12", "21.3123", "106.1432"):
        assert private not in shown


def test_small_boxes_do_not_find_out_a_vague_place(client, small):
    change(Category.objects.get(code="waste"), place_precision_m=500)
    published(small, at=MONDAY_9AM, latitude=21.31234, longitude=106.14321)
    here = client.get("/api/reports/map/points?zoom=19&bbox=106.14320,21.31233,106.14322,21.31235").json()
    place = here["features"][0]["geometry"]["coordinates"]
    beside = f"{place[0] - 0.00001},{place[1] - 0.00001},{place[0] + 0.00001},{place[1] + 0.00001}"
    assert client.get(f"/api/reports/map/points?zoom=19&bbox={beside}").json() == here


def test_blocks_are_as_wide_as_asked():
    key = quadkey(21.3, 106.15)
    assert distance_m(21.3, 106.15, *centre(key)) < 5
    for metres in (50, 100, 500, 2000):
        shift = shift_for(metres)
        near = centre_of_block(key, shift=shift)
        beside = centre_of_block(((key >> shift) ^ 1) << shift, shift=shift)
        assert metres <= distance_m(*near, *beside) < 2.3 * metres


def test_filters_narrow_the_list(client, small):
    one = published(small, at=MONDAY_9AM)
    two = published(small, at=MONDAY_9AM + timedelta(days=2), latitude=21.3, longitude=106.25, key="2",
                    text="Nước thải tràn ra đường Hùng Vương")  # fmt: skip
    codes = {"1": one.code, "2": two.code}
    for asked, wanted in (
        ("area=07210", "1"), ("area=213", "12"), ("area=99999", ""), ("category=environment", "12"),
        ("category=waste", "12"), ("category=officials", ""), ("q=hung+vuong", "2"), ("q=Hùng Vương", "2"),
        ("q=" + one.code, "1"), ("since=2026-11-25", "2"), ("until=2026-11-23", "1"), ("state=done", "12"),
        ("state=again", ""), ("since=nonsense", "12"),
    ):  # fmt: skip
        found = {row["code"] for row in client.get(f"/api/reports?{asked}").json()["reports"]}
        assert found == {codes[n] for n in wanted}, asked


def test_pages_follow_one_another_without_gap(client, small):
    codes = [published(small, at=MONDAY_9AM + timedelta(minutes=n), key=str(n)).code for n in range(23)]
    first = client.get("/api/reports").json()
    second = client.get("/api/reports", {"cursor": first["next"]}).json()
    assert [row["code"] for row in first["reports"] + second["reports"]] == codes[::-1]
    assert second["next"] == ""
    assert client.get("/reports/?cursor=spoilt").status_code == 200


def test_the_feed_is_rss_with_absolute_links(client, small, settings):
    filed = published(small, at=MONDAY_9AM)
    feed = client.get("/reports/feed.rss?area=07210")
    assert feed["Content-Type"].startswith("application/rss+xml")
    assert f"{settings.ORIGIN}/reports/{filed.code}/" in feed.content.decode()
    assert "tồn đọng" not in client.get("/reports/feed.rss?area=07213").content.decode()


def test_script_in_words_stays_words(client, small):
    filed = published(small, at=MONDAY_9AM, text="<script>alert(1)</script> rác ở cổng chợ", place_text="<b>chợ</b>")
    for page in ("/", "/reports/", f"/reports/{filed.code}/", "/reports/feed.rss", "/citizen/"):
        shown = client.get(page).content.decode()
        assert "<script>alert" not in shown
        assert "<b>chợ" not in shown


def test_an_operator_s_hidden_photo_is_not_shown(client, small):
    filed = small.file(media=())
    handled(small, filed, at=MONDAY_9AM)
    after = Attachment.objects.get(phase="after")
    actions.publish(report_id=filed.id, text="Xong.", hidden_attachments=(after.id,), actor=small.actor("operator"),
                    at=MONDAY_9AM + timedelta(hours=3))  # fmt: skip
    assert str(after.id) not in everywhere(client, filed)


@pytest.mark.parametrize(
    ("login", "place"),
    [
        ("operator", "/desk/"),
        ("officer", "/officer/"),
        ("leader", "/lead/"),
        ("administrator", "/manage/"),
        (None, "/"),
    ],
)
def test_start_leads_to_the_work(client, small, login, place):
    if login:
        client.force_login(small.people[login])
    assert client.get("/start/")["Location"] == place


def test_the_map_puts_points_together(client, small):
    for n in range(6):
        published(small, at=MONDAY_9AM + timedelta(minutes=n), key=str(n), latitude=21.3 + n / 10_000)
    far = client.get("/api/reports/map/points?zoom=8&bbox=106,21,107,22").json()["features"]
    near = client.get("/api/reports/map/points?zoom=19&bbox=106,21,107,22").json()["features"]
    assert [one["properties"]["count"] for one in far] == [6]
    assert len(near) == 6
    assert near[0]["properties"]["url"].startswith("/reports/BG-")
    assert client.get("/api/reports/map/points?bbox=1,2").status_code == 422
    assert client.get("/api/reports/map/points?bbox=100,10,101,11").json()["features"] == []


def test_maps_are_not_sent_again_when_unchanged(client, small):
    for address in ("/api/reports/map/areas", "/api/reports/map/points"):
        first = client.get(address)
        assert first.status_code == 200
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    areas = client.get("/api/reports/map/areas").json()["features"]
    assert {one["properties"]["code"] for one in areas} == {"07210", "07213"}


@pytest.mark.parametrize("page", LISTS)
def test_pages_cost_the_same_whatever_the_table_holds(client, small, page):
    published(small, at=MONDAY_9AM)
    before = statements(client, page)
    for n in range(5):
        published(small, at=MONDAY_9AM + timedelta(minutes=n + 1), key=str(n))
    assert before == statements(client, page) <= 4
