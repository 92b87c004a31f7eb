"""Hearing of sign-ins from the libraries that do them, and keeping them (`actions/sign_in_events.py`)."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from allauth.socialaccount.signals import social_account_added
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal

from ioc.kernel.clock import now
from ioc.management import sessions
from ioc.management.actions import sign_in_events
from ioc.management.adapters import name_entered
from ioc.management.models import Person
from ioc.management.queries import sign_in
from ioc.management.vouching import vouched


def listen() -> None:
    """Hear from now on."""
    heard: dict[Signal, Any] = {
        user_logged_in: _signed_in,
        user_logged_out: _signed_out,
        user_login_failed: _failed,
        user_locked_out: _locked_out,
        authentication_failed: _second_factor_failed,
        authenticator_used: _factor_used,
        authenticator_added: _factor_added,
        authenticator_removed: _factor_removed,
        authenticator_reset: _factor_reset,
        password_changed: _password_changed,
        password_set: _password_changed,
        social_account_added: _linked,
    }
    for signal, receiver in heard.items():
        signal.connect(receiver, dispatch_uid="sign_in_events")


def _signed_in(*, request: Any, user: Person, **_facts: Any) -> None:
    sessions.begin(request, now())
    mark = request.COOKIES.get(sessions.DEVICE_COOKIE, "")
    request.device_mark = sign_in_events.signed_in(person=user, how=_how(request, user), mark=mark, at=now())


def _how(request: Any, user: Person) -> str:
    """The ways used in this session, in order: "password totp"."""
    by = vouched(request, user.pk)
    ways = [f"provider:{by['provider']}"] if by else []
    for record in get_authentication_records(request, user):
        if record["method"] != "socialaccount":
            ways.append(str(record.get("type") or record["method"]))
    return " ".join(ways)


def _signed_out(*, request: Any, user: Person | None, **_facts: Any) -> None:
    """What ends because its time is over was kept already."""
    if user is not None and "ending" not in request.session:
        sign_in_events.happened(verb="signed_out", person=user, at=now())


def _failed(*, credentials: dict[str, Any], request: Any = None, **_facts: Any) -> None:
    name = name_entered(request, credentials) if request is not None else str(credentials.get("username", ""))
    sign_in_events.failed(name=name, at=now())


def _locked_out(*, request: Any, username: str = "", **_facts: Any) -> None:
    sign_in_events.failed(name=str(username or ""), at=now(), verb="locked_out")


def _second_factor_failed(*, user: Person, authenticator: Authenticator, **_facts: Any) -> None:
    facts = {"factor": authenticator.type}
    sign_in_events.failed_for(person=user, at=now(), verb="second_factor_failed", facts=facts)


def _factor_used(*, user: Person, authenticator: Authenticator, reauthenticated: bool = False, **_facts: Any) -> None:
    """Confirmations are kept by themselves; what was used to sign in stands in that entry."""
    if reauthenticated:
        sign_in_events.happened(verb="confirmed", person=user, at=now(), facts={"how": authenticator.type})
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        sign_in_events.code_used(person=user, left=sign_in.recovery_codes_left(user.pk), at=now())


def _factor_added(*, user: Person, authenticator: Authenticator, **_facts: Any) -> None:
    sign_in_events.factor_changed(verb="factor_added", factor=authenticator.type, person=user, at=now())


def _factor_removed(*, user: Person, authenticator: Authenticator, **_facts: Any) -> None:
    sign_in_events.factor_changed(verb="factor_removed", factor=authenticator.type, person=user, at=now())


def _factor_reset(*, user: Person, authenticator: Authenticator, **_facts: Any) -> None:
    sign_in_events.factor_changed(verb="factor_reset", factor=authenticator.type, person=user, at=now())


def _password_changed(*, user: Person, **_facts: Any) -> None:
    sign_in_events.password_changed(person=user, at=now())


def _linked(*, sociallogin: Any, **_facts: Any) -> None:
    """The person linked a provider on the own security page."""
    account = sociallogin.account
    sign_in_events.happened(verb="provider_linked", person=account.user, at=now(), facts={"provider": account.provider})
    sign_in_events.tell_factor("provider_linked", "provider", account.user, now())
