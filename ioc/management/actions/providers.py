"""Providers of identity: keeping them, linking people to them, taking in who may register."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import SYSTEM, Actor
from ioc.kernel.errors import Conflict, Invalid, NotFound
from ioc.kernel.sealing import seal
from ioc.management.actions import sign_in_events
from ioc.management.actions.audit import log_change
from ioc.management.actions.records import save_record
from ioc.management.actions.resting import rest_sealed_rights
from ioc.management.actions.scope import require_reach, require_whole_province
from ioc.management.models import IdentityProvider, MatchBy, Person, SignInPolicy

_LOGGED: Final = (
    "code", "name", "issuer", "client_id", "scopes", "match_by", "claim", "trusts_contact", "trusts_second_factor",
    "second_factor_values", "register_domains", "is_on", "position",
)  # fmt: skip
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def save_provider(
    *, fields: Mapping[str, Any], secret: str, actor: Actor, at: datetime, provider_id: int | None = None
) -> IdentityProvider:
    """Add a provider or change one; an empty `secret` keeps the present one.

    A changed issuer ends the links made with the earlier one: its subjects mean other people.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such provider.
        Invalid: a value is not acceptable; says which.
    """
    require_whole_province(actor)
    with transaction.atomic():
        row = _locked(provider_id) if provider_id else IdentityProvider()
        before = _facts(row) if provider_id else {}
        for name in _LOGGED:
            setattr(row, name, fields.get(name, getattr(row, name)))
        if secret:
            row.secret_sealed = seal(secret)
        _check(row)
        row.save()
        if before and before["issuer"] != row.issuer:
            SocialAccount.objects.filter(provider=row.code).delete()
        log_change(
            verb="changed" if before else "added", kind="identity_provider", record_id=row.pk, record_name=row.name,
            actor=actor, at=at, before=before,
            after=_facts(row) | ({"secret": "changed"} if secret and before else {}),
        )  # fmt: skip
    return row


def remove_provider(*, provider_id: int, actor: Actor, at: datetime) -> None:
    """Take a provider away with all links made with it; people keep their other ways to sign in.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such provider.
    """
    require_whole_province(actor)
    with transaction.atomic():
        row = _locked(provider_id)
        SocialAccount.objects.filter(provider=row.code).delete()
        log_change(
            verb="removed", kind="identity_provider", record_id=row.pk, record_name=row.name, actor=actor, at=at,
            before=_facts(row),
        )  # fmt: skip
        row.delete()


def save_policy(*, idle_minutes: int, absolute_hours: int, actor: Actor, at: datetime) -> None:
    """Say how long sessions last; it holds for all within a minute.

    Raises:
        Forbidden: the actor does not manage the whole province.
        Invalid: outside what is allowed.
    """
    require_whole_province(actor)
    if not 5 <= idle_minutes <= 480:
        raise Invalid(fields={"idle_minutes": _("Between 5 and 480 minutes.")})
    if not 1 <= absolute_hours <= 24:
        raise Invalid(fields={"absolute_hours": _("Between 1 and 24 hours.")})
    with transaction.atomic():
        row, _made = SignInPolicy.objects.select_for_update().get_or_create(only=True)
        before = {"idle_minutes": row.idle_minutes, "absolute_hours": row.absolute_hours}
        after = {"idle_minutes": idle_minutes, "absolute_hours": absolute_hours}
        SignInPolicy.objects.update(**after)
        log_change(
            verb="changed", kind="sign_in_policy", record_id="", record_name="", actor=actor, at=at,
            before=before, after=after,
        )  # fmt: skip


def link_by_hand(*, person_id: UUID, provider_id: int, subject: str, actor: Actor, at: datetime) -> None:
    """Say that `subject` at a provider is this person: for providers that tell nothing else of people.

    Raises:
        Forbidden: the actor may not manage this person.
        NotFound: there is no such person or provider.
        Invalid: no subject is given.
        Conflict: it is linked to somebody already.
    """
    if not subject.strip():
        raise Invalid(fields={"subject": _("Say by which identifier the provider knows the person.")})
    with transaction.atomic():
        row, person = _locked(provider_id), Person.objects.filter(id=person_id).first()
        if person is None:
            raise NotFound
        require_reach(actor, person)
        link(person=person, provider=row, subject=subject.strip(), at=at, actor=actor)
        rest_sealed_rights([person.id], actor=actor, at=at)


def link(
    *, person: Person, provider: IdentityProvider, subject: str, at: datetime, actor: Actor | None = None
) -> SocialAccount:
    """Tie a person to a provider's subject; without `actor` the person does it by signing in.

    Raises:
        Conflict: the subject or the person is linked otherwise already.
    """
    with transaction.atomic():
        taken = SocialAccount.objects.filter(provider=provider.code)
        if taken.filter(uid=subject).exists() or taken.filter(user=person).exists():
            raise Conflict(_("This is linked already."), remedy=_("Take the earlier link away first."))
        made = SocialAccount.objects.create(user=person, provider=provider.code, uid=subject)
        sign_in_events.happened(
            verb="provider_linked", person=person, at=at, facts={"provider": provider.code}, actor=actor
        )
        sign_in_events.tell_factor("provider_linked", "provider", person, at)
    return made


def unlink(*, person: Person, link_id: int, at: datetime) -> None:
    """Take one of the own links away.

    Raises:
        NotFound: the person has no such link.
        Conflict: nothing else would be left to sign in with.
    """
    with transaction.atomic():
        row = SocialAccount.objects.select_for_update().filter(id=link_id, user=person).first()
        if row is None:
            raise NotFound
        others = SocialAccount.objects.filter(user=person).exclude(id=link_id).exists()
        if not (person.has_usable_password() or others):
            raise Conflict(_("You could not sign in any more."), remedy=_("Ask your administrator for a password."))
        row.delete()
        sign_in_events.happened(verb="provider_unlinked", person=person, at=at, facts={"provider": row.provider})
        sign_in_events.tell_factor("provider_unlinked", "provider", person, at)


def register(*, provider: IdentityProvider, email: str, full_name: str, at: datetime) -> Person:
    """An account without positions for somebody whose e-mail is of a domain that the provider may bring in."""
    fields = {"username": email.lower(), "email": email.lower(), "full_name": full_name or email, "language": "vi"}
    made: Person = save_record(kind="person", fields=fields, actor=SYSTEM, at=at, reason=provider.name)
    return made


def may_register(provider: IdentityProvider, email: str) -> bool:
    """Whether people with this e-mail may have an account by signing in."""
    return email.partition("@")[2].lower() in {domain.lower() for domain in provider.register_domains}


def _locked(provider_id: int) -> IdentityProvider:
    row = IdentityProvider.objects.select_for_update().filter(id=provider_id).first()
    if row is None:
        raise NotFound
    return row


def _facts(row: IdentityProvider) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _LOGGED}


def _check(row: IdentityProvider) -> None:
    wrong: dict[str, Any] = {}
    parts = urlsplit(row.issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        wrong["issuer"] = _("It must begin with https://: what is sent there must not be read on the way.")
    if "openid" not in row.scopes.split():
        wrong["scopes"] = _("“openid” must be among them.")
    if row.match_by != MatchBy.SUBJECT and not row.claim:
        wrong["claim"] = _("Say which claim tells who it is.")
    if not row.secret_sealed:
        wrong["secret"] = _("The provider gave you a secret together with the client's name; enter it.")
    if wrong:
        raise Invalid(fields=wrong)
    try:
        row.full_clean(exclude=["issuer"])
    except ValidationError as error:
        raise Invalid(fields={name: " ".join(texts) for name, texts in error.message_dict.items()}) from error
