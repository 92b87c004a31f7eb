"""Agencies moved under another from a day on: whose rights change is seen before, and sealed ones take two."""

from datetime import date, timedelta

import pytest

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Forbidden, Invalid
from ioc.kernel.rights import APPROVE, HANDLE, MANAGE, NEEDS_SECOND_PERSON, OPEN_IDENTITY
from ioc.management.actions.records import save_record
from ioc.management.actions.reorganizing import AlreadyPlanned, carry_out_due, plan_change, withdraw_change
from ioc.management.actions.second_person import confirm_change, refuse_change
from ioc.management.actions.second_person import withdraw_change as withdraw_request
from ioc.management.models import AuditEntry, Organization, OrganizationChange, PendingChange, Person, Role
from ioc.management.queries import loading, organizations
from ioc.management.queries.pending import ORGANIZATION_CHANGE as KIND
from ioc.management.queries.pending import changes_of
from ioc.management.queries.reorganizing import preview
from ioc.management.rules.reach import asks_for_agency
from ioc.management.rules.reorganizing import MOVE, Plan
from ioc.management.rules.second_person import opened_by_move
from ioc.onscene import actions
from ioc.onscene.models import Assignment, Report
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
BASIS = "QĐ 9/QĐ-UBND"


def plan_of(small: SmallProvince, code: str, under: str | None) -> Plan:
    parent = small.organizations[under].id if under else None
    return Plan(kind=MOVE, sources=(small.organizations[code].id,), sources_end=False, parent_id=parent)


def move(small: SmallProvince, code: str, under: str | None, *, days: int = 0, login: str = "administrator"):
    at = now()
    return plan_change(
        plan=plan_of(small, code, under), day=local_date(at) + timedelta(days=days), legal_basis=BASIS,
        actor=small.actor(login), at=at,
    )  # fmt: skip


def above_on(day: date, wanted: int) -> int | None:
    """Who stands above the agency in the tree of a day."""

    def look(nodes, above):
        for node in nodes:
            if node.id == wanted:
                return above
            found = look(node.children, node.id)
            if found is not None:
                return found
        return None

    return look(organizations.tree(day=day, actor=SYSTEM).tops, 0)


def boss(small: SmallProvince, code: str, *rights: str, area: str = "07210") -> Person:
    """Somebody with `rights` at the agency."""
    role = save("role", code="boss", name="Trưởng", name_en="Boss", rights=list(rights))
    person = small.people["boss"] = save("person", username="boss", full_name="Người boss")
    save("position", person=person, organization=small.organizations[code], role=role, valid_from=SINCE,
         area=small.areas[area])  # fmt: skip
    return person


def second(small: SmallProvince) -> Person:
    """Another administrator of the whole province, since long."""
    person = small.people["second"] = save("person", username="second", full_name="Người second")
    save("position", person=person, organization=small.organizations["province"], valid_from=SINCE,
         role=Role.objects.get(code="administrator"))  # fmt: skip
    return person


@pytest.fixture
def sealed(small: SmallProvince) -> SmallProvince:
    """Somebody at the west opens what is sealed; who manages at the east does not reach it."""
    role = save("role", code="opener", name="Mở", name_en="Opener", rights=[HANDLE, OPEN_IDENTITY])
    save("position", person=small.people["officer"], organization=small.organizations["west"], role=role,
         valid_from=SINCE)  # fmt: skip
    boss(small, "east", MANAGE)
    second(small)
    return small


def test_it_moves_on_its_day_with_all_below_and_the_day_before_keeps_its_place(small):
    west, east = small.organizations["west"], small.organizations["east"]
    province = west.parent_id
    team = save("organization", code="team", name="Tổ", short_name="Tổ", kind="center", valid_from=SINCE, parent=west)
    filed = small.file(at=now() - timedelta(hours=2))
    actions.dispatch(report_id=filed.id, lead_id=west.id, actor=small.actor("operator"), at=now() - timedelta(hours=1))
    change = move(small, "west", "east", days=3)
    assert (change.state, Organization.objects.get(pk=west.pk).parent_id) == ("planned", province)
    day = change.day
    assert carry_out_due(at=now()) == 0
    assert [carry_out_due(at=now() + timedelta(days=3)), carry_out_due(at=now() + timedelta(days=3))] == [1, 0]
    row = Organization.objects.get(pk=west.pk)
    assert row.path == f"{Organization.objects.get(pk=east.pk).path}{west.pk}/"
    assert Organization.objects.get(pk=team.pk).path == f"{row.path}{team.pk}/"
    assert Assignment.objects.get(report=Report.objects.get(id=filed.id)).organization_path == row.path
    assert above_on(day - timedelta(days=1), west.pk) == province
    assert above_on(day, west.pk) == east.pk
    assert above_on(day - timedelta(days=1), team.pk) == above_on(day, team.pk) == west.pk
    change.refresh_from_db()
    assert (change.state, change.moved) == ("done", {"agencies": 1, "work": 1})
    entry = AuditEntry.objects.get(verb="moved", record_id=str(west.pk))
    assert (entry.before, entry.after) == ({"parent_id": province}, {"parent_id": east.pk})
    assert BASIS in entry.reason
    found = organizations.page(organization_id=west.pk, day=day, actor=SYSTEM)
    assert found.successors == []
    withdrawn = move(small, "west", None)
    assert withdrawn.state == "done"
    assert Organization.objects.get(pk=west.pk).path == f"/{west.pk}/"


