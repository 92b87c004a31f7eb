"""Delegated administration: an agency's administrator reads and writes its own people, and nothing else ever."""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.kernel import rights
from ioc.kernel.actors import SYSTEM, Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden, NotFound
from ioc.management.actions import access, invitations, people_changes
from ioc.management.actions.people_adding import add_person
from ioc.management.actions.records import delete_record, save_record
from ioc.management.actions.reorganizing import plan_change
from ioc.management.models import Organization, Person, Position, Role
from ioc.management.queries import people, reach, screens
from ioc.management.queries.person_page import person_page
from ioc.management.rules.reorganizing import RENAME, Plan
from tests.factories import PASSWORD, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
TODAY = local_date(now())


def names(kind: str, actor: Actor) -> set[str]:
    rows = screens.records(kind=kind, filters={"state": "all"}, day=TODAY, actor=actor).rows
    return {row.username if kind == "person" else row.person.username for row in rows}


def test_the_lists_hold_the_agency_s_own(small: SmallProvince) -> None:
    delegate = small.actor("agency-administrator")
    own = {"officer", "head", "agency-administrator"}
    assert names("person", delegate) == names("position", delegate) == own
    assert names("person", small.actor("administrator")) > own
    for login in ("officer", "head", "operator", "leader"):
        with pytest.raises(Forbidden):
            names("person", small.actor(login))


def manager_of_the_west(small: SmallProvince) -> Person:
    role = save("role", code="ward", name="ward", name_en="ward", rights=[rights.MANAGE, rights.HANDLE])
    person: Person = save("person", username="ward", full_name="Người quản trị phường", password=PASSWORD)
    save("position", person=person, role=role, organization=small.organizations["west"], valid_from=SINCE)
    return person


def test_a_manager_of_a_part_sees_that_part(small: SmallProvince) -> None:
    ward = people.actor_for(manager_of_the_west(small).pk, day=TODAY)
    assert names("person", ward) == {"officer", "head", "agency-administrator", "ward"}
    assert set(reach.manageable_organizations(actor=ward).values_list("code", flat=True)) == {"west"}
    assert set(reach.givable_roles(actor=ward).values_list("code", flat=True)) == {"officer", "ward"}


def test_a_manager_of_a_part_sees_the_agencies_of_that_part(client: Client, small: SmallProvince) -> None:
    west, east = small.organizations["west"], small.organizations["east"]
    save("organization", code="west-office", name="Văn phòng", short_name="VP", kind="department", parent=west,
         area=small.areas["07210"], valid_from=SINCE)  # fmt: skip
    for one in (west, east):
        plan = Plan(kind=RENAME, sources=(one.pk,), name=f"Mới {one.code}", short_name="Mới")
        plan_change(plan=plan, day=TODAY + timedelta(days=9), legal_basis="QĐ 1", actor=SYSTEM, at=now())
    client.force_login(manager_of_the_west(small))
    listed = client.get("/manage/agencies/").context["page"]
    assert ({row.code for row in listed.rows}, listed.count) == ({"west", "west-office"}, 2)
    tree = client.get("/manage/agencies/tree/").context["tree"]
    assert ([top.code for top in tree.tops], tree.count) == (["west"], 2)
    file = b"".join(client.get("/manage/agencies/export.csv").streaming_content).decode()
    assert west.name in file
    assert east.name not in file
    planned = client.get("/manage/agencies/changes/")
    assert [one.parties.get().organization_id for one in planned.context["changes"]] == [west.pk]
    for address, ours, others in (
        ("agencies/{}/", west.pk, east.pk),
        ("agencies/{}/edit/", west.pk, east.pk),
        ("agencies/changes/{}/", *(one.changes.get().change_id for one in (west, east))),
    ):
        assert client.get(f"/manage/{address.format(ours)}").status_code == 200
        assert client.get(f"/manage/{address.format(others)}").status_code == 404
    client.force_login(small.people["administrator"])
    assert client.get("/manage/agencies/").context["page"].count == 6


