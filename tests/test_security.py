"""What OWASP ASVS 5.0 asks for and no other test shows; docs/security-asvs.md names each of these."""

import io
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as conf
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from ioc.conf.hashing import Argon2
from ioc.conf.ways import sealed_way
from ioc.kernel import logs
from ioc.kernel.middleware import address_of
from ioc.kernel.sealed_ways import is_here
from ioc.kernel.sheets import csv_lines
from ioc.management.models import Person
from ioc.management.providers import IdToken, ProvidersAdapter
from ioc.management.stepup import CONFIRMED_AT
from tests.factories import PASSWORD, SmallProvince

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = (
    "/", "/reports/", "/reports/feed.rss", "/citizen/", "/citizen/report/", "/accounts/login/",
    "/accounts/password/reset/", "/api/docs", "/api/openapi.json", "/api/reports", "/open311/v2/services.xml",
    "/open311/v2/services.json", "/healthz", "/metrics", "/nowhere",
)  # fmt: skip
FOR_STAFF = ("/desk/", "/lead/", "/officer/", "/manage/", "/manage/people/", "/manage/audit/", "/accounts/security/")
pytestmark = pytest.mark.django_db


def enter(client: Client, login: str = "operator", **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": PASSWORD}, **more)


@pytest.fixture
def https(settings: Any) -> None:
    """The settings that an `https://` origin leads to."""
    settings.HTTPS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True


class TestAnswers:
    """What stands on every answer."""

    @pytest.mark.parametrize("path", PUBLIC)
    def test_headers_of_public_answers(self, path: str, small: SmallProvince, https: None) -> None:
        answer = Client(raise_request_exception=False).get(path, secure=True)
        policy = answer["Content-Security-Policy"]
        for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert directive in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
        kind = answer["Content-Type"]
        assert "charset=utf-8" in kind or kind.startswith(("application/json", "application/problem+json")), kind
        assert "Server" not in answer
        assert "X-Powered-By" not in answer

    @pytest.mark.parametrize("path", FOR_STAFF)
    def test_pages_of_who_is_signed_in_are_kept_nowhere(self, path: str, small: SmallProvince, client: Client) -> None:
        others = "administrator" if path.startswith("/manage") else "operator"
        login = {"/lead/": "leader", "/officer/": "officer"}.get(path, others)
        client.force_login(small.people[login], backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "Content-Security-Policy" in answer
        assert reverse("account_logout") in answer.content.decode()

    @pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
    @pytest.mark.parametrize("path", ["/", "/accounts/login/", "/api/reports", "/healthz"])
    def test_methods_that_nothing_answers(self, method: str, path: str, client: Client, db: None) -> None:
        answer = client.generic(method, path, headers={"X-Secret": "seen"})
        assert answer.status_code == 405
        assert b"seen" not in answer.content

    def test_other_sites_read_nothing_but_open311(self, small: SmallProvince, client: Client) -> None:
        for path in (*PUBLIC, *FOR_STAFF):
            answer = Client(raise_request_exception=False).get(path, headers={"Origin": "https://elsewhere.example"})
            assert answer.get("Access-Control-Allow-Origin") == ("*" if path.startswith("/open311") else None), path
            assert "Access-Control-Allow-Credentials" not in answer
        asked = client.options("/api/reports", headers={"Origin": "https://elsewhere.example",
                                                        "Access-Control-Request-Method": "POST"})  # fmt: skip
        assert "Access-Control-Allow-Origin" not in asked

    @pytest.mark.parametrize("path", ["/.git/config", "/.git/HEAD", "/.env", "/static/../ioc/conf/settings.py",
                                      "/manage.py", "/var/secrets/django.key", "/backup.sql"])  # fmt: skip
    def test_nothing_of_the_sources_is_served(self, path: str, client: Client, db: None) -> None:
        assert client.get(path).status_code == 404


class TestCookies:
    """Cookies under https."""

    def test_each_is_for_this_host_and_tls_only(self, small: SmallProvince, https: None) -> None:
        client = Client()
        client.get("/accounts/login/", secure=True)
        enter(client, secure=True)
        client.post("/i18n/setlang/", {"language": "en", "next": "/"}, secure=True)
        filed = onscene_link(small)
        client.post(f"{filed}keep/", secure=True)
        client.get("/guidance/?commune=1", secure=True)
        names = ("sessionid", "csrftoken", "django_language", "device", "mine", "commune")
        assert {f"__Host-{name}" for name in names} <= set(client.cookies)
        for name, cookie in client.cookies.items():
            assert name.startswith("__Host-")
            assert cookie["secure"], name
            assert cookie["path"] == "/", name
            assert not cookie["domain"], name
            assert cookie["samesite"] == "Lax", name
            assert cookie["httponly"] or cookie["max-age"] == 0, name
            assert len(name) + len(cookie.value) < 4096

    def test_what_somebody_else_planted_is_not_seen(self, small: SmallProvince, https: None) -> None:
        client = Client()
        enter(client, secure=True)
        key = client.cookies["__Host-sessionid"].value
        assert client.get("/desk/", secure=True).status_code == 200
        planted = Client()
        planted.cookies["sessionid"] = key
        assert planted.get("/desk/", secure=True).status_code == 302


def onscene_link(small: SmallProvince) -> str:
    return f"/citizen/r/{small.file().token}/"


class TestSessions:
    """Keys of sessions are new when somebody comes in and worthless when somebody goes."""

    def test_signing_in_gives_a_new_key(self, small: SmallProvince, client: Client) -> None:
        session = client.session
        session["planted"] = "1"
        session.save()
        before = session.session_key
        client.cookies[conf.SESSION_COOKIE_NAME] = before
        enter(client)
        assert client.session.session_key != before
        assert not client.session.exists(before)

    def test_confirming_gives_a_new_key_and_keeps_the_device(self, small: SmallProvince, client: Client) -> None:
        enter(client)
        before = client.session.session_key
        session = client.session
        session[CONFIRMED_AT] = 0
        session.save()
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        after = client.session.session_key
        assert after != before
        assert not client.session.exists(before)
        assert UserSession.objects.get().session_key == after
        assert client.get("/desk/").status_code == 200

    def test_after_signing_out_the_key_opens_nothing(self, small: SmallProvince, client: Client) -> None:
        enter(client)
        key = client.cookies[conf.SESSION_COOKIE_NAME].value
        assert client.get("/accounts/logout/").status_code == 200
        assert client.get("/desk/").status_code == 200
        answer = client.post("/accounts/logout/")
        assert answer["Clear-Site-Data"] == '"cache"'
        thief = Client()
        thief.cookies[conf.SESSION_COOKIE_NAME] = key
        assert thief.get("/desk/").status_code == 302

    def test_ending_ones_sessions_asks_who_one_is(self, small: SmallProvince, client: Client) -> None:
        phone = Client()
        enter(client)
        enter(phone)
        session = client.session
        session[CONFIRMED_AT] = 0
        session.save()
        other = UserSession.objects.exclude(session_key=session.session_key).get()
        for address in (f"/accounts/security/sessions/{other.pk}/end/", "/accounts/security/sessions/end/"):
            assert client.post(address)["Location"].startswith("/accounts/reauthenticate/")
        assert phone.get("/desk/").status_code == 200
        client.post(client.post("/accounts/security/sessions/end/")["Location"], {"password": PASSWORD})
        assert phone.get("/desk/").status_code == 302
        assert client.get("/desk/").status_code == 200

    def test_keys_are_long_and_unlike_each_other(self, small: SmallProvince) -> None:
        keys = set()
        for _ in range(5):
            client = Client()
            enter(client)
            keys.add(client.session.session_key)
        assert len(keys) == 5
        assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)

    def test_a_session_begins_only_with_a_sign_in(self, small: SmallProvince, client: Client) -> None:
        for path in PUBLIC:
            Client(raise_request_exception=False).get(path)
            client.get(path) if path != "/metrics" else None
        assert "_auth_user_id" not in client.session


class TestAccounts:
    """What one may do to the own account."""

    def test_nobody_changes_the_own_address(self, small: SmallProvince, client: Client) -> None:
        enter(client)
        answer = client.post("/accounts/email/", {"email": "thief@example.com", "action_add": ""})
        assert answer.status_code == 405
        assert not Person.objects.filter(email="thief@example.com").exists()

    def test_a_first_password_of_ones_own_needs_a_fresh_sign_in(self, small: SmallProvince, client: Client) -> None:
        person = small.people["operator"]
        person.set_unusable_password()
        person.save()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[CONFIRMED_AT] = 0
        session.save()
        fields = {"password1": "mot-mat-khau-khac-2027", "password2": "mot-mat-khau-khac-2027"}
        client.post("/accounts/password/set/", fields)
        person.refresh_from_db()
        assert not person.has_usable_password()

    def test_passwords_are_taken_as_they_are(self, small: SmallProvince, client: Client) -> None:
        person = small.people["operator"]
        long = "  Một câu DÀI có dấu, chữ HOA và khoảng trắng ở hai đầu; " + "x" * 120 + "  "
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        change = {"oldpassword": PASSWORD, "password1": long, "password2": long}
        assert client.post("/accounts/password/change/", change).status_code == 302
        for wrong in (long.strip(), long.lower(), long[:72], long[:128]):
            client.logout()
            client.post("/accounts/login/", {"login": "operator", "password": wrong})
            assert "_auth_user_id" not in client.session
        client.post("/accounts/login/", {"login": "operator", "password": long})
        assert "_auth_user_id" in client.session

    def test_password_fields_hide_and_let_managers_fill_in(self, small: SmallProvince, client: Client) -> None:
        sign_in = client.get("/accounts/login/").content.decode()
        assert re.search(r'<input[^>]*type="password"[^>]*autocomplete="current-password"', sign_in) or re.search(
            r'<input[^>]*autocomplete="current-password"[^>]*type="password"', sign_in
        )
        client.force_login(small.people["operator"], backend="allauth.account.auth_backends.AuthenticationBackend")
        change = client.get("/accounts/password/change/").content.decode()
        assert change.count('type="password"') == 3
        assert change.count("new-password") == 2
        sources = "".join(path.read_text() for path in (ROOT / "web" / "src").glob("*.ts"))
        assert '"paste"' not in sources

    def test_a_forgotten_password_leads_round_no_second_factor(self, small: SmallProvince, mailoutbox: Any) -> None:
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: PLC0415

        person = small.people["operator"]
        person.email = "op@example.vn"
        person.save()
        TOTP.activate(person, generate_totp_secret())
        client = Client()
        unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.vn"})
        known = client.post("/accounts/password/reset/", {"email": "op@example.vn"})
        assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
        sent = [one for one in mailoutbox if "op@example.vn" in one.to]
        (address,) = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", sent[0].body)
        asked = client.get(address, follow=True)
        new = "mot-mat-khau-khac-2027"
        client.post(asked.redirect_chain[-1][0], {"password1": new, "password2": new})
        assert "_auth_user_id" not in client.session
        answer = client.post("/accounts/login/", {"login": "operator", "password": new})
        assert answer["Location"] == reverse("mfa_authenticate")
        assert "_auth_user_id" not in client.session
        assert "_auth_user_id" not in Client().get(address).wsgi_request.session


class TestRequests:
    """What comes in is looked at."""

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example/", "https:/\\evil.example", "javascript:alert(1)"]
    )
    def test_nobody_is_led_to_another_site(self, target: str, small: SmallProvince) -> None:
        client = Client()
        fields = {"login": "operator", "password": PASSWORD, "next": target}
        signed_in = client.post(f"/accounts/login/?next={target}", fields)
        assert signed_in.status_code == 302
        language = client.post("/i18n/setlang/", {"language": "en", "next": target})
        out = client.post(f"/accounts/logout/?next={target}", {"next": target})
        for answer in (signed_in, language, out):
            assert answer["Location"].startswith("/"), answer["Location"]
            assert not answer["Location"].startswith("//")

    def test_forms_of_other_sites_are_refused(self, small: SmallProvince) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
        target = f"/manage/people/{small.people['operator'].pk}/suspend/"
        assert client.post(target, {"reason": "x"}).status_code == 403
        small.people["operator"].refresh_from_db()
        assert small.people["operator"].is_active
        assert client.post("/accounts/login/", {"login": "operator", "password": PASSWORD}).status_code == 403

    def test_looking_changes_nothing(self, small: SmallProvince) -> None:
        client = Client()
        client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
        person = f"/manage/people/{small.people['operator'].pk}/"
        for step in ("suspend/", "readmit/", "password/", "second-factor/", "second-factor/reset/", "sessions/end/"):
            assert client.get(person + step).status_code in {405, 302}, step
        small.people["operator"].refresh_from_db()
        assert small.people["operator"].is_active

    def test_what_is_no_json_is_told_as_a_problem(self, small: SmallProvince, client: Client) -> None:
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            answer = client.post("/api/reports", '{"text": "Rác"', content_type=kind)
            assert 400 <= answer.status_code < 500
            assert answer["Content-Type"].startswith("application/problem+json")

    def test_an_address_is_believed_from_a_proxy_only(self, settings: Any) -> None:
        request = HttpRequest()
        request.META = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "10.0.0.1", "HTTP_X_REAL_IP": "10.0.0.2"}
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        assert address_of(request) == "203.0.113.9"
        request.META["REMOTE_ADDR"] = "127.0.0.1"
        request.META["HTTP_X_FORWARDED_FOR"] = "6.6.6.6, 203.0.113.7"
        assert address_of(request) == "203.0.113.7"

    def test_fields_that_a_form_does_not_have_are_not_taken(self, small: SmallProvince, client: Client) -> None:
        client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
        person = small.people["officer"]
        page = client.get(f"/manage/people/{person.pk}/edit/")
        given = {name: page.context["form"].initial.get(name) or "" for name in page.context["form"].fields}
        client.post(f"/manage/people/{person.pk}/edit/", {**given, "full_name": "Tên Mới", "is_superuser": "1",
                                                          "is_active": "", "password": "x"})  # fmt: skip
        before, after = person.password, Person.objects.get(pk=person.pk)
        assert after.password == before
        assert after.is_active
        assert not getattr(after, "is_superuser", False)