def test_a_planned_move_is_withdrawn_before_it(small):
    change = move(small, "west", "east", days=2)
    with pytest.raises(AlreadyPlanned):
        move(small, "west", "waste-company", days=4)
    withdraw_change(change_id=change.pk, actor=small.actor("administrator"), at=now())
    assert carry_out_due(at=now() + timedelta(days=3)) == 0
    assert Organization.objects.get(code="west").parent_id == small.organizations["province"].id


def test_the_preview_names_who_gains_and_who_loses_and_is_what_happens(small):
    boss(small, "east", HANDLE, APPROVE)
    actor, west = small.actor("boss"), small.organizations["west"]
    assert not actor.reaches_organization(HANDLE, Organization.objects.get(pk=west.pk).path)
    day = local_date(now())
    seen = preview(plan=plan_of(small, "west", "east"), day=day, actor=SYSTEM).moving
    found = {(one.person, one.rights) for one in seen.gains}
    assert ("Người boss", (HANDLE, APPROVE)) in found
    assert seen.loses == []  # the province stays above
    move(small, "west", "east")
    assert small.actor("boss").reaches_organization(HANDLE, Organization.objects.get(pk=west.pk).path)
    back = preview(plan=plan_of(small, "west", "province"), day=day, actor=SYSTEM).moving
    assert {(one.person, one.rights) for one in back.loses} == found
    assert back.gains == []


@pytest.mark.parametrize("under", ["west", "team", "province"])
def test_it_does_not_come_under_itself_nor_where_it_stands(small, under):
    west = small.organizations["west"]
    small.organizations["team"] = save("organization", code="team", name="Tổ", short_name="Tổ", kind="center",
                                       valid_from=SINCE, parent=west)  # fmt: skip
    with pytest.raises(Invalid) as told:
        move(small, "west", under)
    assert "parent" in told.value.fields


def test_only_who_manages_both_may(small):
    role = Role.objects.get(code="administrator")
    save("position", person=small.people["leader"], organization=small.organizations["west"], role=role,
         valid_from=SINCE)  # fmt: skip
    for under in ("east", None):
        with pytest.raises(Forbidden):
            move(small, "west", under, login="leader")
    assert not OrganizationChange.objects.exists()


def test_the_form_corrects_a_place_on_the_first_day_only(small):
    west, east, today = small.organizations["west"], small.organizations["east"], local_date(now())
    actor = small.actor("administrator")
    with pytest.raises(Invalid) as told:
        save_record(kind="organization", record_id=west.pk, fields={"parent": east}, actor=actor, at=now())
    assert "parent" in told.value.fields
    new = save("organization", code="new", name="Mới", short_name="Mới", kind="center", valid_from=today, parent=west)
    save_record(kind="organization", record_id=new.pk, fields={"parent": east}, actor=actor, at=now())
    assert Organization.objects.get(pk=new.pk).parent_id == east.pk


def test_no_right_that_opens_what_is_sealed_goes_along_the_tree():
    """Else moving an agency would widen it by itself: `opened_by_move` would have to count it."""
    assert not [right for right in NEEDS_SECOND_PERSON if asks_for_agency(right)]
    assert opened_by_move([[MANAGE]], [[HANDLE, OPEN_IDENTITY]]) == {OPEN_IDENTITY}
    assert not opened_by_move([[HANDLE]], [[OPEN_IDENTITY]])
    assert not opened_by_move([[MANAGE]], [[HANDLE]])


