"""What the session knows of how somebody signed in: what a provider vouched for, and whether a password was used."""

from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

SIGNED_IN_BY: Final = "signed_in_by"


def vouched(request: HttpRequest, person_id: object) -> dict[str, Any]:
    """The provider, whether a second factor counts, and when the person signed in there; empty without a provider."""
    kept: dict[str, Any] = request.session.get(SIGNED_IN_BY) or {}
    return kept if kept.get("person") == str(person_id) else {}


def owes_own_password(request: HttpRequest, person: Any) -> bool:
    """Whether the person signed in with a password that somebody else gave, and has to choose another first."""
    if person.given_password_until is None:
        return False
    return any(record["method"] == "password" for record in get_authentication_records(request, person))
