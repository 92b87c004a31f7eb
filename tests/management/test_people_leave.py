"""Away: the deputy acts with the absent person's rights, in both names, gets the notices, and only for so long."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client

from ioc.kernel import rights
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.management.actions.absences import end_leave, enter_leave
from ioc.management.actions.access import reset_password, suspend_person
from ioc.management.actions.records import save_record
from ioc.management.models import AuditEntry, Leave, Person, Position, Role
from ioc.management.queries import people
from ioc.notices.models import Notice
from ioc.onscene import actions
from ioc.onscene.models import ReportEvent
from tests.factories import MONDAY_9AM, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
TODAY = local_date(now())


def leave(small: SmallProvince, who: str, deputy: str, *, by: str = "", days: tuple[int, int] = (0, 2)) -> Leave:
    return enter_leave(
        person_id=small.people[who].pk, deputy_id=small.people[deputy].pk, actor=small.actor(by or who), at=now(),
        first_day=TODAY + timedelta(days=days[0]), last_day=TODAY + timedelta(days=days[1]),
    )  # fmt: skip


def rights_of(small: SmallProvince, login: str, day: date = TODAY) -> set[str]:
    return {grant.right for grant in people.actor_for(small.people[login].pk, day=day).grants}


def test_the_deputy_has_the_rights_for_these_days_only(small: SmallProvince) -> None:
    leave(small, "head", "officer", days=(1, 3))
    on = [TODAY + timedelta(days=days) for days in range(6)]
    assert [rights.APPROVE in rights_of(small, "officer", day) for day in on] == [False, True, True, True, False, False]
    assert rights.APPROVE in rights_of(small, "head", on[2])


def test_what_the_deputy_does_is_signed_for_both(small: SmallProvince) -> None:
    filed = small.file()
    west = small.organizations["west"].id
    actions.dispatch(report_id=filed.id, lead_id=west, actor=small.actor("operator"), at=MONDAY_9AM)
    actions.accept(report_id=filed.id, actor=small.actor("officer"), at=MONDAY_9AM)
    leave(small, "head", "officer")
    deputy = small.actor("officer")
    assert deputy.stands_in_for == ["Người head"]
    deputy.require(rights.APPROVE)
    assert "Người officer" in deputy.signature()["actor_name"]
    assert "Người head" in deputy.signature()["actor_name"]
    # What the deputy may do anyway is the deputy's own work.
    actions.record_progress(report_id=filed.id, text="Đang làm", actor=deputy, at=MONDAY_9AM)
    assert ReportEvent.objects.filter(report_id=filed.id).latest("at", "id").actor_name == "Người officer"
    assert deputy.signature()["person_id"] == small.people["officer"].pk


def test_what_opens_what_is_sealed_stays(small: SmallProvince) -> None:
    assert rights.OPEN_IDENTITY in rights_of(small, "operating-lead")
    leave(small, "operating-lead", "operator")
    gained = rights_of(small, "operator")
    assert rights.LEAD in gained
    assert rights.OPEN_IDENTITY not in gained


def test_the_deputy_gets_the_notices(small: SmallProvince) -> None:
    leave(small, "head", "officer")
    assert Notice.objects.filter(person=small.people["officer"], channel="inbox").count() == 1
    west = small.organizations["west"].id
    found = people.people_with(rights.APPROVE, organization_id=west, day=TODAY)
    assert {one.username for one in found} == {"head", "officer"}
    later = people.people_with(rights.APPROVE, organization_id=west, day=TODAY + timedelta(days=9))
    assert {one.username for one in later} == {"head"}


def test_a_deputy_of_a_role_with_a_second_factor_owes_one(small: SmallProvince) -> None:
    Role.objects.filter(code="head").update(requires_second_factor=True)
    officer = small.people["officer"].pk
    assert not people.needs_second_factor(officer, day=TODAY)
    leave(small, "head", "officer")
    assert people.needs_second_factor(officer, day=TODAY)


def test_one_statement_for_the_actor(small: SmallProvince, django_assert_num_queries) -> None:
    leave(small, "head", "officer")
    with django_assert_num_queries(1):
        people.actor_for(small.people["officer"].pk, day=TODAY)


def test_suspended_or_without_a_position_nobody_stands_in(small: SmallProvince) -> None:
    leave(small, "head", "officer")
    Position.objects.filter(person=small.people["officer"]).update(valid_to=TODAY)
    assert not rights_of(small, "officer")
    Position.objects.filter(person=small.people["officer"]).update(valid_to=None)
    head = small.people["head"]
    head.is_active = False
    head.save()
    assert rights.APPROVE not in rights_of(small, "officer")


@pytest.mark.parametrize(
    ("who", "deputy", "by", "error"),
    [
        ("head", "head", "head", Invalid),
        ("head", "officer-east", "head", Invalid),  # another agency
        ("head", "officer", "officer", Forbidden),
        ("head", "officer-east", "agency-administrator", Forbidden),
        ("leader", "officer", "agency-administrator", Forbidden),
        ("officer-east", "officer", "agency-administrator", Forbidden),
    ],
)
def test_who_may_not(small: SmallProvince, who: str, deputy: str, by: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        leave(small, who, deputy, by=by)
    assert not Leave.objects.exists()


def test_days_that_make_no_sense(small: SmallProvince) -> None:
    for days in ((2, 1), (-5, -1), (0, 3000)):
        with pytest.raises(Invalid):
            leave(small, "head", "officer", days=days)
    leave(small, "head", "officer", days=(3, 5))
    with pytest.raises(Conflict):
        leave(small, "head", "officer", days=(5, 7))
    leave(small, "head", "officer", days=(6, 7))
    with pytest.raises(Invalid):  # the deputy would be away
        leave(small, "agency-administrator", "head", days=(4, 4))


def test_the_agency_enters_it_and_ends_it(small: SmallProvince) -> None:
    entered = leave(small, "head", "officer", by="agency-administrator")
    with pytest.raises(Forbidden):
        end_leave(leave_id=entered.pk, actor=small.actor("officer-east"), at=now())
    with pytest.raises(NotFound):
        end_leave(leave_id=0, actor=small.actor("head"), at=now())
    for _time in range(2):
        end_leave(leave_id=entered.pk, actor=small.actor("head"), at=now())
    assert rights.APPROVE not in rights_of(small, "officer")
    assert AuditEntry.objects.filter(verb="leave_ended").count() == 1


def test_a_leave_that_is_on_ends_today(small: SmallProvince) -> None:
    entered = leave(small, "head", "officer", days=(-3, 5))
    end_leave(leave_id=entered.pk, actor=small.actor("head"), at=now())
    entered.refresh_from_db()
    assert entered.valid_to == TODAY
    assert entered.called_off_at is None


def test_who_sets_a_deputy_s_password_acts_for_the_absent_too(small: SmallProvince) -> None:
    role = save("role", code="ward-lead", name="x", name_en="x", rights=[rights.HANDLE, rights.LEAD])
    save("position", person=small.people["head"], role=role, organization=small.organizations["west"], valid_from=SINCE)
    delegate, officer = small.actor("agency-administrator"), small.people["officer"].pk
    reset_password(person_id=officer, password="mot-mat-khau-khac-2027", actor=delegate, at=now())
    leave(small, "head", "officer")
    with pytest.raises(Forbidden):
        reset_password(person_id=officer, password="mot-mat-khau-khac-2028", actor=delegate, at=now())


def test_one_s_own_page(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["head"])
    assert client.get("/accounts/me/").status_code == 200
    sent = {"phone": "0912345678", "language": "en", "form_key": "a"}
    assert client.post("/accounts/me/", sent).status_code == 302
    small.people["head"].refresh_from_db()
    assert (small.people["head"].phone, small.people["head"].language) == ("0912345678", "en")
    assert client.post("/accounts/me/", sent | {"language": "xx", "form_key": "b"}).status_code == 422
    away = {"first_day": f"{TODAY}", "last_day": f"{TODAY}", "deputy": "nobody", "form_key": "c"}
    assert "deputy" in client.post("/accounts/me/leave/", away).context["leave_form"].errors
    assert client.post("/accounts/me/leave/", away | {"deputy": "officer", "form_key": "d"}).status_code == 302
    entered = Leave.objects.get()
    assert "Người officer" in client.get("/accounts/me/").content.decode()
    other = Client()
    other.force_login(small.people["officer"])
    assert "Người head" in other.get("/accounts/me/").content.decode()
    assert other.post(f"/accounts/me/leave/{entered.pk}/end/").status_code == 404
    assert client.post(f"/accounts/me/leave/{entered.pk}/end/", {"form_key": "e"}).status_code == 302
    assert Client().get("/accounts/me/").status_code == 302


def test_on_the_page_and_in_the_list(client: Client, small: SmallProvince) -> None:
    client.force_login(small.people["administrator"])
    address = f"/manage/people/{small.people['head'].pk}/"
    sent = {"first_day": f"{TODAY}", "last_day": f"{TODAY + timedelta(days=1)}", "deputy": "officer", "form_key": "a"}
    assert client.post(f"{address}leave/", sent | {"last_day": "x"}).status_code == 422
    assert client.post(f"{address}leave/", sent | {"form_key": "b"}).status_code == 302
    assert client.get(address).context["found"].away.deputy == small.people["officer"]
    listed = client.get("/manage/people/?q=nguoi head").content.decode()
    assert "Người officer" in listed
    entered = Leave.objects.get()
    assert client.post(f"{address}leave/{entered.pk}/end/", {"form_key": "c"}).status_code == 302
    assert client.get(address).context["found"].away is None


def plain_administrator(small: SmallProvince) -> Role:
    """The administrator's role, without what takes two administrators to give."""
    role: Role = save("role", code="plain-admin", name="x", name_en="x", rights=[rights.MANAGE])
    Position.objects.filter(person=small.people["administrator"]).update(role=role)
    return role


