"""Roles: built in and own, copied and retired; what a change of one would bring, before it is made."""

import pytest

from ioc.kernel import rights
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Forbidden, Invalid
from ioc.management.actions.records import save_record
from ioc.management.models import AuditEntry, Category, Position, Role
from ioc.management.queries.rights_review import review_of
from tests.factories import PASSWORD, SINCE, save

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def admin(client, small):
    client.force_login(small.people["administrator"], backend=BACKEND)
    return client


def role_values(role, **changed):
    given = {"name": role.name, "name_en": role.name_en, "code": role.code, "rights": role.rights} | changed
    return given | {"requires_second_factor": ""} if not role.requires_second_factor else given


def put(small, record_id=None, /, **fields):
    return save_record(
        kind="role", record_id=record_id, fields=fields, actor=small.actor("administrator"), at=now(), reason="vì cần"
    )


def test_a_role_is_saved_after_what_it_changes_was_seen(admin, small):
    officer = Role.objects.get(code="officer")
    typed = role_values(officer, rights=[rights.HANDLE, rights.LEAD])
    page = admin.post(f"/manage/roles/{officer.pk}/", typed)
    review = page.context["review"]
    assert page.status_code == 200
    assert {one.person.username for one in review.people} == {"officer", "officer-east"}
    assert all([grant.right for grant in one.gained] == [rights.LEAD] for one in review.people)
    assert Role.objects.get(pk=officer.pk).rights == [rights.HANDLE], "nothing is written yet"
    done = admin.post(f"/manage/roles/{officer.pk}/", typed | {"reviewed": "1", "reason": "họp giao ban"})
    assert done["Location"] == f"/manage/roles/{officer.pk}/"
    assert set(Role.objects.get(pk=officer.pk).rights) == {rights.HANDLE, rights.LEAD}
    assert small.actor("officer").has(rights.LEAD)
    assert AuditEntry.objects.get(record_kind="role", verb="changed").reason == "họp giao ban"


def test_what_changes_nobodys_rights_is_saved_at_once(admin, small):
    officer = Role.objects.get(code="officer")
    done = admin.post(f"/manage/roles/{officer.pk}/", role_values(officer, name="Chuyên viên"))
    assert done.status_code == 302
    assert Role.objects.get(pk=officer.pk).name == "Chuyên viên"


def test_the_review_counts_reports_that_come_into_sight_and_go_out(small):
    small.file()
    small.file(longitude=106.25)
    officer = Role.objects.get(code="officer")
    officer.rights = [rights.TRIAGE]
    found = review_of("role", row=officer, fields={}, record_id=officer.pk, day=local_date(now()))
    by_person = {one.person.username: one for one in found.people}
    assert [grant.right for grant in by_person["officer"].lost] == [rights.HANDLE]
    (desk,) = (one for one in by_person["officer"].matters if one.more)
    assert (desk.more, desk.fewer) == (1, 0), "the officer's own ward only"


def test_a_position_that_begins_later_is_reviewed_on_its_first_day(small):
    person, west = small.people["leader"], small.organizations["west"]
    begins = local_date(now()).replace(year=local_date(now()).year + 1)
    role = Role.objects.get(code="officer")
    row = Position(person=person, organization=west, role=role, valid_from=begins)
    found = review_of("position", row=row, fields={}, record_id=None, day=local_date(now()))
    assert found.day == begins
    assert [grant.right for grant in found.people[0].gained] == [rights.HANDLE]


def test_a_right_that_another_position_gives_anyway_is_not_gained(small):
    row = Position(
        person=small.people["officer"], organization=small.organizations["west"],
        role=Role.objects.get(code="officer"), area=small.areas["07210"], valid_from=SINCE,
    )  # fmt: skip
    assert review_of("position", row=row, fields={}, record_id=None, day=local_date(now())).is_empty


def test_own_roles_are_copied_and_retired(admin, small):
    officer = Role.objects.get(code="officer")
    page = admin.get(f"/manage/roles/add/?from={officer.pk}")
    assert page.context["form"].initial["rights"] == [rights.HANDLE]
    made = put(small, code="night", name="Trực đêm", name_en="Night", rights=[rights.HANDLE])
    admin.post(f"/manage/roles/{made.pk}/retire/", {"reason": "không dùng nữa"})
    assert Role.objects.get(pk=made.pk).retired_at
    with pytest.raises(Invalid) as refused:
        save("position", person=small.people["leader"], organization=small.organizations["west"], role=made,
             valid_from=SINCE)  # fmt: skip
    assert "role" in refused.value.fields
    admin.post(f"/manage/roles/{made.pk}/restore/")
    assert Role.objects.get(pk=made.pk).retired_at is None