def test_who_left_stays_where_they_were_last(small: SmallProvince) -> None:
    delegate, officer = small.actor("agency-administrator"), small.people["officer"]
    people_changes.end_position(position_id=officer.positions.get().pk, actor=delegate, at=now())
    assert "officer" in names("person", delegate)
    save(
        "position", person=officer, role=Role.objects.get(code="officer"), organization=small.organizations["east"],
        valid_from=TODAY,
    )  # fmt: skip
    assert "officer" not in names("person", delegate)


def test_what_the_agency_does(small: SmallProvince) -> None:
    delegate, west = small.actor("agency-administrator"), small.organizations["west"]
    roles = {one.code: one for one in Role.objects.all()}
    given_ = {"full_name": "Lê An", "email": "an@x.vn", "organization": west}
    made = add_person(fields=given_ | {"role": roles["officer"]}, actor=delegate, at=now())
    invitations.invite(person_id=made.pk, actor=delegate, at=now())
    access.reset_password(person_id=made.pk, password="mot-mat-khau-khac-2027", actor=delegate, at=now())
    access.suspend_person(person_id=made.pk, actor=delegate, at=now(), reason="nghỉ việc")
    access.readmit_person(person_id=made.pk, actor=delegate, at=now())
    save_record(kind="person", record_id=made.pk, fields={"phone": "0912345678"}, actor=delegate, at=now())
    for role in ("administrator", "agency-administrator", "leader", "operator"):
        with pytest.raises(Forbidden):
            add_person(fields=given_ | {"email": "b@x.vn", "role": roles[role]}, actor=delegate, at=now())
    for place in ("east", "province", "waste-company"):
        fields = given_ | {"email": "b@x.vn", "role": roles["officer"], "organization": small.organizations[place]}
        with pytest.raises(Forbidden):
            add_person(fields=fields, actor=delegate, at=now())
    wide = {"person": made, "organization": west, "role": roles["head"], "area": small.areas["24"], "valid_from": SINCE}
    with pytest.raises(Forbidden):
        save_record(kind="position", fields=wide, actor=delegate, at=now())
    assert not Person.objects.filter(email="b@x.vn").exists()


def test_nothing_else(small: SmallProvince) -> None:
    delegate = small.actor("agency-administrator")
    for login in ("officer-east", "administrator", "leader", "agency-administrator"):
        person = small.people[login].pk
        with pytest.raises(Forbidden):
            access.reset_password(person_id=person, password="mot-mat-khau-khac-2027", actor=delegate, at=now())
        with pytest.raises(Forbidden):
            save_record(kind="person", record_id=person, fields={"email": "mine@x.vn"}, actor=delegate, at=now())
        with pytest.raises(Forbidden):
            people_changes.end_position(position_id=small.people[login].positions.get().pk, actor=delegate, at=now())
    for kind in ("organization", "area", "role", "category", "routing_rule"):
        with pytest.raises(Forbidden):
            save_record(kind=kind, fields={}, actor=delegate, at=now())
    for login in ("officer-east", "administrator"):
        with pytest.raises(NotFound):
            person_page(person_id=small.people[login].pk, actor=delegate, at=now())


PAGES = ("people/", "people/add/", "people/import/", "people/import/template.xlsx", "people/staffing/", "positions/",
         "positions/add/", "people/export.csv", "positions/export.xlsx")  # fmt: skip
CLOSED = ("areas/", "agencies/", "roles/", "province/", "audit/", "health/", "programs/", "categories/", "routing/",
          "roles/add/", "agencies/add/", "agencies/export.csv")  # fmt: skip


