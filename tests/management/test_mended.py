"""Sessions and second factors that change while somebody is signed in, sealing anew, and the day's turn."""

import threading
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from ioc.conf.hearing import hears
from ioc.kernel import reference, sealing
from ioc.kernel.clock import now
from ioc.kernel.ids import new_id
from ioc.kernel.reference import Versioned
from ioc.management import middleware
from ioc.management.actions import access, resealing
from ioc.management.models import Role
from ioc.notices import actions as notices
from ioc.notices.models import Notice
from tests.management.test_sign_in import OTHER, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(small):
    return small.actor("administrator")


def is_out(client) -> bool:
    return "/accounts/login/" in client.get("/desk/").headers.get("Location", "")


def test_a_role_that_comes_to_ask_for_a_second_factor_asks_within_a_minute(client, small, monkeypatch):
    enter(client, "operator")
    assert client.get("/desk/").status_code == 200
    Role.objects.filter(code="operator").update(requires_second_factor=True)
    assert client.get("/desk/").status_code == 200
    monkeypatch.setattr(middleware, "SETTLED_FOR", 0)
    assert client.get("/desk/")["Location"] == reverse("account_second_factor")


@pytest.mark.parametrize(
    ("action", "more"),
    [
        (access.reset_second_factor, {}),
        (access.suspend_person, {"reason": "Nghỉ việc"}),
        (access.reset_password, {"password": OTHER}),
    ],
)
def test_sessions_end_everywhere(client, small, admin, action, more):
    enter(client, "operator")
    key = client.session.session_key
    assert not is_out(client)
    action(person_id=small.people["operator"].id, actor=admin, at=now(), **more)
    assert is_out(client)
    assert not client.session.exists(key)


def test_who_owes_a_second_factor_hears_nothing_of_the_staff(client, small):
    enter(client, "operator")
    key = client.session.session_key
    assert hears(key, [])("onscene.queue")
    Role.objects.filter(code="operator").update(requires_second_factor=True)
    deaf = hears(key, [])
    assert not deaf("onscene.queue")
    assert not deaf(f"inbox.{small.people['operator'].id}")
    assert deaf("public")


def test_a_new_key_seals_second_factors_and_addresses_too(small, admin, settings, tmp_path):
    settings.SEALING_KEY_FILE = tmp_path / "sealing.keys"
    person = small.people["operator"]
    secret = access.set_up_totp(person_id=person.id, actor=admin, at=now())
    codes = RecoveryCodes.activate(person).get_unused_codes()
    kept = {"event_id": new_id(), "subject": "x", "body": "x", "created_at": now(), "next_try_at": now()}
    Notice.objects.create(recipient="a", channel="sms", address_sealed=sealing.seal("0912345678"), **kept)
    Notice.objects.create(recipient="b", channel="inbox", person=person, **kept)

    sealing.add_key()
    assert (resealing.reseal_all(), notices.reseal_all()) == (2, 1)
    newest = settings.SEALING_KEY_FILE.read_text().split()[0]
    settings.SEALING_KEY_FILE.write_text(newest + "\n")
    factors = {one.type: one for one in Authenticator.objects.filter(user=person)}
    assert sealing.unseal(TOTP(factors["totp"]).instance.data["secret"].encode()) == secret
    assert RecoveryCodes(factors["recovery_codes"]).get_unused_codes() == codes
    assert sealing.unseal(Notice.objects.get(recipient="a").address_sealed) == "0912345678"


def test_reference_data_is_read_anew_when_the_local_day_turns(monkeypatch):
    loads = []
    kept = Versioned(lambda: loads.append(1) or len(loads))
    for moment, expected in (("16:58", 1), ("16:59", 1), ("17:00", 2), ("17:01", 2)):
        hour, minute = map(int, moment.split(":"))
        at = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
        monkeypatch.setattr(reference, "now", lambda at=at: at)
        assert kept.get() == expected


def test_threads_that_wait_for_a_load_share_it(monkeypatch):
    loads, began, go_on = [], threading.Event(), threading.Event()
    monkeypatch.setattr(reference._version, "current", lambda: 1)

    def load():
        loads.append(1)
        began.set()
        go_on.wait(5)
        return len(loads)

    kept = Versioned(load)
    threads = [threading.Thread(target=kept.get) for _ in range(4)]
    for one in threads:
        one.start()
    began.wait(5)
    go_on.set()
    for one in threads:
        one.join(5)
    assert len(loads) == 1
    assert kept.get() == 1
