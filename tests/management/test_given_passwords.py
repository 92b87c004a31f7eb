"""A password that an administrator gave: for the first sign-in only, and not for long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ioc.conf.hearing import actor_of
from ioc.kernel.actors import PUBLIC
from ioc.kernel.clock import now
from ioc.management.actions import access
from ioc.management.actions.people_adding import add_person
from ioc.management.models import AuditEntry, Person, Role
from ioc.management.rules.passwords import GIVEN_FOR
from tests.factories import PASSWORD, SmallProvince

pytestmark = pytest.mark.django_db

GIVEN = "bốn con voi xanh leo cây chuối"
OWN = "sáng nay mèo nhà tôi ngủ trên mái"
CHANGE = reverse("account_change_password")


@pytest.fixture
def officer(small: SmallProvince) -> Person:
    """An officer to whom an administrator gave a password."""
    person = small.people["officer"]
    access.reset_password(person_id=person.pk, password=GIVEN, actor=small.actor("administrator"), at=now())
    return person


def enter(client: Client, login: str, password: str):
    return client.post(reverse("account_login"), {"login": login, "password": password})


def change(client: Client, old: str, new: str):
    data = {"oldpassword": old, "password1": new, "password2": new, "next": reverse("start")}
    return client.post(CHANGE, data)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_another_is_chosen_before_anything_else(client, officer):
    enter(client, "officer", GIVEN)
    assert is_in(client)
    assert client.get(reverse("start"))["Location"].startswith(CHANGE)
    assert actor_of(client.session.session_key) == PUBLIC
    page = client.get(CHANGE)
    assert "password" in page.content.decode()
    assert change(client, GIVEN, GIVEN).status_code == 200, "the given one again is refused"
    assert client.get(reverse("start"))["Location"].startswith(CHANGE)
    assert change(client, GIVEN, OWN)["Location"] == reverse("start")
    officer.refresh_from_db()
    assert officer.given_password_until is None
    assert not client.get(reverse("start")).headers.get("Location", "").startswith(CHANGE)
    assert actor_of(client.session.session_key).person_id == officer.pk
    another = Client()
    enter(another, "officer", OWN)
    assert not another.get(reverse("start")).headers.get("Location", "").startswith(CHANGE)


def test_after_seven_days_it_opens_nothing(client, officer, small):
    Person.objects.filter(pk=officer.pk).update(given_password_until=now() - timedelta(minutes=1))
    answer = enter(client, "officer", GIVEN)
    assert answer["Location"] == reverse("account_login")
    assert not is_in(client)
    assert AuditEntry.objects.filter(verb="sign_in_failed", record_id=str(officer.pk)).exists()
    access.reset_password(person_id=officer.pk, password=OWN, actor=small.actor("administrator"), at=now())
    enter(client, "officer", OWN)
    assert is_in(client)


def test_an_old_one_closes_no_other_way_in(client, officer):
    """Who comes by passkey or provider did not use it, and owes nothing."""
    Person.objects.filter(pk=officer.pk).update(given_password_until=now() - timedelta(minutes=1))
    client.force_login(officer)
    assert not client.get(reverse("start")).headers.get("Location", "").startswith(CHANGE)


def test_a_first_password_is_given_too_and_an_invitation_is_not(small):
    at = now()
    fields = {"full_name": "Trần Thị Sáu", "email": "sau@example.vn", "organization": small.organizations["west"]}
    fields |= {"role": Role.objects.get(code="officer")}
    administrator = small.actor("administrator")
    typed = add_person(fields=fields | {"password": GIVEN}, actor=administrator, at=at)
    assert typed.given_password_until == at + GIVEN_FOR
    invited = add_person(fields=fields | {"email": "bay@example.vn"}, actor=administrator, at=at)
    assert invited.given_password_until is None
    assert Person.objects.get(pk=typed.pk).given_password_until == at + GIVEN_FOR


def test_a_password_of_the_own_is_not_given(small):
    assert small.people["officer"].given_password_until is None
    assert small.people["officer"].check_password(PASSWORD)