def test_a_deputy_does_not_make_the_rights_last(small: SmallProvince) -> None:
    role = plain_administrator(small)
    leave(small, "administrator", "operator")
    deputy = small.actor("operator")
    fields = {"organization": small.organizations["ioc"], "role": role, "valid_from": TODAY}
    with pytest.raises(Forbidden):
        save_record(kind="position", fields={**fields, "person": small.people["operator"]}, actor=deputy, at=now())
    save_record(kind="position", fields={**fields, "person": small.people["leader"]}, actor=deputy, at=now())


def test_a_deputy_does_not_leave_the_province_without_an_administrator(small: SmallProvince) -> None:
    leave(small, "administrator", "operator")
    with pytest.raises(Invalid):
        suspend_person(
            person_id=small.people["administrator"].pk, actor=small.actor("operator"), at=now(), reason="thử"
        )
    assert Person.objects.get(pk=small.people["administrator"].pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_who_suspend_each_other_at_once_do_not_both_go(small: SmallProvince) -> None:
    role = Role.objects.get(code="administrator")
    small.people["second"] = save("person", username="second", full_name="Người thứ hai")
    save("position", person=small.people["second"], role=role, organization=small.organizations["ioc"],
         valid_from=SINCE)  # fmt: skip
    pairs = (("administrator", "second"), ("second", "administrator"))
    actors = {who: small.actor(who) for who, _other in pairs}
    ready = Barrier(2, timeout=20)

    def suspend(who: str, other: str) -> bool:
        try:
            with transaction.atomic():
                Person.objects.filter(pk=small.people[other].pk).update(is_active=False)
                ready.wait()
                suspend_person(person_id=small.people[other].pk, actor=actors[who], at=now(), reason="thử")
        except Invalid:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda pair: suspend(*pair), pairs))
    assert sorted(done) == [False, True]
    assert Person.objects.filter(username__in=["administrator", "second"], is_active=True).count() == 1
