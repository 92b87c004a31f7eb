"""What a provider's claims about a person mean to us."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Final

SECOND_FACTOR_METHODS: Final = frozenset({"mfa", "mca"})
"""Values of `amr` that say by themselves that several factors were used (RFC 8176)."""
_POSSESSION: Final = frozenset({"otp", "hwk", "swk", "pop", "sc", "sms", "tel"})
_OTHER: Final = frozenset({"pwd", "pin", "kba", "fpt", "face", "iris", "retina", "vbm"})


class Refusal(StrEnum):
    """Why somebody who comes from a provider is not let in."""

    UNKNOWN = "unknown"
    NOT_CHECKED = "not_checked"
    SUSPENDED = "suspended"
    LINKED_OTHERWISE = "linked_otherwise"
    BROKEN = "broken"


def subject_claim(claims: Mapping[str, Any], name: str) -> str:
    """The claim as text; empty when there is none. A dot leads into a claim that holds others."""
    value: Any = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def contact_is_checked(claims: Mapping[str, Any], *, match_by: str) -> bool:
    """Whether the provider says that it checked the address or number by which the person is recognized.

    Whoever can write another's address into an account outside must not become that person here.
    """
    needed = {"email": "email_verified", "phone": "phone_number_verified"}.get(match_by)
    return needed is None or claims.get(needed) in {True, "true"}


def second_factor_used(claims: Mapping[str, Any], *, values: Collection[str]) -> bool:
    """Whether the claims say that a second factor was used: by `acr` or `amr`.

    With `values`, one of them must be there; without, what RFC 8176 names: `mfa`, or something that one has together
    with something that one knows or is.
    """
    told = claims.get("amr")
    methods = {str(one) for one in told} if isinstance(told, list) else {str(told)} if told else set()
    if values:
        return bool({*methods, str(claims.get("acr"))} & set(values))
    return bool(methods & SECOND_FACTOR_METHODS) or bool(methods & _POSSESSION and methods & _OTHER)