class Told(IdToken):
    """A provider's answer, with its description and key at hand."""

    openid_config = {"issuer": "https://idp.example"}
    nonce = "n-1"
    key: Any = None

    def __init__(self) -> None:
        """Needs no request."""

    def _key(self, header: dict[str, Any]) -> Any:
        return self.key


class TestIdTokens:
    """What a provider vouches for is checked before it counts."""

    app = SocialApp(client_id="ioc", settings={"issuer": "https://idp.example"})
    secret = ec.generate_private_key(ec.SECP256R1())

    def claims(self, **other: Any) -> dict[str, Any]:
        at = int(time.time())
        good = {"iss": "https://idp.example", "aud": "ioc", "sub": "1", "nonce": "n-1", "iat": at, "exp": at + 300}
        return good | other

    def checked(self, token: str) -> dict[str, Any]:
        answer = Told()
        answer.key = self.secret.public_key()
        return answer._checked(self.app, token)

    def test_a_good_token_counts(self) -> None:
        assert self.checked(jwt.encode(self.claims(), self.secret, "ES256"))["sub"] == "1"

    @pytest.mark.parametrize(
        "wrong",
        [{"aud": "another"}, {"iss": "https://evil.example"}, {"nonce": "n-2"}, {"nonce": ""}, {"exp": 1_000_000_000},
         {"nbf": 9_999_999_999}, {"azp": "another"}, {"sub": None}],
        ids=str,
    )  # fmt: skip
    def test_what_is_for_another_or_over_does_not(self, wrong: dict[str, Any]) -> None:
        given = {name: value for name, value in self.claims(**wrong).items() if value is not None}
        with pytest.raises(OAuth2Error):
            self.checked(jwt.encode(given, self.secret, "ES256"))

    def test_signatures_of_others_and_none_do_not(self) -> None:
        foreign = jwt.encode(self.claims(), ec.generate_private_key(ec.SECP256R1()), "ES256")
        unsigned = jwt.encode(self.claims(), None, "none")
        symmetric = jwt.encode(self.claims(), "x" * 32, "HS256")
        head, body, mark = jwt.encode(self.claims(), self.secret, "ES256").split(".")
        changed = jwt.encode(self.claims(sub="2"), self.secret, "ES256").split(".")[1]
        for token in (foreign, unsigned, symmetric, f"{head}.{changed}.{mark}", f"{head}.{body}."):
            with pytest.raises(OAuth2Error):
                self.checked(token)

    def test_no_redirect_is_followed(self) -> None:
        assert ProvidersAdapter().get_requests_session().max_redirects == 0

    def test_another_site_signs_nobody_in(self, client: Client, db: None) -> None:
        for site, where in (("cross-site", "/accounts/login/"), ("same-site", "/accounts/login/")):
            answer = client.get("/accounts/oidc/vneid/login/", headers={"Sec-Fetch-Site": site})
            assert answer["Location"] == where
        assert client.get("/accounts/oidc/vneid/login/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


class TestErrors:
    """What goes wrong tells strangers nothing, and the log enough."""

    def test_no_stack_trace_leaves(self, small: SmallProvince, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_args: Any, **_facts: Any) -> Any:
            raise RuntimeError("SELECT secret FROM nowhere")

        monkeypatch.setattr("ioc.onscene.queries.public.listed", broken)
        client = Client(raise_request_exception=False)
        for path in ("/reports/", "/api/reports"):
            answer = client.get(path)
            text = answer.content.decode()
            assert answer.status_code == 500, path
            assert "secret" not in text
            assert "Traceback" not in text
            assert "RuntimeError" not in text
            assert conf.SECRET_KEY not in text

    def test_debugging_is_off(self) -> None:
        from ioc.conf import settings as as_written  # noqa: PLC0415

        assert as_written.DEBUG is False
        assert not [app for app in conf.INSTALLED_APPS if "debug" in app or "admin" in app.rpartition(".")[2]]

    def test_refused_rights_are_in_the_log(self, small: SmallProvince, lines: io.StringIO) -> None:
        client = Client(REMOTE_ADDR="203.0.113.5")
        enter(client)
        client.get("/manage/audit/")
        logged = lines.getvalue()
        assert "/manage/audit/" in logged
        assert "203.0.113.5" in logged
        assert f"person={small.people['operator'].pk}" in logged
        assert client.session.session_key not in logged

    def test_refused_steps_are_in_the_log(self, small: SmallProvince, lines: io.StringIO) -> None:
        client = Client()
        client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
        own = f"/manage/people/{small.people['administrator'].pk}/suspend/"
        session = client.session
        session[CONFIRMED_AT] = time.time()
        session.save()
        client.post(own, {"reason": "x"})
        assert f": {own}" in lines.getvalue()
        assert "refused (" in lines.getvalue()

    def test_limits_and_forged_forms_are_in_the_log(self, small: SmallProvince, lines: io.StringIO) -> None:
        for _ in range(31):
            Client().get("/citizen/follow/?code=BG-000001")
        assert "/citizen/follow/" in lines.getvalue()
        Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"})
        assert "Forbidden (CSRF" in lines.getvalue()

    def test_secrets_in_addresses_are_not_in_the_log(self, small: SmallProvince, lines: io.StringIO) -> None:
        token = "abcdEFGH_-123456789012345"
        Client().get(f"/citizen/r/{token}x/")
        assert "/citizen/r/abcd…" in lines.getvalue()
        assert token not in lines.getvalue()
        nginx = (ROOT / "deploy" / "nginx.conf").read_text()
        assert nginx.count("access_log /var/log/nginx/ioc.log ioc;") == 2
        assert '"$request_method $ioc_logged"' in nginx

    def test_a_record_is_one_line(self, lines: io.StringIO) -> None:
        logging.getLogger("ioc.test").warning("first\r\n2026-01-01 WARNING forged \x1b[31m \u2028 line")
        text = lines.getvalue()
        assert text.count("\n") == 1
        assert "\x1b" not in text
        assert "first\\x0d\\x0a2026" in text
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 WARNING ioc\.test \[-\] ", text)

    def test_a_traceback_cannot_forge_a_record(self, lines: io.StringIO) -> None:
        try:
            raise ValueError("x\n2026-01-01T00:00:00.000+00:00 INFO forged [-] line")
        except ValueError:
            logging.getLogger("ioc.test").exception("failed")
        _first, *rest = lines.getvalue().splitlines()
        assert all(line.startswith("  | ") for line in rest)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Line(logs.FORMAT, style="{"))
    handler.addFilter(logs.Where())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


