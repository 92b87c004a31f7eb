""" "Why can this person do that?" — the answer agrees with what is allowed, and says what is missing."""

from datetime import timedelta

import pytest

from ioc.kernel import rights
from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid, NotFound
from ioc.management.actions.access import suspend_person
from ioc.management.models import Category, Leave, Position, Role
from ioc.management.queries import loading
from ioc.management.queries.explaining import Missing, Question, explain
from ioc.management.views.rights_words import reason_sentence
from ioc.onscene import actions
from ioc.onscene.models import Report
from tests.factories import MONDAY_9AM, PASSWORD, SINCE, save

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def answer(small, login, right, /, **where):
    return explain(person_id=small.people[login].id, question=Question(right, **where),
                   actor=small.actor("administrator"), day=local_date(now()))  # fmt: skip


def missing(found):
    return [list(one.missing) for one in found.others]


def test_who_may_is_told_by_which_position(small):
    found = answer(small, "officer", rights.HANDLE)
    assert found.allowed
    (reason,) = found.giving
    said = reason_sentence(reason)
    assert "“officer”" in said
    assert "UBND phường Ngô Quyền" in said


def test_who_lacks_the_right_is_told_which_roles_hold_it(small):
    found = answer(small, "officer", rights.TRIAGE)
    assert not found.allowed
    assert missing(found) == [[Missing.ROLE]]
    assert {role.code for role in found.roles} == {"operator", "operating-lead"}


def test_agency_area_and_category_each_tell(small):
    held = small.people["officer"].positions.get()
    held.area = small.areas["07210"]
    held.save()
    held.categories.set([Category.objects.get(code="environment")])
    east = small.organizations["east"].pk
    officials = Category.objects.get(code="officials").pk
    assert missing(answer(small, "officer", rights.HANDLE, organization_id=east)) == [[Missing.ORGANIZATION]]
    assert missing(answer(small, "officer", rights.HANDLE, area_id=small.areas["07213"].pk)) == [[Missing.AREA]]
    assert missing(answer(small, "officer", rights.HANDLE, category_id=officials)) == [[Missing.CATEGORY]]
    waste = Category.objects.get(code="waste").pk
    where = {"organization_id": small.organizations["west"].pk, "area_id": small.areas["07210"].pk}
    assert answer(small, "officer", rights.HANDLE, category_id=waste, **where).allowed


def test_positions_of_other_times_say_when(small):
    today = local_date(now())
    role, west = Role.objects.get(code="head"), small.organizations["west"]
    save("position", person=small.people["leader"], role=role, organization=west, valid_from=SINCE, valid_to=today)
    save("position", person=small.people["leader"], role=role, organization=west, valid_from=today + timedelta(days=9))
    found = answer(small, "leader", rights.APPROVE)
    assert sorted(missing(found)) == [[Missing.BEGINS], [Missing.ENDED], [Missing.ROLE]]


def test_a_deputy_has_all_but_what_opens_seals(small):
    today = local_date(now())
    Leave.objects.create(person=small.people["operating-lead"], deputy=small.people["operator"], valid_from=today,
                         valid_to=today + timedelta(days=5))  # fmt: skip
    assert answer(small, "operator", rights.LEAD).allowed
    assert answer(small, "operator", rights.LEAD).giving[0].absent == small.people["operating-lead"]
    sealed = answer(small, "operator", rights.OPEN_IDENTITY)
    assert not sealed.allowed
    assert [Missing.DEPUTY] in missing(sealed)
    assert answer(small, "operating-lead", rights.LEAD).away.deputy == small.people["operator"]


def test_suspension_and_an_owed_second_factor_stop_everything(small):
    suspend_person(person_id=small.people["officer"].id, actor=small.actor("administrator"), at=now(), reason="x")
    stopped = answer(small, "officer", rights.HANDLE)
    assert (stopped.allowed, len(stopped.giving)) == (False, 1)
    Role.objects.filter(code="head").update(requires_second_factor=True)
    assert answer(small, "head", rights.APPROVE).owes_second_factor
    assert not answer(small, "head", rights.APPROVE).allowed


def test_one_report_by_its_code(small):
    report = Report.objects.get(id=small.file().id)
    assert missing(answer(small, "officer", rights.HANDLE, code=report.code)) == [[Missing.NOBODY_HAS_IT]]
    actions.dispatch(report_id=report.id, lead_id=small.organizations["west"].id, actor=small.actor("operator"),
                     at=MONDAY_9AM)  # fmt: skip
    assert answer(small, "officer", rights.HANDLE, code=report.code.lower()).allowed
    assert not answer(small, "officer-east", rights.HANDLE, code=report.code).allowed
    with pytest.raises(Invalid):
        answer(small, "officer", rights.HANDLE, code="BG-0000-00000")


def test_the_answer_agrees_with_what_is_allowed(small):
    for login, person in small.people.items():
        for right in rights.RIGHTS:
            found = explain(person_id=person.id, question=Question(right), actor=small.actor("administrator"),
                            day=local_date(now()))  # fmt: skip
            assert found.allowed == small.actor(login).has(right), (login, right)


def test_the_page(client, small):
    client.force_login(small.people["administrator"], backend=BACKEND)
    assert client.get("/manage/why/").status_code == 200
    address = f"/manage/why/?person={small.people['officer'].pk}&right={rights.HANDLE}"
    assert client.get(address).context["answer"].allowed
    assert client.get(f"{address}&code=nichts").context["form"].errors["code"]
    assert client.get("/manage/why/?person=x&right=y").status_code == 200


def test_an_agencys_administrator_asks_about_its_own_people_only(small):
    role = save("role", code="delegate", name="x", name_en="x", rights=[rights.MANAGE_PEOPLE])
    person = save("person", username="delegate", full_name="Quản trị phường", password=PASSWORD)
    Position.objects.create(person=person, role=role, organization=small.organizations["west"], valid_from=SINCE)
    small.people["delegate"] = person
    asked = {"question": Question(rights.HANDLE), "actor": small.actor("delegate"), "day": local_date(now())}
    assert explain(person_id=small.people["officer"].id, **asked).allowed
    with pytest.raises(NotFound):
        explain(person_id=small.people["officer-east"].id, **asked)


def test_a_fixed_number_of_statements(small, django_assert_max_num_queries):
    for number in range(12):
        save("position", person=small.people["officer"], role=Role.objects.get(code="head"),
             organization=small.organizations["west"], valid_from=SINCE + timedelta(days=number + 1))  # fmt: skip
    actor = small.actor("administrator")
    loading.current()
    with django_assert_max_num_queries(9):
        explain(person_id=small.people["officer"].id, question=Question(rights.HANDLE), actor=actor,
                day=local_date(now()))  # fmt: skip


def test_who_only_stands_in_for_somebody_does_not_act(small):
    day = local_date(now())
    Leave.objects.create(person=small.people["head"], deputy=small.people["officer"], valid_from=day,
                         valid_to=day + timedelta(days=1))  # fmt: skip
    assert answer(small, "officer", rights.APPROVE).allowed
    small.people["officer"].positions.update(valid_to=day)
    found = answer(small, "officer", rights.APPROVE)
    assert not found.allowed
    assert not small.actor("officer").has(rights.APPROVE)
