"""How far a manager of a part of the province reaches, and what moves when the tree does."""

import pytest

from ioc.kernel import rights
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden
from ioc.management.actions import access
from ioc.management.actions.records import EDITABLE, delete_record, save_record
from ioc.management.actions.reorganizing import plan_change
from ioc.management.actions.tokens import issue_token, revoke_token
from ioc.management.models import Area, Organization, Person, Position, Role
from ioc.management.rules.reorganizing import MOVE, Plan
from ioc.onscene import actions
from ioc.onscene.models import Assignment, Report
from ioc.onscene.queries import agency
from tests.factories import MONDAY_9AM, PASSWORD, SINCE, save

pytestmark = pytest.mark.django_db
WHOLE = {"role", "report_kind", "category", "reason", "routing_rule", "deadline_rule", "office_hours", "calendar_day"}


@pytest.fixture
def ward(small):
    """Somebody who manages the western ward and may handle there."""
    role = save("role", code="ward", name="ward", name_en="ward", rights=[rights.MANAGE, rights.HANDLE])
    person = save("person", username="ward", full_name="Người quản trị phường", password=PASSWORD)
    save("position", person=person, role=role, organization=small.organizations["west"], valid_from=SINCE)
    small.people["ward"] = person
    return small.actor("ward")


def put(actor, kind, record_id=None, /, **fields):
    return save_record(kind=kind, record_id=record_id, fields=fields, actor=actor, at=now())


def test_what_holds_for_all_is_for_who_manages_all(small, ward):
    for kind in WHOLE:
        row = EDITABLE[kind].objects.first()
        with pytest.raises(Forbidden):
            put(ward, kind, row.pk)
        with pytest.raises(Forbidden):
            delete_record(kind=kind, record_id=row.pk, actor=ward, at=now())
    with pytest.raises(Forbidden):
        put(ward, "province", True, name="x")
    with pytest.raises(Forbidden):
        put(ward, "role", code="mine", name="x", name_en="x", rights=[rights.HANDLE])
    with pytest.raises(Forbidden):
        issue_token(name="x", rights=[], actor=ward, at=now())
    with pytest.raises(Forbidden):
        revoke_token(token_id=1, actor=ward, at=now())


def test_areas_and_agencies_by_their_paths(small, ward):
    west, east = small.organizations["west"], small.organizations["east"]
    put(ward, "area", small.areas["07210"].pk, short_name="Ngô Quyền mới")
    put(ward, "organization", west.pk, phone="0204")
    for kind, row in (("area", small.areas["07213"]), ("area", small.areas["24"]), ("organization", east)):
        with pytest.raises(Forbidden):
            put(ward, kind, row.pk, short_name="x")
    assert Organization.objects.get(pk=east.pk).short_name == east.short_name
    below = {"code": "west-team", "name": "Đội", "short_name": "Đội", "kind": "enterprise", "valid_from": SINCE}
    put(ward, "organization", parent=west, area=small.areas["07210"], **below)
    # Without an area, positions there would reach everywhere.
    with pytest.raises(Forbidden):
        put(ward, "organization", parent=west, **below | {"code": "west-all"})
    with pytest.raises(Forbidden):
        put(ward, "organization", west.pk, area=small.areas["24"])
    # On its first day, on which its place may be corrected at all.
    new = put(ward, "organization", parent=west, area=small.areas["07210"],
              **below | {"code": "west-new", "valid_from": local_date(now())})  # fmt: skip
    with pytest.raises(Forbidden):
        put(ward, "organization", new.pk, parent=None)


def test_nobody_gives_what_they_do_not_hold(small, ward):
    west, east = small.organizations["west"], small.organizations["east"]
    new = put(ward, "person", username="ha", full_name="Hà", password=PASSWORD)
    given = {"person": new, "valid_from": SINCE}
    role = {one.code: one for one in Role.objects.all()}
    put(ward, "position", role=role["officer"], organization=west, **given)
    for code, organization, more in (
        ("head", west, {}),
        ("administrator", west, {}),
        ("officer", east, {}),
        ("officer", small.organizations["province"], {}),
        ("officer", west, {"area": small.areas["24"], "valid_from": MONDAY_9AM.date()}),
    ):
        with pytest.raises(Forbidden):
            put(ward, "position", role=role[code], organization=organization, **given | more)
    assert Position.objects.filter(person=new).count() == 1
    with pytest.raises(Forbidden):
        delete_record(kind="position", record_id=small.people["officer-east"].positions.get().pk, actor=ward, at=now())


def test_people_by_all_their_positions(small, ward):
    access.reset_password(person_id=small.people["officer"].id, password="mot-mat-khau-khac-2027", actor=ward, at=now())
    # The head may approve, the manager not: the head's password would be a way to.
    for login in ("head", "officer-east", "administrator"):
        person = small.people[login].id
        with pytest.raises(Forbidden):
            access.reset_password(person_id=person, password="mot-mat-khau-khac-2027", actor=ward, at=now())
        with pytest.raises(Forbidden):
            access.set_up_totp(person_id=person, actor=ward, at=now())
        with pytest.raises(Forbidden):
            access.suspend_person(person_id=person, actor=ward, at=now(), reason="x")
        with pytest.raises(Forbidden):
            put(ward, "person", person, email="mine@example.vn")
        assert not Person.objects.get(id=person).email


def test_the_whole_province_is_its_area_too(small):
    role = Role.objects.get(code="administrator")
    person = save("person", username="chief", full_name="Chánh", password=PASSWORD)
    save("position", person=person, role=role, organization=small.organizations["province"], valid_from=SINCE)
    small.people["chief"] = person
    put(small.actor("chief"), "role", code="r", name="r", name_en="r", rights=[rights.LEAD])


def test_work_goes_along_when_an_agency_or_area_moves(small):
    filed = small.file()
    west = small.organizations["west"]
    actions.dispatch(report_id=filed.id, lead_id=west.id, actor=small.actor("operator"), at=MONDAY_9AM)
    top = save(
        "organization", code="city", name="Thành phố", short_name="TP", kind="district", valid_from=SINCE,
        parent=small.organizations["province"], area=small.areas["213"],
    )  # fmt: skip
    plan_change(
        plan=Plan(kind=MOVE, sources=(west.pk,), sources_end=False, parent_id=top.pk), day=local_date(now()),
        reason="x", actor=small.actor("administrator"), at=now(),
    )  # fmt: skip
    other = save(
        "area", code="214", level="district", name="Huyện", short_name="Huyện", parent=small.areas["24"],
        valid_from=SINCE,
    )  # fmt: skip
    put(small.actor("administrator"), "area", small.areas["07210"].pk, parent=other)
    assert Assignment.objects.get(report_id=filed.id).organization_path == Organization.objects.get(pk=west.pk).path
    assert Report.objects.get(id=filed.id).area_path == Area.objects.get(code="07210").path
    officer = small.actor("officer")
    assert agency.inbox(actor=officer, at=MONDAY_9AM).counts["accept"] == 1
    actions.accept(report_id=filed.id, actor=officer, at=MONDAY_9AM)
