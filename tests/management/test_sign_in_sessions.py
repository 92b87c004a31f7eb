"""Sessions, what is kept of sign-ins, notices about security, the page about one's own sign-in."""

from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.clock import now
from ioc.kernel.errors import Forbidden, Invalid, NotFound
from ioc.management.actions import access, own_sign_in, providers
from ioc.management.models import AuditEntry, KnownDevice, Role
from ioc.management.queries import people, sign_in
from ioc.management.rules.browsers import device
from ioc.management.rules.claims import contact_is_checked, second_factor_used, subject_claim
from ioc.management.rules.sessions import Ended, Times, ended
from ioc.management.sessions import TIMES
from ioc.notices.models import Notice
from tests.factories import PASSWORD, SmallProvince
from tests.management.test_sign_in import OTHER, code_for, enter

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"


def verbs() -> list[str]:
    return list(AuditEntry.objects.filter(topic="sign_in").order_by("at", "id").values_list("verb", flat=True))


def age(client: Client, *, began: float = 0, seen: float = 0) -> None:
    """Make the session of `client` older by seconds."""
    session = client.session
    times = Times(*session[TIMES])
    session[TIMES] = list(times._replace(began_at=times.began_at - began, seen_at=times.seen_at - seen))
    session.save()


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_session_is_over_exactly_when_its_time_is(used: float, rests: float) -> None:
    times = Times(began_at=0, seen_at=used, idle=3600, absolute=43200)
    over = ended(times, at=used + rests)
    assert (over is Ended.ABSOLUTE) == (used + rests >= 43200)
    assert (over is None) == (used + rests < 43200 and (used + rests) - used < 3600)


@pytest.mark.django_db
class TestEnding:
    """When sessions end by themselves and by hand."""

    def test_idle_and_absolute(self, client: Client, small: SmallProvince) -> None:
        enter(client, "operator")
        age(client, seen=59 * 60)
        assert client.get("/desk/").status_code == 200
        age(client, seen=61 * 60)
        answer = client.get("/desk/?tab=all")
        assert answer["Location"] == "/accounts/login/?next=/desk/%3Ftab%3Dall"
        assert "_auth_user_id" not in client.session
        enter(client, "operator")
        age(client, began=12 * 3600 + 1)
        assert client.post("/desk/new/", {})["Location"].startswith("/accounts/login/")
        assert [one.after["why"] for one in AuditEntry.objects.filter(verb="session_over").order_by("at")] == [
            Ended.IDLE, Ended.ABSOLUTE,
        ]  # fmt: skip
        assert "signed_out" not in verbs()

    def test_what_a_page_asks_by_itself_keeps_nothing_alive(self, client: Client, small: SmallProvince) -> None:
        enter(client, "operator")
        age(client, seen=50 * 60)
        client.get("/notices/bell/", headers={"X-Background": "1", "HX-Request": "true"})
        age(client, seen=15 * 60)
        answer = client.get(
            "/notices/bell/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"}
        )
        assert (answer.status_code, answer["HX-Redirect"]) == (204, "/accounts/login/?next=%2Fdesk%2F")

    def test_the_rules_are_rows_and_hold_within_a_minute(self, client: Client, small: SmallProvince) -> None:
        enter(client, "operator")
        admin = small.actor("administrator")
        providers.save_policy(idle_minutes=10, absolute_hours=2, actor=admin, at=now())
        age(client, seen=61)
        client.get("/desk/")
        age(client, seen=11 * 60)
        assert client.get("/desk/").status_code == 302
        for wrong in ({"idle_minutes": 1}, {"absolute_hours": 30}):
            with pytest.raises(Invalid):
                providers.save_policy(**({"idle_minutes": 10, "absolute_hours": 2} | wrong), actor=admin, at=now())
        with pytest.raises(Forbidden):
            providers.save_policy(idle_minutes=9, absolute_hours=2, actor=small.actor("operator"), at=now())
        assert AuditEntry.objects.get(record_kind="sign_in_policy").after == {"idle_minutes": 10, "absolute_hours": 2}

    def test_ones_own_sessions(self, client: Client, small: SmallProvince) -> None:
        phone = Client(headers={"User-Agent": IPHONE})
        enter(client, "operator")
        enter(phone, "operator")
        page = client.get("/accounts/security/").content.decode()
        assert "Safari · iPhone" in page
        other = UserSession.objects.exclude(session_key=client.session.session_key).get()
        assert Client().post(f"/accounts/security/sessions/{other.pk}/end/").status_code == 302
        client.post(f"/accounts/security/sessions/{other.pk}/end/")
        assert phone.get("/desk/").status_code == 302
        enter(phone, "operator")
        client.post("/accounts/security/sessions/end/", {"form_key": "all"})
        assert phone.get("/desk/").status_code == 302
        assert client.get("/desk/").status_code == 200

    def test_nobody_ends_somebody_elses(self, client: Client, small: SmallProvince) -> None:
        enter(client, "operator")
        session = UserSession.objects.get()
        other = Client()
        enter(other, "officer")
        assert other.post(f"/accounts/security/sessions/{session.pk}/end/").status_code == 404
        with pytest.raises(Forbidden):
            own_sign_in.end_sessions_of(person_id=small.people["operator"].pk, actor=small.actor("officer"), at=now())
        assert client.get("/desk/").status_code == 200

    def test_an_administrator_ends_somebodys(self, client: Client, small: SmallProvince) -> None:
        enter(client, "operator")
        admin = Client()
        enter(admin, "administrator")
        page = f"/manage/people/{small.people['operator'].pk}/"
        assert "127.0.0.1" in admin.get(page).content.decode()
        assert admin.post(f"{page}sessions/end/").status_code == 302
        assert client.get("/desk/").status_code == 302
        assert AuditEntry.objects.get(verb="sessions_ended").person_id == small.people["administrator"].pk
        with pytest.raises(NotFound):
            own_sign_in.end_sessions_of(person_id=uuid4(), actor=small.actor("administrator"), at=now())


