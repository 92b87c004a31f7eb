"""Opening systems area by area: filing, pages, previews, the one step and its undoing."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden, Invalid
from ioc.kernel.numbers import RunningNumbers
from ioc.management.actions.rollout import Begun, open_areas, undo_opening
from ioc.management.models import AreaLineage, AuditEntry, Position, Rollout, System
from ioc.management.queries import loading, rollout
from ioc.management.queries.rollout_day import preview, readiness
from ioc.management.queries.rollout_plan import OpeningPlan, plan_preview, planned
from ioc.onscene.actions import filing
from ioc.onscene.models import Report
from ioc.onscene.rules.filing import NotOpen
from tests.factories import MONDAY_9AM, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
command = import_module("ioc.conf.cli.rollout")

TODAY = local_date(MONDAY_9AM)
SYSTEMS = ("onscene", "citizen")
PHASE_2 = date(2023, 6, 1)


def add(system: str, audience: str = "citizens", **values) -> Rollout:
    """A row of the rollout."""
    row = System.objects.get(code=system)
    return save("rollout", system=row, audience=audience, **({"legal_basis": "KH thử", "valid_from": SINCE} | values))


@pytest.fixture
def bac_giang(small: SmallProvince) -> SmallProvince:
    """The two phases, with the western commune as the city."""
    for system in SYSTEMS:
        add(system, area=small.areas["07210"], valid_from=date(2023, 3, 1), valid_to=PHASE_2)
        add(system, valid_from=PHASE_2, note="Mở toàn tỉnh giai đoạn 2.", note_en="Phase 2 opens the whole province.")
    return small


@pytest.fixture
def only_west(small: SmallProvince) -> SmallProvince:
    """Reports open in the western commune only, the eastern one from Monday in a week."""
    for system in SYSTEMS:
        add(system, area=small.areas["07210"])
        add(system, area=small.areas["07213"], valid_from=TODAY + timedelta(days=7))
    return small


EAST = {"latitude": 21.30, "longitude": 106.25}


def plan(small: SmallProvince, *codes: str, **values) -> OpeningPlan:
    given = {
        "systems": SYSTEMS, "audiences": ("citizens",), "valid_from": local_date(now()) + timedelta(days=3),
        "legal_basis": "QĐ mở", "areas": tuple(small.areas[code].id for code in codes),
    }  # fmt: skip
    return OpeningPlan(**(given | values))


class TestFiling:
    def test_the_two_phases_of_bac_giang(self, bac_giang):
        phase_1 = datetime(2023, 4, 10, 2, tzinfo=UTC)
        assert bac_giang.file(at=phase_1).code
        with pytest.raises(NotOpen) as refused:
            bac_giang.file(at=phase_1, **EAST)
        assert "01/06/2023" in str(refused.value.message)
        assert "0204 1022" in str(refused.value.remedy)
        assert bac_giang.file(at=datetime(2023, 6, 1, 2, tzinfo=UTC), **EAST).code

    def test_the_phase_ends_at_midnight_in_the_province(self, bac_giang):
        with pytest.raises(NotOpen):
            bac_giang.file(at=datetime(2023, 5, 31, 16, 59, tzinfo=UTC), **EAST)
        assert bac_giang.file(at=datetime(2023, 5, 31, 17, 1, tzinfo=UTC), **EAST).code

    def test_where_nothing_is_limited_everything_is_open(self, small):
        assert small.file(**EAST).code

    def test_what_staff_enter_is_taken_everywhere(self, only_west):
        assert only_west.file(channel="hotline", **EAST).code

    def test_a_program_needs_the_reports_system_only(self, small):
        add("citizen", area=small.areas["07210"])
        assert small.file(channel="open311", **EAST).code
        with pytest.raises(NotOpen):
            small.file(channel="app", **EAST)

    def test_businesses_are_an_audience_of_their_own(self, small):
        save("report_kind", code="business", name="Phản ánh doanh nghiệp", name_en="Business", valid_from=SINCE)
        for system in SYSTEMS:
            add(system, "businesses", area=small.areas["07210"])
        assert small.file(**EAST).code
        with pytest.raises(NotOpen):
            small.file(kind="business", **EAST)

    def test_asking_again_gives_the_first_answer_though_it_closed_meanwhile(self, only_west):
        filed = only_west.file(key="k-1")
        save_end = TODAY - timedelta(days=1)
        Rollout.objects.filter(area=only_west.areas["07210"]).update(valid_to=save_end)
        loading.drop()
        assert only_west.file(key="k-1").code == filed.code
        with pytest.raises(NotOpen):
            only_west.file(key="k-2")

    def test_no_statement_more_than_without_a_rollout(self, small, monkeypatch):
        def statements():
            # Numbers are taken in blocks: where one ends must not depend on what was filed before.
            monkeypatch.setattr(filing, "_numbers", RunningNumbers("onscene_report_number"))
            small.file()
            with CaptureQueriesContext(connection) as seen:
                small.file()
            return [one["sql"][:60] for one in seen if "kernel_referenceversion" not in one["sql"]]

        before = statements()
        for system in SYSTEMS:
            add(system, area=small.areas["07210"])
        assert statements() == before

    def test_an_area_that_was_merged_stays_open_in_its_successor(self, small):
        day = TODAY - timedelta(days=10)
        old, city = small.areas["07210"], small.areas["213"]
        for system in SYSTEMS:
            add(system, area=old)
        save_fields = {"code": "07999", "level": "commune", "name": "Phường Mới", "short_name": "Mới", "parent": city}
        new = save("area", valid_from=day, **save_fields)
        AreaLineage.objects.create(before=old, after=new, kind="merged", at=day)
        loading.drop()
        new.refresh_from_db()
        is_open = loading.current().rollout.is_open
        asked = {"system": "onscene", "day": TODAY, "audience": "citizens"}
        assert is_open(area_path=new.path, **asked)
        assert not is_open(area_path=small.areas["07213"].path, **asked)


class TestPublicPages:
    def test_the_form_says_where_it_is_open_and_from_when_elsewhere(self, client, only_west):
        page = client.get("/citizen/report/", headers={"Accept-Language": "en"}).content.decode()
        assert "Not open everywhere yet" in page
        assert "Phường Ngô Quyền" in page
        assert "Phường Trần Phú" in page

    def test_the_chosen_place_says_kindly_that_it_is_closed(self, client, only_west):
        answer = client.get(
            "/citizen/report/nearby/", {"latitude": "21.3", "longitude": "106.25"}, headers={"Accept-Language": "en"}
        )
        assert "Not open here yet" in answer.content.decode()
        assert "tel:0204 1022" in answer.content.decode()

    def test_sending_says_it_beside_the_place_and_keeps_what_was_typed(self, client, only_west):
        given = {"text": "Rác ngập đầu ngõ ba ngày nay", "category": "waste", "phone": "0912345678"}
        answer = client.post("/citizen/report/", given | {"latitude": "21.3", "longitude": "106.25"})
        assert answer.status_code == 422
        assert "Rác ngập đầu ngõ" in answer.content.decode()
        assert "0204 1022" in str(answer.context["draft"].errors["place"])
        assert not Report.objects.exists()

    def test_the_interface_for_programs_answers_with_a_problem(self, client, only_west):
        body = {"text": "Rác ngập đầu ngõ ba ngày", "category": "waste", "phone": "0912345678", **EAST}
        answer = client.post("/api/reports", json.dumps(body), content_type="application/json")
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not-open"

    def test_own_words_are_shown(self, only_west):
        row = System.objects.get(code="onscene")
        row.closed_text = "Hệ thống đang mở dần."
        row.save()
        loading.drop()
        found = rollout.closed(
            systems=SYSTEMS, area=loading.current().areas[only_west.areas["07213"].id], day=TODAY, audience="citizens"
        )
        assert found.sentence.startswith("Hệ thống đang mở dần.")
        assert found.opens_on == TODAY + timedelta(days=7)


class TestOfficials:
    def test_an_official_is_told_where_the_system_is_not_open_for_the_own_area(self, client, small):
        add("officer", "officials", area=small.areas["07210"])
        client.force_login(small.people["officer-east"])
        answer = client.get("/officer/", headers={"Accept-Language": "en"})
        assert answer.status_code == 403
        assert "Not open for you yet" in answer.content.decode()
        client.force_login(small.people["officer"])
        assert client.get("/officer/").status_code == 200

    def test_who_works_over_the_whole_province_comes_in_where_a_part_is_open(self, client, small):
        add("onscene", "officials", area=small.areas["07210"])
        client.force_login(small.people["operator"])
        assert client.get("/desk/").status_code == 200

    def test_an_administrator_is_never_locked_out(self, client, small):
        add("onscene", "officials", valid_from=date(2100, 1, 1))
        client.force_login(small.people["administrator"])
        assert client.get("/manage/").status_code == 200
        client.force_login(small.people["operator"])
        assert client.get("/desk/").status_code == 403

    def test_staff_are_warned_when_they_enter_what_lies_where_it_is_closed(self, client, only_west):
        client.force_login(only_west.people["operator"])
        given = {"text": "Đèn đường hỏng ba ngày nay", "category": "waste", "commune": "07213", "channel": "hotline"}
        answer = client.post("/desk/new/", given, follow=True)
        assert Report.objects.count() == 1
        assert "warning" in {message.level_tag for message in answer.context["messages"]}


class TestRows:
    def test_the_same_is_not_opened_twice_in_one_area_at_one_time(self, small):
        add("onscene", area=small.areas["07210"])
        with pytest.raises(Invalid) as refused:
            add("onscene", area=small.areas["07210"], valid_from=TODAY)
        assert "valid_from" in refused.value.fields

    def test_rows_one_within_the_other_are_told_on_the_page(self, client, small):
        add("onscene", area=small.areas["07210"])
        add("onscene")
        client.force_login(small.people["administrator"])
        page = client.get(reverse("manage_rollout"))
        assert len(page.context["found"].pairs) == 1

    def test_a_manager_of_a_part_opens_nothing(self, small):
        with pytest.raises(Forbidden):
            open_areas(plan=plan(small, "07213"), actor=small.actor("operator"), at=now())


class TestOpening:
    def test_one_step_opens_and_another_undoes_it_until_it_begins(self, only_west):
        Rollout.objects.filter(area=only_west.areas["07213"]).delete()
        loading.drop()
        asked = plan(only_west, "07213")
        opened = open_areas(plan=asked, actor=SYSTEM, at=now())
        assert {row.system for row in opened.rows} == set(SYSTEMS)
        area = loading.current().areas[only_west.areas["07213"].id]
        is_open = loading.current().rollout.is_open
        facts = {"system": "onscene", "area_path": area.path, "audience": "citizens"}
        assert not is_open(day=asked.valid_from - timedelta(days=1), **facts)
        assert is_open(day=asked.valid_from, **facts)
        assert undo_opening(batch=opened.batch, actor=SYSTEM, at=now()) == 2
        assert not loading.current().rollout.is_open(day=asked.valid_from, **facts)
        verbs = list(
            AuditEntry.objects.filter(record_kind="rollout").order_by("at", "id").values_list("verb", flat=True)
        )
        assert verbs[-4:] == ["added", "added", "removed", "removed"]

    def test_what_has_begun_is_not_undone(self, only_west):
        Rollout.objects.filter(area=only_west.areas["07213"]).delete()
        loading.drop()
        opened = open_areas(plan=plan(only_west, "07213", valid_from=local_date(now())), actor=SYSTEM, at=now())
        with pytest.raises(Begun):
            undo_opening(batch=opened.batch, actor=SYSTEM, at=now())

    def test_it_ends_where_the_same_opens_later_anyway(self, only_west):
        asked = plan(only_west, "07213", valid_from=TODAY + timedelta(days=5))
        assert {row.valid_to for row in planned(asked)} == {TODAY + timedelta(days=7)}

    def test_it_stays_open_where_what_is_open_on_the_day_ends_soon_after(self, only_west):
        day = local_date(now()) + timedelta(days=3)
        wednesday, friday, monday = (day + timedelta(days=number) for number in (2, 4, 7))
        Rollout.objects.filter(area=only_west.areas["07213"]).delete()
        add("onscene", area=only_west.areas["07213"], valid_to=wednesday)
        add("onscene", valid_from=friday, valid_to=monday)
        asked = plan(only_west, "07213", systems=("onscene",))
        assert [(row.valid_from, row.valid_to) for row in planned(asked)] == [(wednesday, friday), (monday, None)]
        found = plan_preview(asked, today=local_date(now()), actor=SYSTEM)
        assert (found.day, [area.code for one in found.changes for area in one.opens]) == (wednesday, ["07213"])
        opened = open_areas(plan=asked, actor=SYSTEM, at=now())
        path = loading.current().areas[only_west.areas["07213"].id].path
        is_open = loading.current().rollout.is_open
        for number in range(60):
            on = day + timedelta(days=number)
            assert is_open(system="onscene", area_path=path, day=on, audience="citizens"), on
        assert planned(asked) == []
        assert undo_opening(batch=opened.batch, actor=SYSTEM, at=now()) == 2

    def test_what_is_open_anyway_is_left_alone(self, only_west):
        assert planned(plan(only_west, "07210")) == []

    def test_where_nothing_is_limited_there_is_nothing_to_open(self, small):
        assert planned(plan(small, "07213")) == []

    def test_a_day_that_has_passed_is_refused(self, only_west):
        with pytest.raises(Invalid) as refused:
            open_areas(plan=plan(only_west, "07213", valid_from=SINCE), actor=SYSTEM, at=now())
        assert "valid_from" in refused.value.fields

    def test_an_incomplete_plan_says_what_is_missing(self, small):
        with pytest.raises(Invalid) as refused:
            planned(plan(small, systems=(), audiences=("nobody",), areas=(0,), legal_basis=" "))
        assert set(refused.value.fields) == {"systems", "audiences", "areas", "legal_basis"}

    def test_the_preview_says_what_opens_and_who_is_missing(self, only_west):
        Rollout.objects.filter(area=only_west.areas["07213"]).delete()
        loading.drop()
        found = plan_preview(plan(only_west, "07213"), today=local_date(now()), actor=SYSTEM)
        assert {one.audience for one in found.changes}
        assert [area.code for one in found.changes for area in one.opens] == ["07213", "07213"]
        assert (found.communes, found.staff) == (1, 1)
        assert len(found.unready) == 1
        assert len(found.unready[0].missing) == 1  # an officer, no head

    def test_nothing_changes_without_the_second_step(self, client, only_west):
        client.force_login(only_west.people["administrator"])
        day = local_date(now()) + timedelta(days=2)
        asked = {
            "systems": ["onscene"], "audiences": ["citizens"], "areas": [str(only_west.areas["07213"].id)],
            "valid_from": day.isoformat(), "legal_basis": "QĐ mở",
        }  # fmt: skip
        before = Rollout.objects.count()
        page = client.get(reverse("manage_rollout_open"), asked)
        assert page.context["preview"].changes
        assert Rollout.objects.count() == before
        answer = client.post(reverse("manage_rollout_open_now"), asked)
        assert answer.status_code == 302
        row = Rollout.objects.latest("id")
        assert row.valid_from == day
        client.post(reverse("manage_rollout_undo", args=[row.batch]))
        assert Rollout.objects.count() == before

    def test_a_wrong_form_says_so_beside_the_fields(self, client, small):
        client.force_login(small.people["administrator"])
        page = client.get(reverse("manage_rollout_open"), {"valid_from": "", "legal_basis": ""})
        assert page.status_code == 422
        assert {"systems", "audiences", "legal_basis", "valid_from"} <= set(page.context["form"].errors)


class TestReadiness:
    def test_each_gap_is_named(self, small):
        reference = loading.current()
        areas = [reference.areas[small.areas[code].id] for code in ("07210", "07213")]
        west, east = readiness(areas, day=TODAY)
        assert west.missing == []
        assert len(east.missing) == 1
        west, east = readiness(areas, day=date(2019, 1, 1))
        assert len(west.missing) >= 4  # nobody, no routing, no deadlines before all began

    def test_statements_do_not_grow_with_communes(self, only_west, django_assert_num_queries):
        loading.current()
        with django_assert_num_queries(2):
            preview(today=TODAY, day=TODAY + timedelta(days=8), actor=SYSTEM)


class TestPages:
    @pytest.fixture
    def admin(self, client, only_west):
        client.force_login(only_west.people["administrator"])
        return client

    def test_the_day_after_tomorrow_is_looked_at_when_none_is_chosen(self, admin):
        page = admin.get(reverse("manage_rollout_day"))
        assert page.context["day"] == local_date(now()) + timedelta(days=2)
        assert (page.context["open_count"], page.context["closed_count"]) == (1, 1)
        assert b"<path d=" in page.content

    def test_spoilt_addresses_show_the_usual(self, admin):
        page = admin.get(reverse("manage_rollout_day"), {"day": "x", "system": "x", "audience": "x"})
        assert page.status_code == 200
        assert page.context["system"] == "onscene"

    def test_the_bars(self, admin):
        page = admin.get(reverse("manage_rollout"))
        bars = [bar for group in page.context["found"].groups for lane in group.lanes for bar in lane.bars]
        assert sorted(bar.state for bar in bars) == ["coming", "coming", "now", "now"]
        assert all(0 <= float(bar.start[:-1]) <= 100 for bar in bars)

    def test_adoption(self, admin, only_west):
        filed = only_west.file(at=now() - timedelta(days=2))
        Report.objects.filter(id=filed.id).update(state="filed")
        page = admin.get(reverse("manage_adoption"), {"sort": "-filed"})
        first, second = page.context["rows"]
        assert (first.area.code, first.use.filed, second.use.filed) == ("07210", 1, 0)
        west = Position.objects.filter(organization=only_west.organizations["west"]).count()
        assert (first.accounts, second.accounts) == (west, 1)
        upwards = admin.get(reverse("manage_adoption"), {"sort": "filed"}).context["rows"]
        assert [row.area.code for row in upwards] == ["07213", "07210"]

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_adoption_as_a_file_is_logged(self, admin, form):
        answer = admin.get(reverse("manage_adoption_file", args=[form]))
        content = b"".join(answer.streaming_content)
        if form == "csv":
            assert len(list(csv.reader(io.StringIO(content.decode())))) == 3
        assert AuditEntry.objects.filter(record_kind="adoption", verb="exported").count() == 1

    def test_statements_of_adoption(self, admin, django_assert_max_num_queries):
        admin.get(reverse("manage_adoption"))
        with django_assert_max_num_queries(14):
            admin.get(reverse("manage_adoption"))


class TestCommand:
    @pytest.fixture(autouse=True)
    def _connected(self, monkeypatch):
        monkeypatch.setattr(command, "connect", lambda: None)

    def test_shows_a_day_as_json(self, only_west):
        result = CliRunner().invoke(command.rollout, ["show", "--on", f"{TODAY}", "--json"])
        assert result.exit_code == 0, result.output
        states = {(one["system"], one["audience"]): one for one in json.loads(result.output)["states"]}
        assert states["onscene", "citizens"]["closed_communes"] == ["07213"]
        assert states["assistant", "citizens"]["open"] == 2

    def test_opens_unless_it_is_only_tried(self, only_west):
        Rollout.objects.filter(area=only_west.areas["07213"]).delete()
        loading.drop()
        day = local_date(now()) + timedelta(days=3)
        given = ["open", "07213", "--system", "onscene", "--for", "citizens", "--from", f"{day}", "--basis", "QĐ"]
        before = Rollout.objects.count()
        tried = CliRunner().invoke(command.rollout, [*given, "--dry-run", "--json"])
        assert tried.exit_code == 0, tried.output
        assert json.loads(tried.output)["changes"][0]["opens"] == ["07213"]
        assert Rollout.objects.count() == before
        assert CliRunner().invoke(command.rollout, given).exit_code == 0
        assert Rollout.objects.count() == before + 1

    def test_says_what_is_wrong(self, only_west):
        given = ["open", "99999", "--system", "onscene", "--for", "citizens", "--from", "2030-01-01", "--basis", "QĐ"]
        result = CliRunner().invoke(command.rollout, given)
        assert result.exit_code == 1
        assert "99999" in result.output