def test_accounts_that_open_what_is_sealed_come_within_reach_by_two_only(sealed):
    change = move(sealed, "west", "east")
    assert change.state == "planned"
    request = PendingChange.objects.get(kind=KIND)
    assert request.rights == [OPEN_IDENTITY]
    assert "Người boss" in str([row.after for row in changes_of(request)])
    assert carry_out_due(at=now()) == 0
    change.refresh_from_db()
    assert change.failure
    assert PendingChange.objects.count() == 1  # it is not asked for twice
    with pytest.raises(Forbidden):
        confirm_change(change_id=request.id, actor=sealed.actor("administrator"), at=now())
    confirm_change(change_id=request.id, actor=sealed.actor("second"), at=now())
    change.refresh_from_db()
    assert (change.state, change.failure) == ("done", "")
    assert Organization.objects.get(code="west").parent_id == sealed.organizations["east"].id


def test_what_comes_within_reach_after_the_confirmation_is_asked_for_again(sealed):
    change = move(sealed, "west", "east", days=2)
    request = PendingChange.objects.get(kind=KIND)
    confirm_change(change_id=request.id, actor=sealed.actor("second"), at=now())
    change.refresh_from_db()
    assert change.state == "planned"
    save("position", person=sealed.people["leader"], organization=sealed.organizations["east"], valid_from=SINCE,
         role=Role.objects.get(code="boss"), area=sealed.areas["07210"])  # fmt: skip
    assert carry_out_due(at=now() + timedelta(days=2)) == 0
    assert PendingChange.objects.filter(kind=KIND, state="waiting").count() == 1


@pytest.mark.parametrize("how", ["refuse", "withdraw", "withdraw the move"])
def test_what_is_refused_or_withdrawn_does_not_happen(sealed, how):
    change = move(sealed, "west", "east", days=1)
    request = PendingChange.objects.get(kind=KIND)
    if how == "refuse":
        refuse_change(change_id=request.id, reason="không", actor=sealed.actor("second"), at=now())
    elif how == "withdraw":
        withdraw_request(change_id=request.id, actor=sealed.actor("administrator"), at=now())
    else:
        withdraw_change(change_id=change.pk, actor=sealed.actor("administrator"), at=now())
    change.refresh_from_db()
    request.refresh_from_db()
    assert change.state == "withdrawn"
    assert request.state != "waiting"
    with pytest.raises(Conflict):
        confirm_change(change_id=request.id, actor=sealed.actor("second"), at=now())


def test_the_system_needs_nobody(sealed):
    change = plan_change(
        plan=plan_of(sealed, "west", "east"), day=local_date(now()), reason="x", actor=SYSTEM, at=now()
    )
    assert change.state == "done"


def test_the_form_on_the_first_day_brings_no_such_account_within_reach(sealed):
    today = local_date(now())
    Organization.objects.filter(code="west").update(valid_from=today)
    west, east = Organization.objects.get(code="west"), sealed.organizations["east"]
    with pytest.raises(Invalid):
        save_record(kind="organization", record_id=west.pk, fields={"parent": east},
                    actor=sealed.actor("administrator"), at=now())  # fmt: skip


def test_the_screens_show_it_before_it_is_done(desk, sealed):
    west, east = sealed.organizations["west"], sealed.organizations["east"]
    address = f"/manage/agencies/{west.id}/change/move/"
    assert desk.get(address).status_code == 200
    asked = {"day": local_date(now()).isoformat(), "parent": str(east.id), "legal_basis": BASIS}
    text = desk.get(address, asked).content.decode()
    assert "Người boss" in text
    same = desk.get(address, asked | {"parent": str(west.parent_id)}).content.decode()
    assert "id_parent_error" in same
    assert desk.post(address, asked).status_code == 302
    change = OrganizationChange.objects.get()
    request = PendingChange.objects.get(kind=KIND)
    page = desk.get(f"/manage/agencies/changes/{change.pk}/").content.decode()
    assert str(request.pk) in page
    assert "Người boss" in page
    assert f"/manage/agencies/changes/{change.pk}/" in desk.get(f"/manage/pending/{request.pk}/").content.decode()
    locked = desk.get(f"/manage/agencies/{west.id}/edit/").content.decode()
    assert "disabled" in locked.split('id="id_parent"')[0].rsplit("<", 1)[1] + locked.split('id="id_parent"')[1][:300]


def test_the_preview_costs_the_same_whatever_comes_along(small, django_assert_max_num_queries):
    for number in range(8):
        save("organization", code=f"t{number}", name=f"Tổ {number}", short_name=str(number), kind="center",
             valid_from=SINCE, parent=small.organizations["west"])  # fmt: skip
    loading.current()
    with django_assert_max_num_queries(14):
        preview(plan=plan_of(small, "west", "east"), day=local_date(now()), actor=SYSTEM)