def test_a_role_that_somebody_holds_is_not_retired(admin, small):
    officer = Role.objects.get(code="officer")
    with pytest.raises(Invalid):
        put(small, officer.pk, retired_at=now())


def test_a_built_in_role_keeps_its_code(small):
    role = save("role", code="fixed", name="x", name_en="x", rights=[rights.HANDLE], is_built_in=True)
    put(small, role.pk, name="y")
    with pytest.raises(Invalid) as refused:
        put(small, role.pk, code="other")
    assert "code" in refused.value.fields


@pytest.mark.parametrize("right", [rights.MANAGE, rights.OPEN_IDENTITY, rights.ANSWER_DATA_REQUESTS])
def test_agencies_never_give_what_manages_all_or_opens_seals(small, right):
    with pytest.raises(Invalid) as refused:
        save("role", code="x", name="x", name_en="x", rights=[right], delegable=True)
    assert "delegable" in refused.value.fields


def test_somebody_always_manages_the_whole_province(small):
    with pytest.raises(Invalid):
        put(small, Role.objects.get(code="administrator").pk, rights=[rights.READ_AUDIT])
    position = small.people["administrator"].positions.get()
    with pytest.raises(Invalid):
        save_record(
            kind="position", record_id=position.pk, fields={"valid_to": local_date(now())},
            actor=small.actor("administrator"), at=now(),
        )  # fmt: skip
    assert small.actor("administrator").has(rights.MANAGE)


@pytest.fixture
def delegate(small):
    """The western ward's own administrator, who may give the officer's role."""
    save_record(
        kind="role", record_id=Role.objects.get(code="officer").pk, fields={"delegable": True},
        actor=small.actor("administrator"), at=now(),
    )  # fmt: skip
    role = save("role", code="delegate", name="x", name_en="x", rights=[rights.MANAGE_PEOPLE])
    person = save("person", username="delegate", full_name="Quản trị phường", password=PASSWORD)
    save("position", person=person, role=role, organization=small.organizations["west"], valid_from=SINCE)
    small.people["delegate"] = person
    return small.actor("delegate")


def by(actor, kind, record_id=None, /, **fields):
    return save_record(kind=kind, record_id=record_id, fields=fields, actor=actor, at=now())


def test_an_agencys_administrator_manages_its_own_people(small, delegate):
    role = {one.code: one for one in Role.objects.all()}
    west, east = small.organizations["west"], small.organizations["east"]
    new = by(delegate, "person", username="moi", full_name="Người mới", password=PASSWORD)
    with pytest.raises(Forbidden):
        by(delegate, "person", new.pk, phone="1")  # nobody's yet: adding alone makes nobody ours
    for code, organization in (("administrator", west), ("delegate", west), ("officer", east)):
        with pytest.raises(Forbidden):
            by(delegate, "position", person=new, role=role[code], organization=organization, valid_from=SINCE)
    by(delegate, "position", person=new, role=role["officer"], organization=west, valid_from=SINCE)
    by(delegate, "person", new.pk, phone="0912345678")
    by(delegate, "person", small.people["officer"].pk, phone="0912345679")


def test_and_nothing_else(small, delegate):
    for login in ("officer-east", "administrator", "delegate"):
        with pytest.raises(Forbidden):
            by(delegate, "person", small.people[login].pk, phone="1")
    with pytest.raises(Forbidden):
        by(delegate, "organization", small.organizations["west"].pk, phone="1")
    with pytest.raises(Forbidden):
        by(delegate, "role", code="x", name="x", name_en="x", rights=[])
    with pytest.raises(Forbidden):  # somebody who works elsewhere is not ours
        by(delegate, "position", person=small.people["officer-east"], role=Role.objects.get(code="officer"),
           organization=small.organizations["west"], valid_from=SINCE)  # fmt: skip


def test_an_agencys_administrator_for_some_categories_gives_those_only(small, delegate):

    held = small.people["delegate"].positions.get()
    environment, officials = (Category.objects.get(code=code) for code in ("environment", "officials"))
    save_record(kind="position", record_id=held.pk, fields={"categories": [environment]},
                actor=small.actor("administrator"), at=now())  # fmt: skip
    narrowed = small.actor("delegate")
    new = by(narrowed, "person", username="moi", full_name="Người mới", password=PASSWORD)
    given = {"person": new, "role": Role.objects.get(code="officer"), "organization": small.organizations["west"]}
    for categories in ([], [officials]):
        with pytest.raises(Forbidden):
            by(narrowed, "position", **given, valid_from=SINCE, categories=categories)
    by(narrowed, "position", **given, valid_from=SINCE, categories=[environment])
