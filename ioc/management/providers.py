"""Signing in by a provider of identity, stricter than the library: each sign-in is bound to this browser by state,
PKCE and nonce, the ID token's signature is always checked, and only people who have an account get in.
"""

import hmac
import secrets
from typing import Any, Final

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ioc.kernel.clock import now
from ioc.kernel.errors import Conflict, DomainError
from ioc.kernel.sealing import unseal
from ioc.management.actions import providers as actions
from ioc.management.actions import sign_in_events
from ioc.management.models import IdentityProvider, Person
from ioc.management.queries import sign_in
from ioc.management.rules.claims import Refusal, contact_is_checked, second_factor_used, subject_claim
from ioc.management.vouching import SIGNED_IN_BY

KIND: Final = "openid_connect"
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY: Final = 60


class IdToken(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What comes back from a provider, checked (OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2)."""

    nonce: str = ""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """The sign-in that the provider vouches for; its claims are kept only as long as this request."""
        claims = self._checked(app, kwargs["response"].get("id_token") or "")
        told = {**self._userinfo(token.token, claims["sub"]), **claims}
        login = self.get_provider().sociallogin_from_response(request, {"id_token": told})
        login.account.extra_data = {}
        login.claims = told
        return login

    def _checked(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        config = self.openid_config
        try:
            key = self._key(jwt.get_unverified_header(id_token))
            claims: dict[str, Any] = jwt.decode(
                id_token, key=key, algorithms=list(_ALGORITHMS), audience=app.client_id, issuer=config["issuer"],
                leeway=_LEEWAY, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"ID token: {error}") from error
        if config["issuer"] != app.settings["issuer"]:
            raise OAuth2Error("the provider names another issuer")
        if not self.nonce or not hmac.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("the ID token was made for another sign-in")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the ID token was made for another client")
        return claims

    def _key(self, header: dict[str, Any]) -> Any:
        with self._session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        wanted = [key for key in keys if "kid" not in header or key.key_id == header["kid"]]
        if len(wanted) != 1:
            raise OAuth2Error("no key of the provider fits the ID token")
        return wanted[0].key

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        if not self.openid_config.get("userinfo_endpoint"):
            return {}
        told: dict[str, Any] = self._fetch_user_info(access_token)
        if str(told.get("sub")) != str(subject):
            raise OAuth2Error("what the provider tells is about somebody else")
        return told

    @staticmethod
    def _session() -> Any:
        return ProvidersAdapter().get_requests_session()


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """A provider from our table; each sign-in carries a nonce."""

    oauth2_adapter_class = IdToken

    @property
    def server_url(self) -> str:
        """Where the provider describes itself (OpenID Connect Discovery 1.0, 4)."""
        return str(self.app.settings["issuer"]).rstrip("/") + "/.well-known/openid-configuration"

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """Nothing that an address could bring in; `again` asks the person to sign in at the provider anew."""
        return {"prompt": "login", "max_age": "0"} if "again" in request.GET else {}

    def redirect(self, request: HttpRequest, process: str, next_url: Any = None, **kwargs: Any) -> Any:
        """Send the person to the provider."""
        nonce = secrets.token_urlsafe(24)
        again = "again" in request.GET
        kwargs["auth_params"] = {**(kwargs.get("auth_params") or {}), "nonce": nonce}
        return super().redirect(request, process, next_url, nonce=nonce, again=again, **kwargs)

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """What the administrator entered, nothing from the address."""
        return list(self.get_scope())


class CallbackView(OAuth2CallbackView):  # type: ignore[misc]
    """Coming back from a provider."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


class ProvidersAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Providers come from our table; people are recognized, never made up."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The providers that are on."""
        rows = [row for row in sign_in.providers_on() if provider in {None, KIND, row.code}]
        return [app_of(row) for row in rows if client_id in {None, row.client_id}]

    def list_providers(self, request: HttpRequest) -> list[Provider]:
        """As `list_apps`, for the sign-in page."""
        return [Provider(request, app=app) for app in self.list_apps(request)]

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> Provider:
        """The provider with this code."""
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: who may have an account by signing in has got it before this is asked."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Recognize the person; who is not known or suspended is told so and goes no further."""
        row = IdentityProvider.objects.get(code=sociallogin.account.provider)
        if sociallogin.state.get("process") == "connect":
            return
        person = sociallogin.user if sociallogin.is_existing else None
        if person is None:
            person = _recognized(request, row, sociallogin)
        if not person.is_active:
            sign_in_events.failed_for(person=person, at=now(), facts={"provider": row.code, "why": "suspended"})
            raise _refused(request, row, Refusal.SUSPENDED)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """A page that says what can be done; what went wrong is kept for the administrator."""
        if error == AuthError.CANCELLED:
            return
        said = request.GET.get("error_description") or request.GET.get("error") or str(exception or "state")
        row = IdentityProvider.objects.get(code=provider.app.provider_id)
        sign_in_events.failed_for(person=None, at=now(), facts={"provider": row.code, "why": said[:200]})
        raise _refused(request, row, Refusal.BROKEN)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to the page about one's own sign-in."""
        return "/accounts/security/"

    def get_requests_session(self) -> Any:
        """Asks what the administrator entered and what that names, nothing that an answer leads on to."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Never by the library's rules; ours are in `_recognized`."""
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices go another way."""


def app_of(row: IdentityProvider) -> SocialApp:
    """The provider as the library wants it, with the secret opened."""
    return SocialApp(
        provider=KIND, provider_id=row.code, name=row.name, client_id=row.client_id,
        secret=unseal(row.secret_sealed),
        settings={"issuer": row.issuer, "oauth_pkce_enabled": True, "scope": row.scopes.split()},
    )  # fmt: skip


def _recognized(request: HttpRequest, row: IdentityProvider, login: SocialLogin) -> Person:
    """The person that the claims name, linked from now on."""
    person = _match(request, row, login.claims)
    if not person.is_active:
        return person
    try:
        login.account = actions.link(person=person, provider=row, subject=login.account.uid, at=now())
    except Conflict as error:
        sign_in_events.failed_for(person=person, at=now(), facts={"provider": row.code, "why": "linked otherwise"})
        raise _refused(request, row, Refusal.LINKED_OTHERWISE) from error
    login.user = person
    return person


def _match(request: HttpRequest, row: IdentityProvider, claims: dict[str, Any]) -> Person:
    value = subject_claim(claims, row.claim)
    checked = row.trusts_contact or contact_is_checked(claims, match_by=row.match_by)
    found = sign_in.people_matching(row.match_by, value) if checked else []
    if len(found) == 1:
        return found[0]
    email = subject_claim(claims, "email").lower()
    if not found and _may_register(row, claims, email):
        try:
            return actions.register(provider=row, email=email, full_name=subject_claim(claims, "name"), at=now())
        except DomainError:
            pass
    why = "several" if found else ("unknown" if checked else "not checked")
    sign_in_events.failed_for(person=None, at=now(), facts={"provider": row.code, "why": why})
    raise _refused(request, row, Refusal.UNKNOWN if checked else Refusal.NOT_CHECKED)


def _may_register(row: IdentityProvider, claims: dict[str, Any], email: str) -> bool:
    checked = row.trusts_contact or contact_is_checked(claims, match_by="email")
    return checked and actions.may_register(row, email) and not sign_in.people_matching("email", email)


def _refused(request: HttpRequest, row: IdentityProvider, why: Refusal) -> ImmediateHttpResponse:
    page: HttpResponse = render(request, "account/provider_refused.html", {"provider": row, "why": why}, status=403)
    return ImmediateHttpResponse(page)


def note(request: HttpRequest, login: SocialLogin, person: Any) -> None:
    """Keep in the session by whom the person was vouched for, and how: freshness and second factor rest on it."""
    row = IdentityProvider.objects.get(code=login.account.provider)
    claims = getattr(login, "claims", {})
    counted = row.trusts_second_factor and second_factor_used(claims, values=row.second_factor_values)
    at = now().timestamp()
    signed_in_at = float(claims.get("auth_time") or (at if login.state.get("again") else 0))
    request.session[SIGNED_IN_BY] = {
        "provider": row.code, "person": str(person.pk), "second_factor": counted, "at": min(signed_in_at, at),
    }  # fmt: skip