def test_the_pages_of_the_delegate(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["agency-administrator"])
    assert client.get("/manage/")["Location"] == "/manage/people/"
    assert client.get("/start/")["Location"] == "/manage/"
    for page in PAGES:
        assert client.get(f"/manage/{page}").status_code == 200, page
    for page in CLOSED:
        assert client.get(f"/manage/{page}").status_code == 403, page
    own, other = (f"/manage/people/{small.people[one].pk}/" for one in ("officer", "officer-east"))
    assert client.get(own).context["may_manage"]
    assert client.get(other).status_code == 404
    assert client.get(f"{other}edit/").status_code == 404
    assert not client.get(f"/manage/people/{small.people['agency-administrator'].pk}/").context["may_manage"]
    offered = client.get(f"/manage/positions/add/?person={small.people['officer'].pk}").context["form"].fields
    assert [one.code for one in offered["organization"].queryset] == ["west"]
    assert {one.code for one in offered["role"].queryset} == {"officer", "head"}
    assert b"officer-east" not in b"".join(client.get("/manage/people/export.csv").streaming_content)


def test_a_position_by_the_form(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["agency-administrator"])
    officer, role = small.people["officer"], Role.objects.get(code="head")
    sent = {
        "person": officer.pk, "organization": small.organizations["west"].pk, "role": role.pk,
        "valid_from": f"{TODAY}", "form_key": "a", "reviewed": "1",
    }  # fmt: skip
    assert client.post(f"/manage/positions/add/?person={officer.pk}", sent).status_code == 302
    position = officer.positions.get(role=role)
    page = client.get(f"/manage/people/{officer.pk}/")
    assert next(one.row.role.code for one in page.context["found"].positions) == "head"
    client.post(f"/manage/people/{officer.pk}/positions/{position.pk}/end/", {"form_key": "b"})
    assert not officer.positions.filter(role=role).exists()
    east = sent | {"organization": small.organizations["east"].pk, "form_key": "c"}
    assert "organization" in client.post("/manage/positions/add/", east).context["form"].errors
    stranger = sent | {"person": small.people["officer-east"].pk, "form_key": "d"}
    assert "person" in client.post("/manage/positions/add/", stranger).context["form"].errors


def test_where_people_lack(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["administrator"])
    found = {one.name: one for one in client.get("/manage/people/staffing/").context["agencies"]}
    assert set(found) == {"UBND phường Trần Phú", "Công ty Môi trường đô thị"}
    east = found["UBND phường Trần Phú"]
    assert (east.lacks_officer, east.lacks_head) == (False, True)
    appoint = f'/manage/people/add/?organization={small.organizations["east"].pk}&amp;role={{}}"'
    text = client.get("/manage/people/staffing/").content.decode()
    head, officer = (Role.objects.get(code=code).pk for code in ("head", "officer"))
    assert appoint.format(head) in text
    assert appoint.format(officer) not in text
    form = client.get(f"/manage/people/add/?organization={small.organizations['east'].pk}&role={head}").content.decode()
    assert f'<option value="{head}" selected>' in form
    assert "lãnh đạo duyệt" in client.get("/manage/agencies/").content.decode()
    client.force_login(small.people["agency-administrator"])
    assert not client.get("/manage/people/staffing/").context["agencies"]


SHAPES = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["officer", "head", "administrator", "leader"]), st.integers(-1, 1)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=st.lists(st.integers(0, 6), min_size=7, max_size=7), places=SHAPES, root=st.integers(0, 7))
def test_no_tree_lets_a_delegate_read_or_write_outside(
    small: SmallProvince, parents: list[int], places: list[tuple[int, str, int]], root: int
) -> None:
    with contextlib.suppress(_Undone), transaction.atomic():
        _try_a_tree(small, parents, places, root)
        raise _Undone


class _Undone(Exception):
    """Ends an example: what it wrote is taken back."""


