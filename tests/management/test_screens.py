"""The administration's screens: each opens, saves, refuses and costs the same however much there is."""

from datetime import date

import pytest
from django.urls import reverse

from ioc.kernel import reference
from ioc.kernel.clock import local, now
from ioc.kernel.rights import RIGHTS
from ioc.management.middleware import SETTLED_AT
from ioc.management.models import (
    Area,
    AreaLineage,
    AuditEntry,
    CalendarDay,
    Category,
    CategoryQuestion,
    DeadlineRule,
    Organization,
    Person,
    Position,
    Role,
    RoutingRule,
)
from ioc.management.views.kinds import SCREENS
from tests.factories import PASSWORD, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db

LISTED = [slug for slug, screen in SCREENS.items() if screen.is_listed]


@pytest.fixture
def admin(client, small: SmallProvince):
    client.force_login(small.people["administrator"])
    return client


@pytest.mark.parametrize("slug", LISTED)
def test_each_list_opens_and_each_row_has_its_form(admin, slug):
    page = admin.get(f"/manage/{slug}/?state=all")
    assert page.status_code == 200
    for line in page.context["lines"][:1]:
        assert admin.get(line.href).status_code == 200


@pytest.mark.parametrize("slug", [*SCREENS])
def test_each_kind_has_a_form_for_a_new_one(admin, slug):
    page = admin.get(f"/manage/{slug}/add/")
    assert page.status_code == 200
    assert page.context["form"].fields


@pytest.mark.parametrize("slug", [*SCREENS])
def test_an_empty_form_is_refused_with_errors_beside_the_fields(admin, slug):
    page = admin.post(f"/manage/{slug}/add/", {})
    assert page.status_code == 422
    assert page.context["form"].errors
    assert "id_" in page.content.decode()
    assert "_error" in page.content.decode()


@pytest.mark.parametrize(
    "name", ["manage_start", "manage_province", "manage_calendar", "manage_programs", "manage_audit", "manage_health"]
)
def test_the_other_pages_open(admin, name):
    assert admin.get(reverse(name)).status_code == 200


CLOSED = ("", "areas/", "people/", "routing/", "audit/", "health/", "programs/", "roles/add/")


@pytest.mark.parametrize("address", CLOSED)
@pytest.mark.parametrize("login", ["operator", "officer", "leader"])
def test_others_stay_outside(client, small, address, login):
    client.force_login(small.people[login])
    assert client.get(f"/manage/{address}").status_code == 403