class TestFiles:
    """What leaves as a file."""

    def test_a_cell_is_no_formula(self) -> None:
        hostile = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"]
        text = b"".join(csv_lines(["x"], [[cell] for cell in hostile])).decode("utf-8-sig")
        for cell in hostile:
            assert f"'{cell}" in text.replace('""', '"')
        assert '"a ""b"", c"' in b"".join(csv_lines(["x"], [['a "b", c']])).decode()

    def test_names_of_files_are_plain(self, small: SmallProvince, client: Client) -> None:
        client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
        for form in ("csv", "xlsx"):
            answer = client.get(f"/manage/people/export.{form}?q=%22%0d%0aX-Evil:%201")
            assert answer.status_code == 200
            assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.(csv|xlsx)"', answer["Content-Disposition"])
            assert "X-Evil" not in answer


class TestDeployment:
    """What is given to a server of one's own."""

    def test_the_way_to_a_database_elsewhere_is_sealed(self) -> None:
        assert sealed_way("db.internal", {}) == {"sslmode": "verify-full", "sslrootcert": "system"}
        assert sealed_way("db.internal", {"sslrootcert": "/ca"}) == {"sslmode": "verify-full", "sslrootcert": "/ca"}
        assert sealed_way("db.internal", {"sslmode": "disable"}) == {"sslmode": "disable"}
        assert sealed_way("/run/postgresql", {"host": "/run/postgresql"}) == {}
        assert is_here("localhost")
        assert not is_here("mail.example.vn")

    def test_passwords_cost_as_much_as_they_should(self) -> None:
        from ioc.conf import settings as as_written  # noqa: PLC0415

        assert as_written.PASSWORD_HASHERS[0] == "ioc.conf.hashing.Argon2"
        assert (Argon2.time_cost, Argon2.memory_cost, Argon2.parallelism) == (1, 47_104, 1)
        assert Argon2().encode("x", "y" * 16).startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")

    nginx = (ROOT / "deploy" / "nginx.conf").read_text()

    def test_tls_is_new_and_programs_are_not_redirected(self) -> None:
        assert "ssl_protocols TLSv1.2 TLSv1.3;" in self.nginx
        (ciphers,) = re.findall(r"ssl_ciphers (\S+);", self.nginx)
        assert all(one.startswith("ECDHE-") and ("GCM" in one or "POLY1305" in one) for one in ciphers.split(":"))
        plain = self.nginx[self.nginx.index("listen 80;") :]
        assert "location ~ ^/(api|open311|metrics)(/|$) { return 403; }" in plain
        assert "proxy_pass" not in plain

    def test_what_is_not_of_the_product_has_the_headers_too(self) -> None:
        for place in ("location /static/", "location @down"):
            block = self.nginx[self.nginx.index(place) :].partition("}\n")[0]
            for header in ("Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy"):
                assert header in block, place
        assert "autoindex" not in self.nginx

    def test_the_container_holds_the_product_only(self) -> None:
        lines = (ROOT / "deploy" / "Containerfile").read_text().splitlines()
        copied = {name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]}
        ours = {"web", "ioc", "pyproject.toml", "requirements", "README.md", "LICENSE"}
        assert copied <= ours | {"--from=assets", "/src/web/dist", "/src/web/package-lock.json"}
        assert "USER ioc" in lines

    def test_no_secret_stands_in_the_sources(self) -> None:
        key = conf.SECRET_KEY
        for path in (*ROOT.glob("ioc/**/*.py"), *ROOT.glob("deploy/**/*")):
            if path.is_file():
                text = path.read_text()
                assert key not in text
                assert "BEGIN PRIVATE KEY" not in text


