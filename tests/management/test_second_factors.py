"""Every first role asks for a second factor, and a passkey on a phone is one."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from ioc.kernel.clock import local_date, now
from ioc.management.actions.starting import FIRST_ROLES, FirstAdministrator, start_province
from ioc.management.models import Person, Role
from ioc.management.queries import people
from ioc.management.queries.overview import overview
from tests.factories import PASSWORD, SmallProvince

pytestmark = pytest.mark.django_db


def test_all_first_roles_ask_for_it():
    administrator = FirstAdministrator(login="quantri", full_name="Lê Thị Hai", password=PASSWORD)
    start_province(
        name="tỉnh Bắc Ninh", short_name="Bắc Ninh", name_en="Bac Ninh", code_prefix="BN",
        administrator=administrator, at=now(),
    )  # fmt: skip
    assert Role.objects.count() == len(FIRST_ROLES)
    assert not Role.objects.filter(requires_second_factor=False).exists()


def test_a_new_role_asks_for_it_unless_that_is_taken_back(client, small: SmallProvince):
    client.force_login(small.people["administrator"])
    form = client.get("/manage/roles/add/").context["form"]
    assert form["requires_second_factor"].value() is True
    officer = Role.objects.get(code="officer")
    assert client.get(f"/manage/roles/{officer.pk}/").context["form"]["requires_second_factor"].value() is False
    copied = client.get(f"/manage/roles/add/?from={officer.pk}").context["form"]
    assert copied["requires_second_factor"].value() is False, "a copy is a copy"


def test_a_passkey_is_enough(small: SmallProvince):
    Role.objects.update(requires_second_factor=True)
    officer, day = small.people["officer"], local_date(now())
    assert people.owes_second_factor(officer.pk, day=day)
    Authenticator.objects.create(user=officer, type=Authenticator.Type.WEBAUTHN, data={})
    assert not people.owes_second_factor(officer.pk, day=day)


def test_the_start_page_names_who_came_in_and_set_none_up(small: SmallProvince):
    Role.objects.update(requires_second_factor=True)
    administrator = small.actor("administrator")
    assert overview(actor=administrator, at=now()).no_second_factor == []
    Person.objects.filter(username="officer").update(last_login=now() - timedelta(minutes=2))
    found = overview(actor=administrator, at=now()).no_second_factor
    assert [one.username for one in found] == ["officer"]