def _try_a_tree(small: SmallProvince, parents: list[int], places: list[tuple[int, str, int]], root: int) -> None:
    """People in random places of a random tree of agencies; a delegate at `root`."""
    tree = _tree(small, parents)
    roles = {one.code: one for one in Role.objects.all()}
    boss = save("person", username="boss", full_name="Boss", password=PASSWORD)
    save("position", person=boss, role=roles["agency-administrator"], organization=tree[root], valid_from=SINCE)
    delegate = people.actor_for(boss.pk, day=TODAY)
    everybody: dict[str, list[Position]] = {}
    for number, (place, role, when) in enumerate(places):
        login = f"p{number // 2}"
        person = Person.objects.filter(username=login).first() or save("person", username=login, full_name=login)
        ends = {-1: TODAY - timedelta(days=9), 0: None, 1: TODAY + timedelta(days=9)}[when]
        taken = Position.objects.filter(person=person, organization=tree[place], role=roles[role])
        if not taken.exists():
            made = save(
                "position", person=person, role=roles[role], organization=tree[place], valid_from=SINCE, valid_to=ends
            )
            everybody.setdefault(login, []).append(made)
    seen = names("person", delegate) - {"boss"}
    for login, positions in everybody.items():
        inside = [one for one in positions if one.organization.path.startswith(tree[root].path)]
        lasting = [one for one in positions if one.valid_to is None or one.valid_to > TODAY]
        expected = any(one in lasting for one in inside) or (bool(inside) and not lasting)
        assert (login in seen) == expected, login
        own = all(one in inside and one.role.delegable for one in lasting or positions)
        _check_writes(delegate, positions, own=own)
    assert {one.pk for one in _positions(delegate)} <= {
        one.pk for one in Position.objects.filter(organization__path__startswith=tree[root].path)
    }


def _check_writes(delegate: Actor, positions: list[Position], *, own: bool) -> None:
    person = positions[0].person
    assert _does(lambda: access.suspend_person(person_id=person.pk, actor=delegate, at=now(), reason="x")) == own
    assert (
        _does(lambda: save_record(kind="person", record_id=person.pk, fields={"phone": "1"}, actor=delegate, at=now()))
        == own
    )
    for one in positions:
        if not own:
            assert not _does(lambda: delete_record(kind="position", record_id=one.pk, actor=delegate, at=now()))  # noqa: B023


def _does(what) -> bool:
    """Whether it may be done; what it did is taken back."""
    try:
        with transaction.atomic():
            what()
            raise _Undone
    except _Undone:
        return True
    except Forbidden:
        return False


def _tree(small: SmallProvince, parents: list[int]) -> list[Organization]:
    made = [save("organization", code="t0", name="T0", short_name="T0", kind="department", valid_from=SINCE)]
    for number, parent in enumerate(parents, start=1):
        made.append(
            save(
                "organization", code=f"t{number}", name=f"T{number}", short_name=f"T{number}", kind="department",
                valid_from=SINCE, parent=made[min(parent, number - 1)],
            )
        )  # fmt: skip
    return made


def _positions(actor: Actor) -> list[Position]:
    return list(screens.records(kind="position", filters={"state": "all"}, day=TODAY, actor=actor).rows)


def test_who_works_nowhere_is_for_those_who_manage_all(client: Client, small: SmallProvince) -> None:
    """An account that somebody got by signing in with a provider, before anybody appointed them."""
    stranger = save("person", username="moi@bacgiang.vn", full_name="Người mới", email="moi@bacgiang.vn")
    role = save("role", code="part", name="x", name_en="x", rights=[rights.MANAGE])
    save("position", person=small.people["leader"], role=role, organization=small.organizations["west"],
         area=small.areas["07210"], valid_from=SINCE)  # fmt: skip
    for login in ("leader", "agency-administrator"):
        with pytest.raises(Forbidden):
            access.reset_password(person_id=stranger.pk, password=PASSWORD, actor=small.actor(login), at=now())
    client.force_login(small.people["agency-administrator"])
    sent = {"person": stranger.username, "organization": small.organizations["west"].pk, "form_key": "d",
            "role": Role.objects.get(code="officer").pk, "valid_from": f"{TODAY}", "reviewed": "1"}  # fmt: skip
    assert "person" in client.post("/manage/positions/add/", sent).context["form"].errors
    fields = {"phone": "0912000333"}
    save_record(kind="person", record_id=stranger.pk, fields=fields, actor=small.actor("administrator"), at=now())