def test_anonymous_is_sent_to_sign_in(client, small):
    answer = client.get("/manage/areas/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_unknown_addresses_are_not_found(admin):
    for address in ("nothing/", "nothing/add/", "areas/999999/", "areas/x/", "lineage/", "people/not-a-uuid/"):
        assert admin.get(f"/manage/{address}").status_code == 404, address


def test_spoilt_filters_show_an_empty_list_not_an_error(admin):
    for query in ("category=x", "page=x", "day=x", "state=x", "lead=99999999999", "moment=x&for_category=x&commune=9"):
        for page in ("", "try/", "matrix/"):
            assert admin.get(f"/manage/routing/{page}?{query}").status_code == 200, query


CATEGORY = {
    "name": "Đèn đường", "name_en": "Street lights", "code": "lights", "icon": "lightbulb", "keywords": "đèn, tối",
    "is_public": "on", "place_precision_m": "0", "position": "3", "valid_from": "2024-01-01",
}  # fmt: skip


def test_a_category_is_added_changed_and_seen_in_the_log(admin):
    assert admin.post("/manage/categories/add/", CATEGORY)["Location"] == "/manage/categories/"
    made = Category.objects.get(code="lights")
    assert (made.keywords, made.path, made.needs_evidence) == (["đèn", "tối"], f"/{made.pk}/", False)
    admin.post(f"/manage/categories/{made.pk}/", CATEGORY | {"name_en": "Lamps"})
    made.refresh_from_db()
    assert made.name_en == "Lamps"
    log = admin.get("/manage/audit/?kind=category").content.decode()
    assert "Lamps" in log
    assert "Street lights" in log


def test_a_form_sent_twice_adds_one(admin):
    sent = CATEGORY | {"form_key": "once"}
    answers = [admin.post("/manage/categories/add/", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Category.objects.filter(code="lights").count() == 1
    assert AuditEntry.objects.filter(record_kind="category", record_name="Đèn đường").count() == 1


def test_an_end_before_the_beginning_is_said_beside_the_field(admin):
    page = admin.post("/manage/categories/add/", CATEGORY | {"valid_to": "2023-01-01"})
    assert page.status_code == 422
    assert "valid_to" in page.context["form"].errors


def test_a_category_cannot_go_below_itself(admin):
    top = Category.objects.get(code="environment")
    page = admin.post(f"/manage/categories/{top.pk}/", CATEGORY | {"code": "environment", "parent": top.pk})
    assert page.status_code == 422
    assert page.context["record"].path == f"/{top.pk}/"


def test_what_is_used_cannot_vanish(admin, small):
    west = small.organizations["west"]
    answer = admin.post(f"/manage/agencies/{west.pk}/remove/", follow=True)
    assert Organization.objects.filter(pk=west.pk).exists()
    assert any("error" in message.tags for message in answer.context["messages"])
    environment = Category.objects.get(code="environment")
    save("routing_rule", category=environment, lead=west, valid_from=SINCE)
    leaf = Category.objects.get(code="waste")
    save("deadline_rule", step="handle", category=leaf, unit="working_days", limit=1, legal_basis="x", valid_from=SINCE)
    admin.post(f"/manage/categories/{leaf.pk}/remove/")
    assert Category.objects.filter(pk=leaf.pk).exists()
    assert DeadlineRule.objects.filter(category=leaf).exists()


def test_what_nothing_uses_can_be_removed(admin):
    admin.post("/manage/categories/add/", CATEGORY)
    made = Category.objects.get(code="lights")
    save("category_question", category=made, code="pole", datatype="string", text="Số cột?")
    assert admin.post(f"/manage/categories/{made.pk}/remove/").status_code == 302
    assert not Category.objects.filter(pk=made.pk).exists()
    assert AuditEntry.objects.filter(record_id=str(made.pk), verb="removed", record_kind="category").exists()


def test_people_and_the_province_are_never_removed(admin, small):
    assert admin.post(f"/manage/people/{small.people['leader'].pk}/remove/").status_code == 404
    assert admin.post("/manage/province/True/remove/").status_code == 404


def test_questions_take_choices_as_lines(admin):
    waste = Category.objects.get(code="waste")
    fields = {
        "category": waste.pk,
        "text": "Loại rác?",
        "code": "type",
        "datatype": "singlevaluelist",
        "position": "0",
    }
    assert admin.post("/manage/questions/add/", fields).status_code == 422
    assert admin.post("/manage/questions/add/", fields | {"values": "a"}).status_code == 422
    answer = admin.post("/manage/questions/add/", fields | {"values": "home = Rác nhà\nsite = Xà bần\n"})
    assert answer["Location"] == f"/manage/categories/{waste.pk}/"
    made = CategoryQuestion.objects.get(code="type")
    assert made.values == [{"key": "home", "name": "Rác nhà"}, {"key": "site", "name": "Xà bần"}]
    assert "home = Rác nhà" in admin.get(f"/manage/questions/{made.pk}/").content.decode()
    assert "Loại rác?" in admin.get(f"/manage/categories/{waste.pk}/").content.decode()


def test_a_routing_row_names_one_lead_in_one_way(admin, small):
    west, company = small.organizations["west"].pk, small.organizations["waste-company"].pk
    both = {"lead": west, "lead_level": "commune", "valid_from": "2024-01-01"}
    assert "lead" in admin.post("/manage/routing/add/", both).context["form"].errors
    assert "lead" in admin.post("/manage/routing/add/", {"valid_from": "2024-01-01"}).context["form"].errors
    itself = {"lead": west, "cooperating": [west], "valid_from": "2024-01-01"}
    assert "cooperating" in admin.post("/manage/routing/add/", itself).context["form"].errors
    good = {"lead": west, "cooperating": [company], "valid_from": "2024-01-01"}
    assert admin.post("/manage/routing/add/", good).status_code == 302
    made = RoutingRule.objects.get(lead=west)
    assert [one.pk for one in made.cooperating.all()] == [company]
    admin.post(f"/manage/routing/{made.pk}/", good | {"cooperating": []})
    event = AuditEntry.objects.filter(record_kind="routing_rule", verb="changed").get()
    assert (event.before, event.after) == ({"cooperating": [company]}, {"cooperating": []})


def test_the_simulator_says_who_by_when_and_why(admin, small):
    waste, area = Category.objects.get(code="waste"), small.areas["07210"]
    address = f"/manage/routing/try/?for_category={waste.pk}&commune={area.pk}&moment=2026-11-23T09:00&kind=on_scene"
    found = admin.get(address + "&urgency=urgent").context["simulated"]
    assert found.lead.name == "UBND phường Ngô Quyền"
    assert [one.name for one in found.cooperating] == ["Công ty Môi trường đô thị"]
    handle = found.steps[1]
    # Four working hours from 9:00: two and a half before the midday break, the rest from 13:30 on.
    assert f"{local(handle.due.due_at):%d/%m %H:%M}" == "23/11 15:00"
    RoutingRule.objects.update(valid_to=date(2025, 1, 1))
    DeadlineRule.objects.filter(step="handle").update(valid_to=date(2025, 1, 1))
    reference.bump()
    page = admin.get(address)
    assert page.context["simulated"].lead is None
    assert page.context["simulated"].steps[1].problem


def test_areas_show_the_tree_as_of_a_day(admin, small):
    old = small.areas["07213"]
    save(
        "area",
        code="99999",
        level="commune",
        name="Phường Bắc Giang",
        short_name="Bắc Giang",
        parent=small.areas["213"],
        valid_from=date(2025, 7, 1),
    )
    Area.objects.filter(pk=old.pk).update(valid_to=date(2025, 7, 1))
    before = [line.row.name for line in admin.get("/manage/areas/?day=2024-05-01").context["lines"]]
    after = [line.row.name for line in admin.get("/manage/areas/?day=2026-05-01").context["lines"]]
    assert "Phường Trần Phú" in before
    assert "Phường Bắc Giang" not in before
    assert "Phường Trần Phú" not in after
    assert "Phường Bắc Giang" in after
    depths = {line.row.name: line.depth for line in admin.get("/manage/areas/").context["lines"]}
    assert (depths["Tỉnh Bắc Giang"], depths["Thành phố Bắc Giang"], depths["Phường Ngô Quyền"]) == (0, 1, 2)
    assert [line.row.code for line in admin.get("/manage/areas/?q=ngo quyen").context["lines"]] == ["07210"]


def test_lineage_is_added_on_the_unit_and_seen_from_both(admin, small):
    before, after = small.areas["07213"], small.areas["07210"]
    fields = {
        "before": before.pk,
        "after": after.pk,
        "kind": "merged",
        "at": "2025-07-01",
        "legal_basis": "NQ 1658",
    }
    assert admin.post("/manage/lineage/add/", fields)["Location"] == f"/manage/areas/{before.pk}/"
    assert AreaLineage.objects.count() == 1
    for area in (before, after):
        assert "NQ 1658" in admin.get(f"/manage/areas/{area.pk}/").content.decode()


def test_calendar_shows_a_year_and_takes_days(admin):
    assert "Quốc khánh" in admin.get("/manage/calendar/?year=2027").content.decode()
    fields = {"day": "2027-01-01", "kind": "holiday", "name": "Tết Dương lịch"}
    assert admin.post("/manage/calendar-days/add/", fields)["Location"] == "/manage/calendar/?year=2027"
    assert CalendarDay.objects.filter(day=date(2027, 1, 1)).exists()
    again = admin.post("/manage/calendar-days/add/", fields)
    assert "day" in again.context["form"].errors


def test_office_hours_close_after_they_open(admin):
    fields = {"weekdays": ["5"], "opens": "08:00", "closes": "07:00", "valid_from": "2024-01-01"}
    assert "closes" in admin.post("/manage/office-hours/add/", fields).context["form"].errors
    assert admin.post("/manage/office-hours/add/", fields | {"closes": "11:00"}).status_code == 302


def test_roles_offer_each_right_with_its_explanation(admin):
    page = admin.get("/manage/roles/add/").content.decode()
    assert page.count('name="rights"') == len(RIGHTS)
    wrong = {"name": "x", "name_en": "x", "code": "x", "rights": ["everything"]}
    assert "rights" in admin.post("/manage/roles/add/", wrong).context["form"].errors


def test_the_province_is_one_form(admin):
    fields = {
        "name": "tỉnh Bắc Ninh",
        "short_name": "Bắc Ninh",
        "name_en": "Bac Ninh",
        "app_name": "BacNinh-C",
        "code_prefix": "bn",
        "area": Area.objects.get(code="24").pk,
    }
    assert admin.post("/manage/province/", fields | {"code_prefix": "b1"}).status_code == 422
    assert admin.post("/manage/province/", fields)["Location"] == "/manage/province/"
    assert "Bắc Ninh" in admin.get("/manage/").content.decode()


NEW_PERSON = {
    "full_name": "Trần Thu Hà",
    "username": "ha",
    "language": "vi",
    "email": "ha@example.vn",
    "password": PASSWORD,
}


def test_a_person_is_added_with_a_first_password_and_a_position(admin, small):
    weak = admin.post("/manage/people/add/", NEW_PERSON | {"password": "short"})
    assert "password" in weak.context["form"].errors
    answer = admin.post("/manage/people/add/", NEW_PERSON)
    made = Person.objects.get(username="ha")
    assert answer["Location"] == f"/manage/people/{made.pk}/"
    assert made.check_password(PASSWORD)
    assert PASSWORD not in str(list(AuditEntry.objects.values()))
    position = {
        "person": made.pk,
        "organization": small.organizations["west"].pk,
        "role": Role.objects.get(code="officer").pk,
        "valid_from": "2024-01-01",
        "reviewed": "1",
    }
    assert admin.post("/manage/positions/add/", position)["Location"] == f"/manage/people/{made.pk}/"
    assert Position.objects.filter(person=made).count() == 1
    twin = admin.post("/manage/people/add/", NEW_PERSON | {"username": "ha2", "email": "HA@example.vn"})
    assert "email" in twin.context["form"].errors


def test_people_are_found_without_diacritics(admin):
    admin.post("/manage/people/add/", NEW_PERSON)
    assert [line.row.username for line in admin.get("/manage/people/?q=tran thu ha").context["lines"]] == ["ha"]


def test_the_start_page_names_what_is_missing(admin, small):
    found = admin.get("/manage/").context["overview"]
    assert {one.name for one in found.unstaffed} == {"UBND phường Trần Phú", "Công ty Môi trường đô thị"}
    assert not found.routes
    assert not found.deadlines
    Role.objects.filter(code="administrator").update(requires_second_factor=True)
    RoutingRule.objects.update(valid_to=date(2025, 1, 1))
    DeadlineRule.objects.filter(step="publish").update(valid_to=date(2025, 1, 1))
    CalendarDay.objects.filter(day__year__gt=2026).delete()
    reference.bump()
    session = admin.session
    session[SETTLED_AT] = int(now().timestamp())
    session.save()
    found = admin.get("/manage/").context["overview"]
    assert {gap.communes for gap in found.routes} == {2}
    assert len({str(gap.urgency) for gap in found.deadlines}) == len(found.deadlines) == 3
    assert [one.username for one in found.no_second_factor] == ["administrator"]


def test_the_log_pages_by_key_and_shows_each_event_once(admin):
    seen, cursor = [], ""
    while True:
        page = admin.get("/manage/audit/", {"after": cursor} if cursor else {})
        seen += [row["event"].id for row in page.context["rows"]]
        cursor = page.context["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == AuditEntry.objects.count() > 50
    assert admin.get("/manage/audit/?after=spoilt&since=x").status_code == 200


def test_programs_get_a_key_that_is_shown_once(admin):
    sent = {"name": "Hotline", "right": "onscene.file_by_program", "form_key": "k"}
    first, second = (admin.post("/manage/programs/", sent) for _ in range(2))
    token = first.context["token"]
    assert len(token) > 20
    assert token in first.content.decode()
    assert second.context["token"] == ""
    assert second.context["was_sent"]
    row = first.context["tokens"][0]
    assert admin.post("/manage/programs/", {"name": " "}).status_code == 422
    admin.post(f"/manage/programs/{row.pk}/revoke/")
    assert admin.get("/manage/programs/").context["tokens"][0].revoked_at
    assert {"issued", "revoked"} <= set(AuditEntry.objects.values_list("verb", flat=True))
