"""The screens of agencies: tree and search of a day, the page, forms that show before they do, and their cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.management.actions.reorganizing import plan_change
from ioc.management.models import Organization, OrganizationChange, Role
from ioc.management.rules.reorganizing import RENAME, Plan
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db


def form(small: SmallProvince, code: str, kind: str) -> str:
    return f"/manage/agencies/{small.organizations[code].id}/change/{kind}/"


def asked(small: SmallProvince, **more: str) -> dict[str, str]:
    target = str(small.organizations["east"].id)
    return {"day": local_date(now()).isoformat(), "legal_basis": "QĐ 1", "part0-target": target} | more


def test_the_tree_finds_without_diacritics_and_keeps_what_leads_there(desk, small):
    text = desk.get("/manage/agencies/tree/?q=ngo+quyen").content.decode()
    assert "UBND phường Ngô Quyền" in text
    assert "Ủy ban nhân dân tỉnh" in text
    assert "UBND phường Trần Phú" not in text
    assert "1 trong 5" in text or "1 of 5" in text


def test_a_past_day_shows_the_names_of_that_day(desk, small):
    plan = Plan(kind=RENAME, sources=(small.organizations["west"].id,), name="UBND phường Tân Ngô", short_name="x")
    plan_change(plan=plan, day=local_date(now()), legal_basis="QĐ 1", actor=SYSTEM, at=now())
    yesterday = local_date(now()) - timedelta(days=1)
    assert "Tân Ngô" in desk.get("/manage/agencies/tree/").content.decode()
    before = desk.get(f"/manage/agencies/tree/?day={yesterday}").content.decode()
    assert "Tân Ngô" not in before
    assert "UBND phường Ngô Quyền" in before


def test_the_tree_costs_the_same_whatever_its_size(desk, small, django_assert_max_num_queries):
    desk.get("/manage/agencies/tree/")
    for number in range(30):
        save("organization", code=f"o{number}", name=f"Cơ quan {number}", short_name=str(number), kind="department",
             parent=small.organizations["province"], valid_from=SINCE)  # fmt: skip
    desk.get("/manage/agencies/tree/")
    with django_assert_max_num_queries(14):
        desk.get("/manage/agencies/tree/")


def test_a_form_shows_what_would_happen_and_changes_nothing(desk, small):
    address = form(small, "west", "merge")
    assert desk.get(address).status_code == 200
    text = desk.get(address, asked(small)).content.decode()
    assert "Người officer" in text
    assert "→ UBND phường Trần Phú" in text
    assert escape("Ngô Quyền") in text
    assert not OrganizationChange.objects.exists()


def test_a_sent_form_is_done_once(desk, small):
    values = asked(small, form_key="k1")
    for _ in range(2):
        assert desk.post(form(small, "west", "merge"), values).status_code == 302
    assert OrganizationChange.objects.get().state == "done"
    page = desk.get(f"/manage/agencies/changes/{OrganizationChange.objects.get().pk}/").content.decode()
    assert "UBND phường Trần Phú" in page
    west = desk.get(f"/manage/agencies/{small.organizations['west'].id}/").content.decode()
    assert "change/merge/" not in west


def test_what_is_wrong_is_said_beside_the_field(desk, small):
    answer = desk.post(form(small, "west", "merge"), asked(small, day="2020-01-01"))
    assert answer.status_code == 422
    assert "day_error" in answer.content.decode() or "id_day" in answer.content.decode()
    new = {"part0-target": "", "part0-name": "Mới", "part0-code": "moi"}
    text = desk.get(form(small, "west", "merge"), asked(small, **new)).content.decode()
    assert "id_part0-kind_error" in text
    assert not OrganizationChange.objects.exists()


def test_without_a_fresh_sign_in_it_is_confirmed_first(small):
    client = Client()
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["confirmed_at"] = 0
    session.save()
    answer = client.post(form(small, "west", "merge"), asked(small))
    assert "reauthenticate" in answer["Location"]
    assert not OrganizationChange.objects.exists()


def test_a_split_sends_lines_where_they_were_sent(desk, small):
    values = asked(small, goes_on="on", form_key="k2")
    position = small.people["head"].positions.get()
    values[f"positions:{position.pk}"] = "0"
    assert desk.post(form(small, "west", "split"), values).status_code == 302
    assert small.people["head"].positions.get(valid_to=None).organization.code == "east"
    assert Organization.objects.get(code="west").valid_to is None


def test_a_planned_change_is_listed_and_withdrawn(desk, small):
    day = local_date(now()) + timedelta(days=9)
    desk.post(form(small, "west", "merge"), asked(small, day=day.isoformat()))
    change = OrganizationChange.objects.get()
    assert f"{day:%d/%m/%Y}" in desk.get("/manage/agencies/changes/?state=planned").content.decode()
    assert f"{day:%d/%m/%Y}" in desk.get("/manage/agencies/tree/").content.decode()
    assert desk.post(f"/manage/agencies/changes/{change.pk}/withdraw/").status_code == 302
    change.refresh_from_db()
    assert change.state == "withdrawn"


def test_unknown_changes_are_not_found(desk, small):
    assert desk.get(form(small, "west", "sell")).status_code == 404
    assert desk.get("/manage/agencies/changes/99/").status_code == 404
    assert desk.get("/manage/agencies/99999/").status_code == 404


def test_the_scheme_of_a_code_is_chosen_from_the_list_and_its_writing_checked(desk, small):
    scheme = save("code_scheme", code="TAX", name="MST", pattern="[0-9]{10}", check_rule="tax_number", valid_from=SINCE)
    values = {"organization": small.organizations["west"].id, "scheme": scheme.code, "valid_from": "2024-01-01"}
    wrong = desk.post("/manage/agency-codes/add/", values | {"value": "0100109107"})
    assert wrong.status_code == 422
    assert "id_value_error" in wrong.content.decode()
    assert desk.post("/manage/agency-codes/add/", values | {"value": "0100109106"}).status_code == 302
    assert Role.objects.exists()
