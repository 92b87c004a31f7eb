"""Signing in: password and second factor by script, lock-out, closed sign-up, cookies, suspension."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from ioc.kernel.clock import now
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.ids import new_id
from ioc.management.actions import access
from ioc.management.models import AuditEntry, Person, Role
from tests.factories import PASSWORD, SmallProvince

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
OTHER = "mot-mat-khau-khac-2027"


def code_for(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enter(client, login: str, password: str = PASSWORD):
    return client.post(LOGIN, {"login": login, "password": password})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def admin(small: SmallProvince):
    return small.actor("administrator")


def test_password_alone_lets_in_who_owes_no_second_factor(client, small):
    assert enter(client, "operator").status_code == 302
    assert is_in(client)


def test_a_wrong_password_does_not(client, small):
    page = enter(client, "operator", "wrong")
    assert page.status_code == 200
    assert not is_in(client)


def test_password_and_code_from_the_secret_alone(client, small, admin):
    secret = access.set_up_totp(person_id=small.people["operating-lead"].id, actor=admin, at=now())
    answer = enter(client, "operating-lead")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)}).status_code == 302
    assert is_in(client)


def test_the_secret_is_kept_sealed(small, admin):
    secret = access.set_up_totp(person_id=small.people["operator"].id, actor=admin, at=now())
    kept = Authenticator.objects.get()
    assert secret not in str(kept.data)
    assert kept.wrap().validate_code(code_for(secret))
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_code_works_once(client, small, admin):
    secret = access.set_up_totp(person_id=small.people["operator"].id, actor=admin, at=now())
    authenticator = Authenticator.objects.get().wrap()
    code = code_for(secret)
    assert authenticator.validate_code(code)
    assert not authenticator.validate_code(code)


def test_who_owes_a_second_factor_is_sent_to_set_it_up(client, small, admin):
    Role.objects.filter(code="administrator").update(requires_second_factor=True)
    enter(client, "administrator")
    for address in ("/manage/", "/desk/", "/manage/people/"):
        assert client.get(address)["Location"] == reverse("account_second_factor"), address
    access.set_up_totp(person_id=small.people["administrator"].id, actor=admin, at=now())
    assert client.get("/manage/").status_code == 200


def test_eight_failures_lock_name_and_address_with_a_clear_page(client, small):
    for _ in range(8):
        last = enter(client, "operator", "wrong")
    assert last.status_code in {403, 429}
    assert reverse("account_login") in last.content.decode()
    right = enter(client, "operator")
    assert right.status_code in {403, 429}
    assert not is_in(client)
    assert enter(client, "officer").status_code == 302


def test_nobody_signs_up(client, db):
    page = client.post("/accounts/signup/", {"email": "a@b.vn", "username": "a", "password1": PASSWORD})
    assert not is_in(client)
    assert not page.context or "form" not in page.context or not page.context["form"].is_valid()
    assert Person.objects.count() == 0


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, small, settings):
    enter(client, "operator")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    settings.SESSION_COOKIE_SECURE = True
    client.logout()
    enter(client, "operator")
    assert client.cookies["sessionid"]["secure"]


def test_changing_the_password_needs_the_old_one_and_a_strong_new_one(client, small):
    enter(client, "operator")
    change = reverse("account_change_password")
    fields = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert client.post(change, fields | {"oldpassword": "wrong"}).status_code == 200
    assert client.post(change, fields | {"password1": "short", "password2": "short"}).status_code == 200
    assert client.post(change, fields).status_code == 302
    small.people["operator"].refresh_from_db()
    assert small.people["operator"].check_password(OTHER)


def test_a_suspended_person_is_out_at_once_and_cannot_come_back(client, small, admin):
    person = small.people["operator"]
    enter(client, "operator")
    access.suspend_person(person_id=person.id, actor=admin, at=now(), reason="Nghỉ việc")
    assert client.get("/desk/")["Location"].startswith(LOGIN)
    client.logout()
    enter(client, "operator")
    assert not is_in(client)
    access.readmit_person(person_id=person.id, actor=admin, at=now())
    assert enter(client, "operator").status_code == 302
    suspended = AuditEntry.objects.get(verb="suspended")
    assert (suspended.reason, suspended.before, suspended.after) == (
        "Nghỉ việc",
        {"is_active": True},
        {"is_active": False},
    )


def test_a_new_password_ends_the_sessions(client, small, admin):
    person = small.people["operator"]
    enter(client, "operator")
    access.reset_password(person_id=person.id, password=OTHER, actor=admin, at=now())
    assert client.get("/desk/")["Location"].startswith(LOGIN)
    assert enter(client, "operator", OTHER).status_code == 302
    assert OTHER not in str(list(AuditEntry.objects.values()))


def test_what_access_refuses(small, admin):
    operator, person = small.actor("operator"), small.people["officer"].id
    for action, more in (
        (access.set_up_totp, {}),
        (access.reset_second_factor, {}),
        (access.reset_password, {"password": OTHER}),
        (access.suspend_person, {"reason": "x"}),
        (access.readmit_person, {}),
    ):
        with pytest.raises(Forbidden):
            action(person_id=person, actor=operator, at=now(), **more)
        with pytest.raises(NotFound):
            action(person_id=new_id(), actor=admin, at=now(), **more)
    with pytest.raises(Invalid):
        access.suspend_person(person_id=person, actor=admin, at=now(), reason=" ")
    with pytest.raises(Invalid):
        access.suspend_person(person_id=admin.person_id, actor=admin, at=now(), reason="x")
    with pytest.raises(Invalid) as weak:
        access.reset_password(person_id=person, password="officer", actor=admin, at=now())
    assert "password" in weak.value.fields


def test_a_lost_second_factor_is_taken_away_and_set_up_again(small, admin):
    person = small.people["operator"].id
    access.set_up_totp(person_id=person, actor=admin, at=now())
    with pytest.raises(Conflict):
        access.set_up_totp(person_id=person, actor=admin, at=now())
    access.reset_second_factor(person_id=person, actor=admin, at=now(), reason="Mất điện thoại")
    assert not Authenticator.objects.exists()
    access.set_up_totp(person_id=person, actor=admin, at=now())
    verbs = AuditEntry.objects.filter(verb__startswith="second_factor").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["second_factor_set_up", "second_factor_reset", "second_factor_set_up"]


def test_the_pages_do_what_the_actions_do(client, small):
    client.force_login(small.people["administrator"])
    person = small.people["officer"]
    address = f"/manage/people/{person.id}/"
    page = client.post(address + "second-factor/", {"form_key": "s"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert client.post(address + "second-factor/", {"form_key": "s"}).context["secret"] == ""
    assert client.post(address + "second-factor/reset/", {"reason": "x"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert client.post(address + "password/", {"password": "short"}).status_code == 422
    assert client.post(address + "password/", {"password": OTHER}).status_code == 302
    client.post(address + "suspend/", {"reason": "Nghỉ việc"})
    person.refresh_from_db()
    assert (person.is_active, person.check_password(OTHER)) == (False, True)
    client.post(address + "readmit/")
    person.refresh_from_db()
    assert person.is_active


def test_guessing_codes_is_bounded(client, small, admin):
    secret = access.set_up_totp(person_id=small.people["operator"].id, actor=admin, at=now())
    enter(client, "operator")
    right = code_for(secret)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(12):
        client.post(reverse("mfa_authenticate"), {"code": wrong})
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert not is_in(client)


def test_failures_count_for_an_email_too(client, small):
    person = small.people["operator"]
    person.email = "op@example.vn"
    person.save()
    for _ in range(8):
        last = enter(client, "OP@example.vn", "wrong")
    assert last.status_code in {403, 429}