@pytest.mark.django_db
class TestKept:
    """The audit log and the notices."""

    def test_each_step(self, client: Client, small: SmallProvince) -> None:
        secret = access.set_up_totp(person_id=small.people["operator"].pk, actor=small.actor("administrator"), at=now())
        enter(client, "operator", "wrong")
        enter(client, "operator")
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
        client.post("/accounts/logout/")
        assert verbs() == ["sign_in_failed", "second_factor_failed", "signed_in", "signed_out"]
        entry = AuditEntry.objects.get(verb="signed_in")
        assert (entry.after["how"], entry.person_id, entry.address) == (
            "password totp", small.people["operator"].pk, "127.0.0.1",
        )  # fmt: skip

    def test_what_was_typed_in_the_wrong_field_is_not_kept(self, client: Client, small: SmallProvince) -> None:
        enter(client, "my secret sentence", "x")
        assert "my secret sentence" not in str(list(AuditEntry.objects.values()))

    def test_an_attacker_cannot_fill_the_log(self, client: Client, small: SmallProvince) -> None:
        for number in range(40):
            enter(client, f"nobody-{number}", "x")
        assert 1 <= len(verbs()) <= 20

    def test_a_lock_out(self, client: Client, small: SmallProvince) -> None:
        for _ in range(9):
            enter(client, "operator", "wrong")
        assert "locked_out" in verbs()

    def test_a_new_device_is_told_once(self, client: Client, small: SmallProvince) -> None:
        enter(client, "operator")
        told = Notice.objects.filter(person=small.people["operator"], channel="inbox")
        assert told.count() == 0
        client.post("/accounts/logout/")
        enter(client, "operator")
        assert told.count() == 0
        other = Client(headers={"User-Agent": IPHONE})
        enter(other, "operator")
        assert told.count() == 1
        assert "iPhone" in told.get().body
        assert KnownDevice.objects.count() == 2
        mark = other.cookies["device"]
        assert mark["httponly"]
        assert mark.value.encode() not in {bytes(one.digest) for one in KnownDevice.objects.all()}

    def test_the_own_password(self, client: Client, small: SmallProvince) -> None:
        other = Client()
        enter(other, "operator")
        enter(client, "operator")
        fields = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
        assert client.post("/accounts/password/change/", fields).status_code == 302
        assert "password_changed" in verbs()
        assert Notice.objects.filter(person=small.people["operator"], channel="inbox").exists()
        assert client.get("/desk/").status_code == 200
        assert other.get("/desk/").status_code == 302


