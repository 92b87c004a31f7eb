"""What is kept of sign-ins: every success, failure and lock-out, each factor that came or went, each session's end.

The person concerned is told of what a thief would do: a new device, a new or lost factor, a changed password.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel import events, limits, origin
from ioc.kernel.actors import PUBLIC, Actor, ActorKind
from ioc.kernel.clock import local_date
from ioc.kernel.errors import TooMany
from ioc.kernel.ids import new_id, new_token
from ioc.management.actions.audit import log_access
from ioc.management.models import AuditTopic, KnownDevice, Person
from ioc.management.queries import people
from ioc.management.rules.browsers import device

SECURITY_NOTICE: Final = "security.notice"
"""Event: `person_id`, `subject` and `body` (texts), `at`. Who listens tells the person."""
_FAILURES: Final = (
    (limits.Limit("sign-in-log", 20, limits.HOUR), "address"),
    (limits.Limit("sign-in-log-all", 2000, limits.HOUR), "all"),
)
Text = str | Promise


def signed_in(*, person: Person, how: str, mark: str, at: datetime) -> str:
    """Keep that somebody signed in; a new mark for a browser not seen before, else empty.

    `how` names the ways used ("password", "password totp", "passkey", "provider vneid"); `mark` is what the browser
    showed.
    """
    with transaction.atomic():
        _write("signed_in", person, at, facts={"how": how}, own=True)
        if mark and _seen_again(person, mark, at):
            return ""
        _tell_new_device(person, at)
        made = new_token()
        KnownDevice.objects.create(
            person=person, digest=_digest(made), browser=origin.current().browser, first_seen_at=at, last_seen_at=at
        )
    return made


def _seen_again(person: Person, mark: str, at: datetime) -> bool:
    return bool(KnownDevice.objects.filter(person=person, digest=_digest(mark)).update(last_seen_at=at))


def _tell_new_device(person: Person, at: datetime) -> None:
    """Tell of a browser not seen before; the first one of all is expected."""
    if not KnownDevice.objects.filter(person=person).exists():
        return
    here = origin.current()
    words = _("Signed in on a new device: %(device)s, address %(address)s. If it was not you, change your password.")
    facts = {"device": device(here.browser).name or "?", "address": here.address or "?"}
    _tell(person, _("Sign-in on a new device"), words, facts, at)


def _digest(mark: str) -> bytes:
    return hashlib.sha256(mark.encode()).digest()


def failed(*, name: str, at: datetime, verb: str = "sign_in_failed", facts: Mapping[str, Any] | None = None) -> None:
    """Keep that signing in failed; of an unknown `name` only that it is unknown, for it may be a password.

    Who tries without end fills no log: twenty an hour from one address and two thousand in all are kept.
    """
    person = Person.objects.filter(username__iexact=name).first() or Person.objects.filter(email__iexact=name).first()
    failed_for(person=person if name else None, at=at, verb=verb, facts=facts)


def failed_for(
    *, person: Person | None, at: datetime, verb: str = "sign_in_failed", facts: Mapping[str, Any] | None = None
) -> None:
    """As `failed`, for who is known already."""
    subjects = {"address": origin.current().address, "all": "all"}
    try:
        limits.hit([(limit, subjects[of]) for limit, of in _FAILURES], at=at)
    except TooMany:
        return
    _write(verb, person, at, facts=facts)


def happened(
    *,
    verb: str,
    person: Person,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    actor: Actor | None = None,
    reason: str = "",
) -> None:
    """Keep something else of a person's sign-in: a factor used, a sign-out, a session ended."""
    _write(verb, person, at, facts=facts, own=True, actor=actor, reason=reason)


def factor_changed(*, verb: str, factor: str, person: Person, at: datetime) -> None:
    """Keep that a factor came or went, and tell the person."""
    with transaction.atomic():
        _write(verb, person, at, facts={"factor": factor}, own=True)
        tell_factor(verb, factor, person, at)