class TestSources:
    """What the product's own sources never do."""

    python = {path: path.read_text() for path in (ROOT / "ioc").rglob("*.py")}
    scripts = {path: path.read_text() for path in (ROOT / "web" / "src").glob("*.ts")}

    @pytest.mark.parametrize(
        "call",
        [
            r"\beval\(", r"\bexec\(", r"\bpickle\b", r"\bmarshal\b", r"yaml\.load\(", r"shell=True", r"os\.system\(",
            r"verify=False", r"\.extra\(", r"RawSQL",
        ],
    )  # fmt: skip
    def test_nothing_dangerous_is_called(self, call: str) -> None:
        found = [str(path) for path, text in self.python.items() if re.search(call, text)]
        assert found == []

    @pytest.mark.parametrize(
        "call",
        [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "localStorage",
            "sessionStorage", "indexedDB", "postMessage",
        ],
    )  # fmt: skip
    def test_scripts_build_no_html_and_keep_nothing(self, call: str) -> None:
        found = [path.name for path, text in self.scripts.items() if call in text]
        assert found == []

    def test_xml_is_read_by_a_parser_that_resolves_nothing(self) -> None:
        reading = re.compile(r"ElementTree\.(parse|fromstring|XML)\(|minidom|lxml|sax")
        wrong = [str(path) for path, text in self.python.items() if reading.search(text) and "defusedxml" not in text]
        assert wrong == []


def test_answers_are_as_they_were_typed(client: Client, small: SmallProvince) -> None:
    assert isinstance(client.get("/reports/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27"), HttpResponse)
    shown = client.get("/reports/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27").content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown
