"""Sign-in as this product wants it."""

from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from ioc.kernel.sealing import seal, unseal


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class SealedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are kept sealed, like identities: the database alone does not open them."""

    def encrypt(self, text: str) -> str:
        """The sealed form of `text`, as text for a JSON field."""
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` sealed."""
        return unseal(encrypted_text.encode())


def name_entered(request: HttpRequest, credentials: Mapping[str, str] | None) -> str:
    """The login or e-mail that somebody tries to sign in with, for counting failures."""
    given = credentials or {}
    name = given.get("username") or given.get("email") or request.POST.get("login", "")
    return str(name).strip().lower()[:255]
