"""Sign-in as this product wants it."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ioc.kernel.clock import now
from ioc.kernel.sealing import seal, unseal
from ioc.management import providers
from ioc.management.actions import sign_in_events
from ioc.management.queries import loading, sign_in
from ioc.management.stepup import is_fresh
from ioc.management.vouching import SIGNED_IN_BY, vouched


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_reauthentication_required(self, *, app: str, **_facts: object) -> bool:
        """Unless the person signed in or confirmed it just now: one measure of "fresh" for all pages."""
        return not is_fresh(context.request)

    def get_login_stages(self) -> list[str]:
        """The second factor is asked for by our own rules."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "ioc.management.adapters.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse | None:
        """Refuse suspended people; keep by whom the others are vouched for."""
        refused: HttpResponse | None = super().pre_login(request, user, **facts)
        if refused is None and _is_over(request, user):
            refused = _over(request, user)
        login = (facts.get("signal_kwargs") or {}).get("sociallogin")
        request.session.pop(SIGNED_IN_BY, None)
        if login is not None and refused is None:
            providers.note(request, login, user)
        return refused

    def set_password(self, user: Any, password: str) -> None:
        """Keep the password that the person chose; one that somebody else gave is replaced by it."""
        user.given_password_until = None
        super().set_password(user, password)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ways to confirm who one is: the passkey first; by a provider for who has nothing else here."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        ways.sort(key=lambda way: way["id"] != "mfa_reauthenticate:webauthn")
        return ways or _by_provider(user)

    def send_notification_mail(self, *_args: Any, **_facts: Any) -> None:
        """Notices about security go the way of all notices."""


def _is_over(request: HttpRequest, user: Any) -> bool:
    """Whether it is by a password that the person signs in now, one that was given and waited too long."""
    until = user.given_password_until
    ways = get_authentication_records(request, user)
    return until is not None and now() >= until and bool(ways) and ways[-1]["method"] == "password"


def _over(request: HttpRequest, user: Any) -> HttpResponse:
    sign_in_events.failed_for(person=user, at=now())
    said = _("The password that you were given holds no longer. Ask an administrator for a new one.")
    messages.error(request, said)
    return redirect("account_login")


def _by_provider(user: Any) -> list[dict[str, Any]]:
    """Signing in anew at the providers that the person is linked with."""
    if not user.is_authenticated:
        return []
    return [
        {
            "id": f"provider:{link.code}",
            "description": _("Confirm with %(name)s") % {"name": link.name},
            "url": reverse("openid_connect_again", args=[link.code]),
        }
        for link in sign_in.links_of(user.pk)
        if link.id
    ]


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """The second factor after the password; one that a trusted provider asked for counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and vouched(request, user.pk).get("second_factor"):
            return False
        return bool(super()._should_handle(request))


class SealedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are kept sealed, like identities: the database alone does not open them."""

    def encrypt(self, text: str) -> str:
        """The sealed form of `text`, as text for a JSON field."""
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` sealed."""
        return unseal(encrypted_text.encode())

    def send_notification_mail(self, *_args: Any, **_facts: Any) -> None:
        """Notices about security go the way of all notices."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """This site as passkeys know it: the host alone binds them, the name is shown."""
        province = loading.current().province
        host = context.request.get_host().rpartition(":")[0] or context.request.get_host()
        return {"id": host, "name": province.app_name if province else "IOC"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """The person as the device shows it in its list."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.username, "display_name": user.full_name}

    def generate_authenticator_name(self, *_args: Any) -> str:
        """The name that is proposed for a new passkey."""
        return _("This device")


def name_entered(request: HttpRequest, credentials: Mapping[str, str] | None) -> str:
    """The login or e-mail that somebody tries to sign in with, for counting failures."""
    given = credentials or {}
    name = given.get("username") or given.get("email") or request.POST.get("login", "")
    return str(name).strip().lower()[:255]
