"""Signing in by a provider of identity: a real one (django-oauth-toolkit) in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.kernel.errors import Conflict, Forbidden, Invalid
from ioc.management.actions import access, providers
from ioc.management.models import AuditEntry, IdentityProvider, Person, Role
from ioc.management.queries import sign_in
from ioc.management.queries.provider_check import check
from ioc.management.stepup import CONFIRMED_AT, FRESH_FOR
from ioc.notices.models import Notice
from tests.factories import SmallProvince
from tests.provider.run import CLIENT, SECRET
from tests.stack import free_port

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
START = "/accounts/oidc/vneid/login/"
EMAIL = "can.bo@bacgiang.gov.vn"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The provider, running."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/o"
    environment = os.environ | {
        "PROVIDER_FOLDER": str(tmp_path_factory.mktemp("provider")),
        "PROVIDER_ISSUER": address,
        "OAUTHLIB_INSECURE_TRANSPORT": "1",
    }
    callback = "http://testserver/accounts/oidc/vneid/login/callback/"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.provider.run", str(port), callback], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{address}/.well-known/openid-configuration").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail("the provider does not start")


def add_provider(issuer: str, **fields: Any) -> IdentityProvider:
    given = {"code": "vneid", "name": "VNeID", "issuer": issuer, "client_id": CLIENT, "is_on": True} | fields
    return providers.save_provider(fields=given, secret=SECRET, actor=SYSTEM, at=now())


@pytest.fixture
def vneid(issuer: str, small: SmallProvince) -> IdentityProvider:
    """The provider, as an administrator entered it; the officer has an e-mail."""
    Person.objects.filter(username="officer").update(email=EMAIL)
    return add_provider(issuer)


def there(issuer: str, name: str = "nguyen-van-a", **claims: Any) -> httpx.Client:
    """A browser that is signed in at the provider, which claims this about the person."""
    browser = httpx.Client(base_url=issuer.removesuffix("/o"), follow_redirects=False)
    told = {"email": EMAIL, "email_verified": True, "name": "Nguyễn Văn A"} | claims
    assert browser.get(f"/enter/{name}/", params={"claims": json.dumps(told)}).status_code == 200
    return browser


def sign_in_with(client: Client, browser: httpx.Client, *, start: str = START, **changed: str | None) -> Any:
    """The whole way there and back; `changed` are parameters that somebody in between alters or takes out."""
    sent = client.get(start)
    assert sent.status_code == 302, sent.content
    parts = urlsplit(sent["Location"])
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    kept = {name: value for name, value in asked.items() if value is not None}
    back = browser.get(f"{parts.path}?{urlencode(kept)}")
    assert back.status_code == 302, back.text[:500]
    return client.get(back.headers["Location"].removeprefix("http://testserver"))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refusal(answer: Any) -> str:
    assert answer.status_code == 403
    return str(answer.context["why"])


def test_a_known_person_gets_in_and_is_linked(client: Client, vneid: IdentityProvider, small: SmallProvince) -> None:
    answer = sign_in_with(client, there(vneid.issuer))
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(small.people["officer"].pk)
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.provider, linked.extra_data) == (small.people["officer"].pk, "vneid", {})
    verbs = set(AuditEntry.objects.filter(topic="sign_in").values_list("verb", flat=True))
    assert verbs == {"provider_linked", "signed_in"}
    assert "provider:vneid" in AuditEntry.objects.get(verb="signed_in").after["how"]
    assert Notice.objects.filter(person=small.people["officer"], channel="inbox").exists()


def test_the_link_counts_when_the_address_changes(client: Client, vneid: IdentityProvider) -> None:
    sign_in_with(client, there(vneid.issuer))
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert sign_in_with(client, there(vneid.issuer, email="moi@example.vn")).status_code == 302
    assert is_in(client)


def test_who_is_not_known_is_refused_kindly(client: Client, vneid: IdentityProvider) -> None:
    answer = sign_in_with(client, there(vneid.issuer, "la", email="nguoi.la@example.vn"))
    assert refusal(answer) == "unknown"
    assert "VNeID" in answer.content.decode()
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert AuditEntry.objects.get(verb="sign_in_failed").after == {"provider": "vneid", "why": "unknown"}


def test_an_unchecked_address_makes_nobody_somebody_else(client: Client, vneid: IdentityProvider) -> None:
    answer = sign_in_with(client, there(vneid.issuer, "ke-gian", email_verified=False))
    assert refusal(answer) == "not_checked"
    assert not is_in(client)


def test_a_suspended_person_is_refused(client: Client, vneid: IdentityProvider, small: SmallProvince) -> None:
    sign_in_with(client, there(vneid.issuer))
    access.suspend_person(
        person_id=small.people["officer"].pk, actor=small.actor("administrator"), at=now(), reason="Nghỉ việc"
    )
    assert refusal(sign_in_with(client, there(vneid.issuer))) == "suspended"
    SocialAccount.objects.all().delete()
    assert refusal(sign_in_with(client, there(vneid.issuer))) == "suspended"
    assert not is_in(client)


def test_somebody_elses_answer_does_not_count(client: Client, vneid: IdentityProvider) -> None:
    browser = there(vneid.issuer)
    assert refusal(sign_in_with(client, browser, state="of-another")) == "broken"
    assert refusal(sign_in_with(client, browser, nonce="of-another")) == "broken"
    assert not is_in(client)
    why = AuditEntry.objects.filter(verb="sign_in_failed").order_by("at").last()
    assert why is not None
    assert "another sign-in" in why.after["why"]


def test_an_answer_counts_once(client: Client, vneid: IdentityProvider) -> None:
    sent = client.get(START)
    back = there(vneid.issuer).get(sent["Location"])
    address = back.headers["Location"].removeprefix("http://testserver")
    assert client.get(address).status_code == 302
    client.post("/accounts/logout/")
    assert refusal(client.get(address)) == "broken"


def test_another_browser_cannot_use_the_answer(client: Client, vneid: IdentityProvider) -> None:
    back = there(vneid.issuer).get(client.get(START)["Location"])
    other = Client()
    assert refusal(other.get(back.headers["Location"].removeprefix("http://testserver"))) == "broken"
    assert not is_in(other)


def test_who_gives_up_at_the_provider_comes_back(client: Client, vneid: IdentityProvider) -> None:
    state = parse_qs(urlsplit(client.get(START)["Location"]).query)["state"][0]
    answer = client.get(f"{START}callback/?error=access_denied&state={state}")
    assert answer.status_code == 302


def test_a_second_factor_counts_only_where_it_is_trusted(
    client: Client, vneid: IdentityProvider, small: SmallProvince
) -> None:
    Role.objects.filter(code="officer").update(requires_second_factor=True)
    browser = there(vneid.issuer, amr=["pwd", "otp"])
    sign_in_with(client, browser)
    assert client.get("/officer/")["Location"] == "/accounts/security/second-factor/"
    client.logout()
    fields = {"trusts_second_factor": True}
    providers.save_provider(fields=fields, secret="", actor=SYSTEM, at=now(), provider_id=vneid.pk)
    sign_in_with(client, browser)
    assert client.get("/officer/").status_code == 200
    client.logout()
    sign_in_with(client, there(vneid.issuer, amr=["pwd"]))
    assert client.get("/officer/").status_code == 302


def test_ones_own_second_factor_is_still_asked_for(
    client: Client, vneid: IdentityProvider, small: SmallProvince
) -> None:
    access.set_up_totp(person_id=small.people["officer"].pk, actor=SYSTEM, at=now())
    answer = sign_in_with(client, there(vneid.issuer))
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


@pytest.mark.parametrize(
    ("match_by", "claim", "field", "held", "told"),
    [
        ("phone", "phone_number", "phone", "0912 345 678", "+84912345678"),
        ("employee_code", "staff.number", "employee_code", "BG-0017", {"number": "bg-0017"}),
        ("username", "preferred_name", "username", "officer", "Officer"),
    ],
)
def test_people_are_recognized_in_other_ways(
    client: Client, vneid: IdentityProvider, match_by: str, claim: str, field: str, held: str, told: Any
) -> None:
    Person.objects.filter(username="officer").update(**{field: held})
    fields = {"match_by": match_by, "claim": claim, "trusts_contact": True}
    providers.save_provider(fields=fields, secret="", actor=SYSTEM, at=now(), provider_id=vneid.pk)
    browser = there(vneid.issuer, email="khac@example.vn", **{claim.partition(".")[0]: told})
    assert sign_in_with(client, browser).status_code == 302
    assert is_in(client)


def test_two_people_with_one_number_are_nobody(client: Client, vneid: IdentityProvider) -> None:
    Person.objects.filter(username__in=["officer", "head"]).update(phone="0912345678")
    fields = {"match_by": "phone", "claim": "phone_number", "trusts_contact": True}
    providers.save_provider(fields=fields, secret="", actor=SYSTEM, at=now(), provider_id=vneid.pk)
    assert refusal(sign_in_with(client, there(vneid.issuer, phone_number="0912345678"))) == "unknown"


def test_a_link_made_by_hand(client: Client, vneid: IdentityProvider, small: SmallProvince) -> None:
    fields = {"match_by": "subject"}
    providers.save_provider(fields=fields, secret="", actor=SYSTEM, at=now(), provider_id=vneid.pk)
    browser = there(vneid.issuer, "b")
    assert refusal(sign_in_with(client, browser)) == "unknown"
    admin, person = small.actor("administrator"), small.people["head"].pk
    told = {"person_id": person, "provider_id": vneid.pk, "at": now()}
    subject = "2"
    with pytest.raises(Forbidden):
        providers.link_by_hand(subject=subject, actor=small.actor("officer"), **told)
    with pytest.raises(Invalid):
        providers.link_by_hand(subject=" ", actor=admin, **told)
    for number in range(1, 40):
        SocialAccount.objects.all().delete()
        providers.link_by_hand(subject=str(number), actor=admin, **told)
        if sign_in_with(client, browser).status_code == 302:
            break
    assert client.session["_auth_user_id"] == str(person)
    with pytest.raises(Conflict):
        providers.link_by_hand(subject="other", actor=admin, **told)


def test_a_domain_may_bring_in_new_people_without_rights(client: Client, vneid: IdentityProvider) -> None:
    fields = {"register_domains": ["bacgiang.gov.vn"]}
    providers.save_provider(fields=fields, secret="", actor=SYSTEM, at=now(), provider_id=vneid.pk)
    assert refusal(sign_in_with(client, there(vneid.issuer, "c", email="moi@example.vn"))) == "unknown"
    assert sign_in_with(client, there(vneid.issuer, "d", email="moi@bacgiang.gov.vn")).status_code == 302
    made = Person.objects.get(email="moi@bacgiang.gov.vn")
    assert (made.full_name, made.has_usable_password(), made.positions.count()) == ("Nguyễn Văn A", False, 0)
    assert client.get("/manage/").status_code == 403


def test_linking_on_ones_own_page_and_taking_it_away(
    client: Client, vneid: IdentityProvider, small: SmallProvince
) -> None:
    client.force_login(small.people["head"])
    answer = sign_in_with(client, there(vneid.issuer, "e"), start=f"{START}?process=connect")
    assert answer["Location"] == "/accounts/security/"
    linked = SocialAccount.objects.get(user=small.people["head"])
    assert b"VNeID" in client.get("/accounts/security/").content
    assert client.post(f"/accounts/security/links/{linked.pk}/remove/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_the_last_way_in_stays(client: Client, vneid: IdentityProvider, small: SmallProvince) -> None:
    sign_in_with(client, there(vneid.issuer))
    person = small.people["officer"]
    person.set_unusable_password()
    person.save()
    with pytest.raises(Conflict):
        providers.unlink(person=person, link_id=SocialAccount.objects.get().pk, at=now())


def test_who_has_only_a_provider_confirms_there(client: Client, vneid: IdentityProvider, small: SmallProvince) -> None:
    person = small.people["administrator"]
    Person.objects.filter(pk=person.pk).update(email="admin@bacgiang.gov.vn", password="!")
    browser = there(vneid.issuer, "admin", email="admin@bacgiang.gov.vn")
    sign_in_with(client, browser)
    session = client.session
    session[CONFIRMED_AT] = time.time() - FRESH_FOR - 1
    session.save()
    target = f"/manage/people/{small.people['head'].pk}/"
    asked = client.post(f"{target}suspend/", {"reason": "x"}, headers={"Referer": f"http://testserver{target}"})
    assert asked["Location"].startswith("/accounts/oidc/vneid/again/?next=")
    sent = parse_qs(urlsplit(client.get(asked["Location"])["Location"]).query)
    assert sent["prompt"] == ["login"]
    answer = sign_in_with(client, browser, start=asked["Location"], prompt=None, max_age=None)
    assert answer["Location"] == target
    assert client.post(f"{target}suspend/", {"reason": "x"})["Location"].startswith("/manage/people/")


def test_the_check_says_what_is_wrong(vneid: IdentityProvider, issuer: str, small: SmallProvince) -> None:
    admin, callback = small.actor("administrator"), "http://testserver/accounts/oidc/vneid/login/callback/"
    found = check(provider=vneid, callback=callback, actor=admin)
    assert "error" not in {one.tone for one in found}, found
    providers.save_provider(fields={}, secret="wrong", actor=SYSTEM, at=now(), provider_id=vneid.pk)
    vneid.refresh_from_db()
    assert [one.tone for one in check(provider=vneid, callback=callback, actor=admin)][-1] == "error"
    for wrong in (issuer + "/x", "http://127.0.0.1:9/", issuer.removesuffix("/o")):
        vneid.issuer = wrong
        found = check(provider=vneid, callback=callback, actor=admin)
        assert [one.tone for one in found] == ["error"], wrong
    vneid.issuer = issuer + "/"
    assert "error" in {one.tone for one in check(provider=vneid, callback=callback, actor=admin)}
    with pytest.raises(Forbidden):
        check(provider=vneid, callback=callback, actor=small.actor("officer"))


def test_another_issuer_ends_the_links(client: Client, vneid: IdentityProvider) -> None:
    sign_in_with(client, there(vneid.issuer))
    fields = {"issuer": "https://sso.example.vn"}
    providers.save_provider(fields=fields, secret="", actor=SYSTEM, at=now(), provider_id=vneid.pk)
    assert not SocialAccount.objects.exists()


def test_what_cannot_be_kept(small: SmallProvince) -> None:
    admin = small.actor("administrator")
    good = {"code": "x", "name": "X", "issuer": "https://sso.example.vn", "client_id": "ioc"}
    for wrong, field in (
        ({"issuer": "http://sso.example.vn"}, "issuer"),
        ({"scopes": "profile"}, "scopes"),
        ({"claim": ""}, "claim"),
        ({"code": "Không hợp lệ"}, "code"),
    ):
        with pytest.raises(Invalid) as refused:
            providers.save_provider(fields=good | wrong, secret="s", actor=admin, at=now())
        assert field in refused.value.fields
    with pytest.raises(Invalid) as refused:
        providers.save_provider(fields=good, secret="", actor=admin, at=now())
    assert "secret" in refused.value.fields
    with pytest.raises(Forbidden):
        providers.save_provider(fields=good, secret="s", actor=small.actor("head"), at=now())


def test_the_screens(client: Client, issuer: str, small: SmallProvince) -> None:
    client.force_login(small.people["administrator"])
    fields = {
        "code": "vneid", "name": "VNeID", "issuer": issuer, "client_id": CLIENT, "secret": SECRET,
        "scopes": "openid profile email", "match_by": "email", "claim": "email", "is_on": "on", "position": "0",
    }  # fmt: skip
    assert client.post("/manage/sign-in/providers/add/", fields | {"secret": ""}).status_code == 422
    assert client.post("/manage/sign-in/providers/add/", fields).status_code == 302
    row = sign_in.providers()[0]
    address = f"/manage/sign-in/providers/{row.pk}/"
    page = client.get(address).content.decode()
    assert SECRET not in page
    assert "/accounts/oidc/vneid/login/callback/" in page
    assert SECRET.encode() not in bytes(row.secret_sealed)
    assert SECRET not in str(list(AuditEntry.objects.values()))
    assert client.post(f"{address}test/").status_code == 200
    assert client.post(address, fields | {"secret": "", "name": "VNeID 2"}).status_code == 302
    assert "VNeID 2" in client.get("/manage/sign-in/").content.decode()
    assert "VNeID 2" in Client().get("/accounts/login/").content.decode()
    assert client.post(f"{address}remove/").status_code == 302
    assert not IdentityProvider.objects.exists()


def test_a_provider_that_is_off_or_silent(client: Client, small: SmallProvince) -> None:
    row = add_provider("http://127.0.0.1:9/o")
    answer = client.get(START)
    assert answer["Location"] == "/accounts/login/"
    providers.save_provider(fields={"is_on": False}, secret="", actor=SYSTEM, at=now(), provider_id=row.pk)
    assert client.get(START).status_code == 404
    assert not Authenticator.objects.exists()
