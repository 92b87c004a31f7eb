"""Adding, changing and removing configuration records through the actions."""

from datetime import date

import pytest

from ioc.kernel.clock import now
from ioc.kernel.errors import Forbidden, Invalid, NotFound
from ioc.management.actions.records import EDITABLE, delete_record, save_record
from ioc.management.actions.tokens import issue_token, revoke_token
from ioc.management.models import ApiToken, Area, AuditEntry, Category, Organization, RoutingRule
from ioc.management.queries import loading
from tests.factories import PASSWORD, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db


def change(small: SmallProvince, kind: str, record_id: object, /, login: str = "administrator", **fields):
    return save_record(kind=kind, record_id=record_id, fields=fields, actor=small.actor(login), at=now())


@pytest.mark.parametrize("login", ["operator", "operating-lead", "officer", "head", "leader"])
@pytest.mark.parametrize("kind", [*EDITABLE])
def test_only_administrators_write(small, login, kind):
    before = AuditEntry.objects.count()
    with pytest.raises(Forbidden):
        save_record(kind=kind, fields={}, actor=small.actor(login), at=now())
    with pytest.raises(Forbidden):
        delete_record(kind=kind, record_id=1, actor=small.actor(login), at=now())
    assert AuditEntry.objects.count() == before


def test_wrong_values_are_named_and_nothing_is_written(small):
    before = AuditEntry.objects.count()
    with pytest.raises(Invalid) as wrong:
        change(small, "area", None, code="", level="planet", name="", short_name="x", valid_from=SINCE)
    assert {"code", "level", "name"} <= wrong.value.fields.keys()
    with pytest.raises(Invalid):
        change(small, "category", None, code="waste", name="x", name_en="x", valid_from=SINCE)
    with pytest.raises(Invalid):
        change(small, "category", None, code="new", name="x", name_en="x", valid_from=SINCE, valid_to=SINCE)
    with pytest.raises(Invalid) as right:
        change(small, "role", None, code="r", name="r", name_en="r", rights=["everything"])
    assert "rights" in right.value.fields
    assert AuditEntry.objects.count() == before


def test_a_missing_record_is_not_found(small):
    for record_id in (0, "x", None):
        if record_id is not None:
            with pytest.raises(NotFound):
                change(small, "category", record_id, name="x")
        with pytest.raises(NotFound):
            delete_record(kind="category", record_id=record_id, actor=small.actor("administrator"), at=now())


def test_paths_follow_the_parent_down_the_tree(small):
    old, west = small.areas["213"], small.areas["07210"]
    other = save(
        "area",
        code="214",
        level="district",
        name="Huyện Yên Thế",
        short_name="Yên Thế",
        parent=small.areas["24"],
        valid_from=SINCE,
    )
    change(small, "area", old.pk, parent=other)
    assert Area.objects.get(pk=west.pk).path == f"/{small.areas['24'].pk}/{other.pk}/{old.pk}/{west.pk}/"
    with pytest.raises(Invalid):
        change(small, "area", other.pk, parent=Area.objects.get(pk=west.pk))
    assert Area.objects.get(pk=other.pk).parent_id == small.areas["24"].pk


def test_the_log_holds_what_changed_and_no_more(small):
    waste = Category.objects.get(code="waste")
    change(small, "category", waste.pk, name_en="Rubbish", icon=waste.icon)
    event = AuditEntry.objects.order_by("-id").first()
    assert (event.verb, event.record_kind, event.record_id) == ("changed", "category", str(waste.pk))
    assert (event.before, event.after) == ({"name_en": "Waste"}, {"name_en": "Rubbish"})
    assert (event.actor_name, event.organization_name) == ("Người administrator", "Trung tâm điều hành thông minh")


def test_the_log_holds_lists_of_others_too(small):
    rule = RoutingRule.objects.get()
    company = small.organizations["waste-company"].pk
    change(small, "routing_rule", rule.pk, cooperating=[])
    event = AuditEntry.objects.order_by("-id").first()
    assert (event.before, event.after) == ({"cooperating": [company]}, {"cooperating": []})


def test_passwords_are_checked_hashed_and_never_logged(small):
    with pytest.raises(Invalid) as weak:
        save("person", username="ha", full_name="Hà", password="quá-ngắn")
    assert "password" in weak.value.fields
    person = save("person", username="ha", full_name="Hà", password=PASSWORD)
    assert person.check_password(PASSWORD)
    logged = str(list(AuditEntry.objects.values()))
    assert PASSWORD not in logged
    assert person.password not in logged


def test_a_change_is_seen_at_once(small):
    assert loading.current().category("waste").name_en == "Waste"
    change(small, "category", Category.objects.get(code="waste").pk, name_en="Rubbish")
    assert loading.current().category("waste").name_en == "Rubbish"


def test_what_is_used_stays(small):
    filed = small.file()
    admin = small.actor("administrator")
    for kind, record_id in (
        ("category", Category.objects.get(code="waste").pk),
        ("area", small.areas["07210"].pk),
        ("organization", small.organizations["waste-company"].pk),
        ("person", small.people["officer"].pk),
        ("role", small.people["officer"].positions.get().role_id),
    ):
        with pytest.raises(Invalid) as used:
            delete_record(kind=kind, record_id=record_id, actor=admin, at=now())
        assert used.value.remedy
    assert filed.code


def test_a_routing_row_goes_with_its_own_list(small):
    rule = RoutingRule.objects.get()
    delete_record(kind="routing_rule", record_id=rule.pk, actor=small.actor("administrator"), at=now())
    assert not RoutingRule.objects.exists()
    assert Organization.objects.filter(code="waste-company").exists()
    event = AuditEntry.objects.get(verb="removed")
    assert event.before["lead_level"] == "commune"
    assert event.after == {}


def test_an_ended_record_stays_readable(small):
    waste = Category.objects.get(code="waste")
    change(small, "category", waste.pk, valid_to=date(2026, 1, 1))
    assert Category.objects.filter(pk=waste.pk).exists()
    with pytest.raises(NotFound):
        loading.current().category("waste")


def test_keys_of_programs_leave_events_and_no_key(small):
    admin = small.actor("administrator")
    with pytest.raises(Forbidden):
        issue_token(name="x", rights=[], actor=small.actor("operator"), at=now())
    with pytest.raises(Invalid):
        issue_token(name=" ", rights=[], actor=admin, at=now())
    with pytest.raises(Invalid):
        issue_token(name="x", rights=["everything"], actor=admin, at=now())
    token = issue_token(name="Hotline", rights=["onscene.file_by_program"], actor=admin, at=now())
    row = ApiToken.objects.get()
    revoke_token(token_id=row.pk, actor=admin, at=now())
    revoke_token(token_id=row.pk, actor=admin, at=now())
    events = AuditEntry.objects.filter(record_kind="api_token").order_by("id")
    assert [event.verb for event in events] == ["issued", "revoked"]
    assert token not in str(list(AuditEntry.objects.values()))