@pytest.mark.django_db
class TestFactors:
    """Setting factors up, recovery codes, and who must have one."""

    def test_codes_are_shown_once_and_counted(
        self, client: Client, small: SmallProvince, django_capture_on_commit_callbacks: Any
    ) -> None:
        enter(client, "operator")
        page = client.get("/accounts/2fa/totp/activate/")
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(page.context["form"].secret)})
        assert answer["Location"] == "/accounts/2fa/recovery-codes/"
        shown = client.get(answer["Location"])
        codes = shown.context["unused_codes"]
        assert all(code in shown.content.decode() for code in codes)
        assert "data:text/plain" in shown.content.decode()
        again = client.get(answer["Location"]).content.decode()
        assert not any(code in again for code in codes)
        client.post("/accounts/logout/")
        enter(client, "operator")
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert sign_in.recovery_codes_left(small.people["operator"].pk) == len(codes) - 1
        security = sign_in.security_of(small.people["operator"], session_key="")
        assert (security.codes_left, security.lacks_codes) == (len(codes) - 1, False)
        row = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
        for code in codes[1:8]:
            assert row.validate_code(code)
        assert sign_in.security_of(small.people["operator"], session_key="").lacks_codes
        assert "factor_added" in verbs()
        subjects = Notice.objects.filter(person=small.people["operator"], channel="inbox")
        assert subjects.count() >= 2

    def test_a_passkey_counts_as_a_second_factor(self, client: Client, small: SmallProvince) -> None:
        Role.objects.filter(code="operator").update(requires_second_factor=True)
        person = small.people["operator"]
        enter(client, "operator")
        assert client.get("/desk/")["Location"] == "/accounts/security/second-factor/"
        assert client.get("/accounts/security/second-factor/").status_code == 200
        Authenticator.objects.create(user=person, type="webauthn", data={"name": "Khoá", "credential": {}})
        assert people.has_second_factor(person.pk)

    def test_the_passkey_pages(self, client: Client, small: SmallProvince) -> None:
        enter(client, "operator")
        page = client.get("/accounts/2fa/webauthn/add/")
        options = page.context["js_data"]["creation_options"]["publicKey"]
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["rp"] == {"id": "testserver", "name": "BacGiang-C"}
        assert options["user"]["name"] == "operator"
        asked = Client().get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
        assert asked["request_options"]["publicKey"]["userVerification"] == "required"
        made = client.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": "{}", "passwordless": "on"})
        assert made.status_code == 200
        assert not Authenticator.objects.filter(type="webauthn").exists()
        refused = Client().post("/accounts/2fa/webauthn/login/", {"credential": "{}"})
        assert refused.status_code == 302


@pytest.mark.parametrize(
    ("agent", "name", "is_phone"),
    [(CHROME, "Chrome · Windows", False), (IPHONE, "Safari · iPhone", True), ("curl/8.0", "", False)],
)
def test_what_a_browser_says_of_itself(agent: str, name: str, is_phone: bool) -> None:
    assert (device(agent).name, device(agent).is_phone) == (name, is_phone)


def test_claims() -> None:
    assert subject_claim({"staff": {"number": 17}}, "staff.number") == "17"
    assert subject_claim({"staff": "x", "flag": True}, "staff.number") == ""
    assert subject_claim({"flag": True}, "flag") == ""
    assert contact_is_checked({"email_verified": "true"}, match_by="email")
    assert not contact_is_checked({"email_verified": None}, match_by="email")
    assert contact_is_checked({}, match_by="username")
    assert second_factor_used({"amr": ["pwd", "hwk"]}, values=())
    assert second_factor_used({"amr": "mfa"}, values=())
    assert not second_factor_used({"amr": ["otp"]}, values=())
    assert not second_factor_used({}, values=())
    assert second_factor_used({"acr": "loa3"}, values=("loa3",))
    assert not second_factor_used({"acr": "loa2", "amr": ["mfa"]}, values=("loa3",))


def test_numbers_as_they_are_dialled() -> None:
    assert {sign_in.national(one) for one in ("+84 912 345 678", "84912345678", "0912.345.678")} == {"0912345678"}
