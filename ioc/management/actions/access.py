"""Whether and how somebody can sign in: password, second factor, suspension. Each leaves an audit event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, Invalid, NotFound
from ioc.kernel.live import announce_rights
from ioc.management.actions import sign_in_events
from ioc.management.actions.audit import log_change
from ioc.management.actions.gaining import require_somebody_manages
from ioc.management.actions.records import set_password
from ioc.management.actions.resting import rest_sealed_rights
from ioc.management.actions.scope import require_manager, require_reach
from ioc.management.models import Person
from ioc.management.rules.passwords import GIVEN_FOR


def set_up_totp(*, person_id: UUID, actor: Actor, at: datetime) -> str:
    """Enrol an authenticator app for somebody; its secret (base32), to be handed over once.

    The secret is kept sealed. Whoever knows it can make the codes.

    Raises:
        Forbidden: the actor may not manage, or not this person; see `scope`.
        NotFound: there is no such person.
        Conflict: the person has an authenticator app already.
    """
    require_manager(actor, "person")
    with transaction.atomic():
        person = _locked(person_id, actor)
        if Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
            raise Conflict(_("This person has a second factor already."), remedy=_("Reset it first."))
        secret: str = generate_totp_secret()
        TOTP.activate(person, secret)
        _log("second_factor_set_up", person, actor, at)
        sign_in_events.tell_by_another("second_factor_set_up", person, at)
        rest_sealed_rights([person.id], actor=actor, at=at)
    return secret


def reset_second_factor(*, person_id: UUID, actor: Actor, at: datetime, reason: str = "") -> None:
    """Take away a lost second factor with its recovery codes; all sessions end, the next sign-in asks for a new one.

    Raises:
        Forbidden: the actor may not manage, or not this person; see `scope`.
        NotFound: there is no such person.
    """
    require_manager(actor, "person")
    with transaction.atomic():
        person = _locked(person_id, actor)
        Authenticator.objects.filter(user=person).delete()
        _end_sessions(person)
        _log("second_factor_reset", person, actor, at, reason=reason)
        sign_in_events.tell_by_another("second_factor_reset", person, at)
        rest_sealed_rights([person.id], actor=actor, at=at)


def reset_password(*, person_id: UUID, password: str, actor: Actor, at: datetime, reason: str = "") -> None:
    """Give somebody a new password, to be replaced at the next sign-in; all their sessions end.

    Raises:
        Forbidden: the actor may not manage, or not this person; see `scope`.
        NotFound: there is no such person.
        Invalid: the password is too weak.
    """
    require_manager(actor, "person")
    with transaction.atomic():
        person = _locked(person_id, actor)
        set_password(person, password)
        person.given_password_until = at + GIVEN_FOR
        person.save(update_fields=["password", "given_password_until"])
        _end_sessions(person)
        _log("password_reset", person, actor, at, reason=reason)
        sign_in_events.tell_by_another("password_reset", person, at)
        rest_sealed_rights([person.id], actor=actor, at=at)


def suspend_person(*, person_id: UUID, actor: Actor, at: datetime, reason: str) -> None:
    """Close somebody's account at once: sessions end, rights are gone, history stays.

    Raises:
        Forbidden: the actor may not manage, or not this person; see `scope`.
        NotFound: there is no such person.
        Invalid: no reason is given, the person is the actor, or nobody would be left who manages the whole province.
    """
    require_manager(actor, "person")
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why.")})
    if person_id == actor.person_id:
        raise Invalid(_("You cannot suspend yourself."), remedy=_("Ask another administrator."))
    _set_active(person_id, actor, at, is_active=False, reason=reason)


def readmit_person(*, person_id: UUID, actor: Actor, at: datetime, reason: str = "") -> None:
    """Open a suspended account again.

    Raises:
        Forbidden: the actor may not manage, or not this person; see `scope`.
        NotFound: there is no such person.
    """
    require_manager(actor, "person")
    _set_active(person_id, actor, at, is_active=True, reason=reason)


def _set_active(person_id: UUID, actor: Actor, at: datetime, *, is_active: bool, reason: str) -> None:
    with transaction.atomic():
        person = _locked(person_id, actor)
        before = {"is_active": person.is_active}
        person.is_active = is_active
        person.save(update_fields=["is_active"])
        if not is_active:
            require_somebody_manages(actor=actor)
            _end_sessions(person)
        verb = "readmitted" if is_active else "suspended"
        _log(verb, person, actor, at, before=before, after={"is_active": is_active}, reason=reason)


def _locked(person_id: UUID, actor: Actor) -> Person:
    try:
        person = Person.objects.select_for_update().get(id=person_id)
    except Person.DoesNotExist as error:
        raise NotFound from error
    require_reach(actor, person)
    return person


def _end_sessions(person: Person) -> None:
    """Sign somebody out everywhere."""
    for session in UserSession.objects.filter(user=person):
        session.end()
    announce_rights()


def _log(
    verb: str,
    person: Person,
    actor: Actor,
    at: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    log_change(
        verb=verb,
        kind="person",
        record_id=person.id,
        record_name=str(person),
        actor=actor,
        at=at,
        before=before,
        after=after,
        reason=reason.strip(),
    )
