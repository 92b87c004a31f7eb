"""Four eyes: what opens what is sealed is given by two administrators who are independent of each other."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel import rights
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Conflict, Forbidden, Invalid
from ioc.management.actions import access, second_person, tokens
from ioc.management.actions.absences import enter_leave
from ioc.management.actions.gaining import NeedsSecondPerson
from ioc.management.actions.records import save_record
from ioc.management.models import AuditEntry, Leave, PendingChange, Person, Position, Role
from ioc.management.queries import people
from ioc.management.queries.pending import pending_change
from ioc.management.rules.second_person import INDEPENDENT_AFTER, WAITS_FOR, gained_by_position, is_narrower
from ioc.notices.models import Notice
from tests.factories import PASSWORD, SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def two(small):
    """A second administrator of the whole province."""
    person = save("person", username="second", full_name="Người thứ hai", password=PASSWORD)
    save("position", person=person, role=Role.objects.get(code="administrator"),
         organization=small.organizations["ioc"], valid_from=SINCE)  # fmt: skip
    small.people["second"] = person
    return small


def ask(small, *, reason="cần tra cứu theo yêu cầu công an", **fields):
    """The administrator asks for a position that may open identities for the operator."""
    given = {
        "person": small.people["operator"], "organization": small.organizations["ioc"],
        "role": Role.objects.get(code="operating-lead"), "valid_from": local_date(now()),
    }  # fmt: skip
    return second_person.save_or_ask(
        kind="position", fields=given | fields, actor=small.actor("administrator"), at=now(), reason=reason
    )


def test_an_appointment_waits_for_another_administrator(two):
    change = ask(two)
    assert isinstance(change, PendingChange)
    assert not two.actor("operator").has(rights.OPEN_IDENTITY)
    assert change.rights == [rights.OPEN_IDENTITY]
    assert Notice.objects.filter(event_id=change.id, person=two.people["second"], channel="inbox").exists()
    assert not Notice.objects.filter(event_id=change.id, person=two.people["administrator"]).exists()
    second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())
    assert two.actor("operator").has(rights.OPEN_IDENTITY)
    verbs = list(AuditEntry.objects.filter(record_kind="pending_change").order_by("at").values_list("verb", flat=True))
    assert verbs == ["asked", "confirmed"]
    assert Notice.objects.filter(person=two.people["administrator"], link__contains=str(change.id)).exists()


def test_so_does_a_right_put_into_a_role(two):
    operator = Role.objects.get(code="operator")
    fields = {"rights": [*operator.rights, rights.OPEN_IDENTITY]}
    change = second_person.save_or_ask(kind="role", record_id=operator.pk, fields=fields,
                                       actor=two.actor("administrator"), at=now(), reason="thử")  # fmt: skip
    assert not two.actor("operator").has(rights.OPEN_IDENTITY)
    with pytest.raises(Conflict):  # one at a time
        second_person.save_or_ask(kind="role", record_id=operator.pk, fields=fields,
                                  actor=two.actor("second"), at=now(), reason="thử")  # fmt: skip
    second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())
    assert two.actor("operator").has(rights.OPEN_IDENTITY)


def test_nobody_goes_round_it_by_saving(two):
    with pytest.raises(NeedsSecondPerson):
        save_record(kind="role", fields={"code": "x", "name": "x", "name_en": "x", "rights": [rights.OPEN_IDENTITY]},
                    actor=two.actor("administrator"), at=now())  # fmt: skip
    with pytest.raises(Invalid):
        tokens.issue_token(name="x", rights=[rights.OPEN_IDENTITY], actor=two.actor("administrator"), at=now())


def test_it_needs_a_reason(two):
    with pytest.raises(Invalid) as refused:
        ask(two, reason="  ")
    assert "reason" in refused.value.fields
    assert not PendingChange.objects.exists()


def test_who_asks_does_not_confirm_nor_do_those_who_do_not_manage_all(two):
    change = ask(two)
    for login in ("administrator", "operating-lead", "officer"):
        with pytest.raises(Forbidden):
            second_person.confirm_change(change_id=change.id, actor=two.actor(login), at=now())
        with pytest.raises(Forbidden):
            second_person.refuse_change(change_id=change.id, reason="x", actor=two.actor(login), at=now())
    assert not two.actor("operator").has(rights.OPEN_IDENTITY)


def test_an_account_of_ones_own_making_is_no_second_person(two):
    change = ask(two)
    access.reset_password(person_id=two.people["second"].id, password="mot-mat-khau-khac-2027",
                   actor=two.actor("administrator"), at=now())  # fmt: skip
    with pytest.raises(second_person.NotIndependent):
        second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())
    later = now() + INDEPENDENT_AFTER + timedelta(minutes=1)
    second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=later)


def test_nor_is_the_maker_for_what_the_made_account_asks(two):
    access.reset_password(person_id=two.people["administrator"].id, password="mot-mat-khau-khac-2027",
                   actor=two.actor("second"), at=now())  # fmt: skip
    change = ask(two)
    with pytest.raises(second_person.NotIndependent):
        second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())


def test_refused_and_withdrawn_ones_change_nothing_and_are_over(two):
    first = ask(two)
    with pytest.raises(Invalid):
        second_person.refuse_change(change_id=first.id, reason="", actor=two.actor("second"), at=now())
    second_person.refuse_change(change_id=first.id, reason="chưa cần", actor=two.actor("second"), at=now())
    second = ask(two)
    with pytest.raises(Forbidden):
        second_person.withdraw_change(change_id=second.id, actor=two.actor("second"), at=now())
    second_person.withdraw_change(change_id=second.id, actor=two.actor("administrator"), at=now())
    for change in (first, second):
        with pytest.raises(Conflict):
            second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())
    assert not two.actor("operator").has(rights.OPEN_IDENTITY)


def test_what_waits_too_long_expires(two):
    change = ask(two)
    with pytest.raises(Conflict):
        second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now() + WAITS_FOR)


def test_a_record_that_was_changed_meanwhile_is_asked_for_anew(two):
    operator = Role.objects.get(code="operator")
    change = second_person.save_or_ask(
        kind="role", record_id=operator.pk, fields={"rights": [*operator.rights, rights.OPEN_IDENTITY]},
        actor=two.actor("administrator"), at=now(), reason="thử",
    )  # fmt: skip
    save("position", person=two.people["leader"], role=operator, organization=two.organizations["ioc"],
         valid_from=SINCE)  # fmt: skip
    save_record(kind="role", record_id=operator.pk, fields={"rights": [rights.TRIAGE]}, actor=SYSTEM, at=now())
    with pytest.raises(Conflict):
        second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())
    assert Role.objects.get(pk=operator.pk).rights == [rights.TRIAGE]


def test_who_asked_must_still_be_allowed_to(two):
    change = ask(two)
    held = two.people["administrator"].positions.get()
    save_record(kind="position", record_id=held.pk, fields={"valid_to": local_date(now())}, actor=SYSTEM, at=now())
    with pytest.raises(Conflict):
        second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())
    assert not two.actor("operator").has(rights.OPEN_IDENTITY)


def test_ending_such_a_position_takes_one(two):
    held = two.people["operating-lead"].positions.get()
    saved = second_person.save_or_ask(kind="position", record_id=held.pk, fields={"valid_to": local_date(now())},
                                      actor=two.actor("administrator"), at=now())  # fmt: skip
    assert isinstance(saved, Position)
    assert not two.actor("operating-lead").has(rights.OPEN_IDENTITY)


def test_one_administrator_is_told_what_to_do_and_the_system_stands_in(small):
    client = Client()
    client.force_login(small.people["administrator"], backend=BACKEND)
    change = ask(small)
    assert "ioc rights confirm" in client.get("/manage/pending/").content.decode()
    assert "ioc rights confirm" in client.get(f"/manage/pending/{change.id}/").content.decode()
    second_person.confirm_change(change_id=change.id, actor=SYSTEM, at=now())
    assert small.actor("operator").has(rights.OPEN_IDENTITY)


def test_two_on_the_screens(two):
    asker, other = Client(), Client()
    asker.force_login(two.people["administrator"], backend=BACKEND)
    other.force_login(two.people["second"], backend=BACKEND)
    typed = {
        "person": two.people["operator"].pk, "organization": two.organizations["ioc"].pk,
        "role": Role.objects.get(code="operating-lead").pk, "title": "", "area": "",
        "valid_from": local_date(now()).isoformat(), "valid_to": "",
    }  # fmt: skip
    seen = asker.post("/manage/positions/add/", typed)
    assert seen.context["review"].for_two == {rights.OPEN_IDENTITY}
    assert asker.post("/manage/positions/add/", typed | {"reviewed": "1", "reason": ""}).status_code == 422
    waits = asker.post("/manage/positions/add/", typed | {"reviewed": "1", "reason": "theo quyết định"})
    page = other.get(waits["Location"])
    assert page.context["one"].may_confirm
    assert not asker.get(waits["Location"]).context["one"].may_confirm
    assert asker.post(waits["Location"] + "confirm/").status_code == 403
    other.post(waits["Location"] + "confirm/")
    assert two.actor("operator").has(rights.OPEN_IDENTITY)
    assert other.get("/manage/pending/").status_code == 200


DAYS = st.sampled_from(["2026-01-01", "2026-06-01", "2027-01-01"])
PLACES = st.fixed_dictionaries(
    {
        "person_id": st.sampled_from(["a", "b"]),
        "organization_id": st.integers(1, 2),
        "role_id": st.integers(1, 2),
        "area_id": st.none() | st.integers(1, 2),
        "categories": st.lists(st.integers(1, 3), max_size=3, unique=True).map(sorted),
        "valid_from": DAYS,
        "valid_to": st.none() | DAYS,
    }
)


def reaches(position, day, area, category):
    """What a position gives, told plainly."""
    return (
        position["valid_from"] <= day
        and (position["valid_to"] is None or day < position["valid_to"])
        and position["area_id"] in {None, area}
        and (not position["categories"] or category in position["categories"])
    )


@given(before=PLACES, after=PLACES)
def test_only_what_gives_nothing_more_counts_as_narrower(before, after):
    if is_narrower(before, after):
        assert all(before[name] == after[name] for name in ("person_id", "organization_id", "role_id"))
        for day in ("2025-01-01", "2026-01-01", "2026-03-01", "2026-06-01", "2027-01-01", "2030-01-01"):
            for area in (1, 2):
                for category in (1, 2, 3):
                    assert not reaches(after, day, area, category) or reaches(before, day, area, category)


@given(place=PLACES)
def test_the_same_position_gives_nothing_and_a_new_one_all(place):
    held = frozenset({rights.OPEN_IDENTITY, rights.TRIAGE})
    assert not gained_by_position(place, place, rights=held)
    assert gained_by_position({}, place, rights=held) == {rights.OPEN_IDENTITY}


def test_a_deputy_is_no_second_person(two):
    """Neither the asker's own, nor one whom the asker put in another administrator's place."""
    change = ask(two, person=two.people["officer"])
    day = local_date(now())
    for absent in ("administrator", "second"):
        enter_leave(
            person_id=two.people[absent].pk, deputy_id=two.people["operator"].pk, first_day=day, last_day=day,
            actor=two.actor("administrator"), at=now(),
        )  # fmt: skip
        assert two.actor("operator").has(rights.MANAGE)
        seen = pending_change(change.id, actor=two.actor("operator"), at=now())
        assert not seen.may_confirm
        with pytest.raises(Forbidden):
            second_person.confirm_change(change_id=change.id, actor=two.actor("operator"), at=now())
        Leave.objects.all().delete()


def test_what_a_deputy_asks_for_the_absent_one_does_not_confirm(two):
    day = local_date(now())
    enter_leave(
        person_id=two.people["second"].pk, deputy_id=two.people["operator"].pk, first_day=day, last_day=day,
        actor=two.actor("second"), at=now(),
    )  # fmt: skip
    change = second_person.save_or_ask(
        kind="position", actor=two.actor("operator"), at=now(), reason="thử",
        fields={
            "person": two.people["officer"], "organization": two.organizations["ioc"],
            "role": Role.objects.get(code="operating-lead"), "valid_from": day,
        },
    )  # fmt: skip
    with pytest.raises(second_person.NotIndependent):
        second_person.confirm_change(change_id=change.id, actor=two.actor("second"), at=now())
    second_person.confirm_change(change_id=change.id, actor=two.actor("administrator"), at=now())
    assert two.actor("officer").has(rights.OPEN_IDENTITY)


def test_one_administrator_does_not_widen_the_area_in_which_identities_are_opened(two):
    """A position without an area of its own follows its agency's."""
    west, lead = two.organizations["west"], Role.objects.get(code="operating-lead")
    held = save("position", person=two.people["officer"], role=lead, organization=west, valid_from=SINCE)
    by = {"actor": two.actor("administrator"), "at": now()}

    def paths():
        return {one.area_path for one in two.actor("officer").grants_for(rights.OPEN_IDENTITY)}

    before = paths()
    for area in (None, two.areas["213"], two.areas["07213"]):
        with pytest.raises(Invalid) as refused:
            save_record(kind="organization", record_id=west.pk, fields={"area": area}, **by)
        assert "area" in refused.value.fields
    assert paths() == before
    save_record(kind="organization", record_id=west.pk, fields={"name": "Tên mới"}, **by)
    save_record(kind="position", record_id=held.pk, fields={"area": two.areas["07210"]}, **by)
    save_record(kind="organization", record_id=west.pk, fields={"area": two.areas["213"]}, **by)
    assert paths() == before


def test_a_new_way_into_an_account_lets_its_sealed_rights_rest(small: SmallProvince) -> None:
    """One administrator must not become, alone, somebody who may open what takes two to be allowed."""
    holder = small.people["operating-lead"]
    at = now()
    assert small.actor("operating-lead").has(rights.OPEN_IDENTITY)
    access.reset_second_factor(person_id=holder.id, actor=small.actor("administrator"), at=at)
    rested = people.actor_for(holder.id, day=local_date(at))
    assert not rested.has(rights.OPEN_IDENTITY)
    assert rested.has(rights.TRIAGE)
    Person.objects.filter(id=holder.id).update(sealed_rest_until=at - timedelta(minutes=1))
    assert people.actor_for(holder.id, day=local_date(at)).has(rights.OPEN_IDENTITY)


def test_the_own_new_password_lets_nothing_rest(small: SmallProvince) -> None:
    administrator = small.people["administrator"]
    access.reset_password(
        person_id=administrator.id, password="một câu mà chỉ tôi biết 47", actor=small.actor("administrator"), at=now()
    )
    administrator.refresh_from_db()
    assert administrator.sealed_rest_until is None
