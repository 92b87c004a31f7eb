"""How people sign in: the rules of sessions, providers, and what the security page of a person shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from ioc.kernel.errors import NotFound
from ioc.management.models import AuditEntry, AuditTopic, IdentityProvider, MatchBy, Person, SignInPolicy
from ioc.management.rules.browsers import Device, device
from ioc.management.rules.sessions import Times

FEW_CODES: Final = 3
_LATEST: Final = 10


def policy() -> SignInPolicy:
    """The rules of sessions: the row, or what holds without one."""
    return SignInPolicy.objects.first() or SignInPolicy()


def times(*, began_at: float, seen_at: float) -> Times:
    """The times of a session under the rules in force now."""
    rules = policy()
    return Times(began_at, seen_at, rules.idle_minutes * 60, rules.absolute_hours * 3600)


def providers() -> list[IdentityProvider]:
    """All providers of identity, in order."""
    return list(IdentityProvider.objects.order_by("position", "name"))


def providers_on() -> list[IdentityProvider]:
    """Those that people may sign in with, in order."""
    return list(IdentityProvider.objects.filter(is_on=True).order_by("position", "name"))


def provider(provider_id: int) -> IdentityProvider:
    """One provider.

    Raises:
        NotFound: there is none.
    """
    try:
        return IdentityProvider.objects.get(id=provider_id)
    except IdentityProvider.DoesNotExist as error:
        raise NotFound from error


def people_matching(match_by: str, value: str) -> list[Person]:
    """The people, suspended ones too, whose `match_by` is `value`; two at most, for more than one is none.

    Phone numbers are compared by their digits, with or without the country's code.
    """
    value = value.strip()
    if not value or match_by == MatchBy.SUBJECT:
        return []
    if match_by == MatchBy.PHONE:
        return _with_phone(value)
    return list(Person.objects.filter(**{f"{match_by}__iexact": value})[:2])


def _with_phone(value: str) -> list[Person]:
    digits = national(value)
    if len(digits) < 9:
        return []
    close = Person.objects.filter(phone__regex=r"\D*".join(digits[-9:]) + r"\D*$")
    return [person for person in close if national(person.phone) == digits][:2]


def national(phone: str) -> str:
    """The digits of a phone number as they are dialled in the country: "+84 912…" is "0912…"."""
    digits = "".join(one for one in phone if one.isdigit())
    return f"0{digits[2:]}" if digits.startswith("84") and len(digits) >= 11 else digits


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which somebody is signed in."""

    id: int
    device: Device
    address: str
    began_at: datetime
    seen_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner knows it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """A sign-in with a provider: linked, or not yet (`id` None)."""

    code: str
    name: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Security:
    """All that a person may look after about the own sign-in."""

    has_password: bool
    has_app: bool
    passkeys: list[Passkey]
    codes_left: int | None
    sessions: list[OpenSession]
    links: list[Link]
    events: list[AuditEntry]

    @property
    def has_second_factor(self) -> bool:
        """Whether a stolen password is not enough."""
        return self.has_app or bool(self.passkeys)

    @property
    def lacks_codes(self) -> bool:
        """Whether it is time for new recovery codes."""
        return self.has_second_factor and (self.codes_left is None or self.codes_left <= FEW_CODES)


def security_of(person: Any, *, session_key: str) -> Security:
    """What the security page shows of the signed-in `person`: five statements."""
    factors = list(Authenticator.objects.filter(user_id=person.pk).order_by("created_at"))
    codes = [one for one in factors if one.type == Authenticator.Type.RECOVERY_CODES]
    return Security(
        has_password=person.has_usable_password(),
        has_app=any(one.type == Authenticator.Type.TOTP for one in factors),
        passkeys=[
            Passkey(one.id, one.wrap().name, one.created_at, one.last_used_at)
            for one in factors
            if one.type == Authenticator.Type.WEBAUTHN
        ],
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else None,
        sessions=sessions_of(person.pk, session_key=session_key),
        links=links_of(person.pk),
        events=list(
            AuditEntry.objects.filter(topic=AuditTopic.SIGN_IN, record_kind="person", record_id=str(person.pk))
            .order_by("-at", "-id")[:_LATEST]
        ),
    )  # fmt: skip


def sessions_of(person_id: UUID, *, session_key: str = "") -> list[OpenSession]:
    """Where a person is signed in, used last first; sessions that are gone are left out. Two statements."""
    rows = list(UserSession.objects.filter(user_id=person_id).order_by("-last_seen_at"))
    alive = _alive([row.session_key for row in rows])
    return [
        OpenSession(
            row.id, device(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == session_key
        )
        for row in rows
        if row.session_key in alive
    ]


def _alive(keys: list[str]) -> set[str]:
    return set(Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True))


def links_of(person_id: UUID) -> list[Link]:
    """The providers that are on, with the person's links. Two statements."""
    linked = dict(SocialAccount.objects.filter(user_id=person_id).values_list("provider", "id"))
    return [Link(one.code, one.name, linked.get(one.code)) for one in providers_on()]


def recovery_codes_left(person_id: UUID) -> int:
    """How many recovery codes are unused."""
    row = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0
