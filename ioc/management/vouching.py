"""What a provider vouched for when somebody signed in: kept in the session, for that person only."""

from typing import Any, Final

from django.http import HttpRequest

SIGNED_IN_BY: Final = "signed_in_by"


def vouched(request: HttpRequest, person_id: object) -> dict[str, Any]:
    """The provider, whether a second factor counts, and when the person signed in there; empty without a provider."""
    kept: dict[str, Any] = request.session.get(SIGNED_IN_BY) or {}
    return kept if kept.get("person") == str(person_id) else {}
