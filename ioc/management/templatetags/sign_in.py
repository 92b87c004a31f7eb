"""What sign-ins are called on pages."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ioc.management.forms.sign_in import LinkForm
from ioc.management.queries import sign_in

register = template.Library()

WORDS: Final[Mapping[str, Promise]] = {
    "signed_in": gettext_lazy("Signed in"),
    "signed_out": gettext_lazy("Signed out"),
    "session_over": gettext_lazy("Signed out because the time was over"),
    "sessions_ended": gettext_lazy("Signed out on other devices"),
    "sign_in_failed": gettext_lazy("Signing in failed"),
    "second_factor_failed": gettext_lazy("Wrong code in the second step"),
    "locked_out": gettext_lazy("Locked for a while after wrong passwords"),
    "confirmed": gettext_lazy("Confirmed who it is"),
    "factor_added": gettext_lazy("Second factor added"),
    "factor_removed": gettext_lazy("Second factor taken away"),
    "factor_reset": gettext_lazy("New recovery codes made"),
    "password_changed": gettext_lazy("Password changed"),
    "provider_linked": gettext_lazy("Linked with another sign-in"),
    "provider_unlinked": gettext_lazy("Link with another sign-in taken away"),
}
_WAYS: Final[Mapping[str, Promise]] = {
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("code from the app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery code"),
}


@register.filter
def sign_in_words(verb: str) -> str:
    """What an entry of the audit log about a sign-in says."""
    return str(WORDS.get(verb, verb))


@register.filter
def ways_words(how: str) -> str:
    """The ways used to sign in: "password, code from the app"."""
    return ", ".join(str(_WAYS.get(way, way.removeprefix("provider:"))) for way in how.split())


@register.simple_tag
def codes_file(codes: Sequence[str]) -> SafeString:
    """Recovery codes as a file in an address: it never exists on the server."""
    text = _("Recovery codes. Each is good for one sign-in without the phone.") + "\n\n" + "\n".join(codes) + "\n"
    return mark_safe(f"data:text/plain;charset=utf-8;base64,{b64encode(text.encode()).decode()}")  # noqa: S308


@register.simple_tag
def sign_in_of(person: Any) -> dict[str, Any]:
    """Where somebody is signed in and linked, for the page of who manages the person. Four statements."""
    return {
        "sessions": sign_in.sessions_of(person.pk),
        "links": sign_in.links_of(person.pk),
        "form": LinkForm(auto_id="link_%s"),
    }