def tell_factor(verb: str, factor: str, person: Person, at: datetime) -> None:
    """Tell a person that a way to sign in came or went; of those that nobody need be told of, nothing."""
    subject, body = _FACTOR_NOTICES.get((verb, factor), ("", ""))
    if subject:
        _tell(person, subject, body, {}, at)


def tell_by_another(verb: str, person: Person, at: datetime) -> None:
    """Tell a person what an administrator did to their way to sign in: whoever can do that could act as them."""
    _tell(person, _BY_ANOTHER[verb], _ASK, {}, at)


def password_changed(*, person: Person, at: datetime) -> None:
    """Keep that somebody changed the own password, and tell the person."""
    with transaction.atomic():
        _write("password_changed", person, at, own=True)
        _tell(person, _("Your password was changed"), _WARNING, {}, at)


def code_used(*, person: Person, left: int, at: datetime) -> None:
    """Tell somebody who signed in with a recovery code how many are left."""
    words = _("A recovery code was used to sign in. %(left)s are left. If it was not you, change your password.")
    _tell(person, _("Recovery code used"), words, {"left": left}, at)


def session_used(*, session_key: str, address: str, at: datetime) -> None:
    """Keep when a session was used last, and from where."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at, ip=address)


def session_over(*, person_id: object, why: str, at: datetime) -> None:
    """Keep that a session ended because its time was over."""
    person = Person.objects.filter(id=UUID(str(person_id))).first()
    if person is not None:
        _write("session_over", person, at, facts={"why": why}, own=True)


def _write(
    verb: str,
    person: Person | None,
    at: datetime,
    *,
    facts: Mapping[str, Any] | None = None,
    own: bool = False,
    actor: Actor | None = None,
    reason: str = "",
) -> None:
    """One entry; `own` says that the person it is about did it."""
    by = actor or (_acting(person, at) if own and person else PUBLIC)
    log_access(
        topic=AuditTopic.SIGN_IN,
        verb=verb,
        subject_kind="person",
        subject_id=person.id if person else "",
        subject_name=str(person) if person else "",
        actor=by,
        at=at,
        reason=reason.strip(),
        facts=facts,
    )


def _acting(person: Person, at: datetime) -> Actor:
    """The person as an actor, also one without positions."""
    actor = people.actor_for(person.id, day=local_date(at))
    if actor.kind is ActorKind.PERSON:
        return actor
    return Actor(kind=ActorKind.PERSON, name=person.full_name or person.username, person_id=person.id)


def _tell(person: Person, subject: Text, body: Text, facts: Mapping[str, Any], at: datetime) -> None:
    events.publish(
        SECURITY_NOTICE, person_id=person.id, event_id=new_id(), subject=subject, body=body, facts=facts, at=at
    )


_WARNING: Final = _("If it was not you, tell your administrator at once.")
_ASK: Final = _("An administrator did this. If you did not ask for it, ask who did, and tell the head of your agency.")
_BY_ANOTHER: Final[Mapping[str, Text]] = {
    "password_reset": _("You were given a new password"),
    "second_factor_reset": _("Your second factor was taken away"),
    "second_factor_set_up": _("An authenticator app was set up for you"),
}
_FACTOR_NOTICES: Final[Mapping[tuple[str, str], tuple[Text, Text]]] = {
    ("factor_added", "totp"): (_("An authenticator app was added"), _WARNING),
    ("factor_added", "webauthn"): (_("A passkey was added"), _WARNING),
    ("factor_removed", "totp"): (_("The authenticator app was taken away"), _WARNING),
    ("factor_removed", "webauthn"): (_("A passkey was taken away"), _WARNING),
    ("factor_reset", "recovery_codes"): (_("New recovery codes were made"), _WARNING),
    ("provider_linked", "provider"): (_("Another way to sign in was linked"), _WARNING),
    ("provider_unlinked", "provider"): (_("A way to sign in was taken away"), _WARNING),
}
