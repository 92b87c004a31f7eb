"""Inviting people: a link by which somebody sets the first password. It is told by the notices room.

The link is good once, for `VALID_FOR`; only its digest is kept. Sending it again makes the one before worthless.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ioc.kernel import events
from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.clock import local
from ioc.kernel.errors import Conflict, DomainError, Invalid, NotFound
from ioc.kernel.ids import new_id, new_token
from ioc.kernel.together import insert_many
from ioc.management.actions.audit import Change, log_change, log_changes
from ioc.management.actions.records import set_password
from ioc.management.actions.scope import require_manager, require_reach
from ioc.management.models import Invitation, InvitationState, Person
from ioc.management.queries import loading

VALID_FOR: Final = timedelta(days=7)
INVITED: Final = "people.invited"
"""The event by which letters go out: `letters`, `at`."""


class InvitationOver(DomainError):
    """The link was used, has expired or was withdrawn."""

    code = "invitation-over"
    status = 410
    message = gettext_lazy("This invitation is no longer good.")
    remedy = gettext_lazy("Ask your administrator to send it again.")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told to somebody who is invited. `secret` ends the address and belongs to the person alone."""

    event_id: UUID
    person: Person
    subject: str
    body: str
    address: str
    secret: str


def invite(*, person_id: UUID, actor: Actor, at: datetime) -> Invitation:
    """Send somebody the link for the first password, or send it again.

    Raises:
        Forbidden: the actor may not manage, or not this person; see `scope`.
        NotFound: there is no such person.
        Conflict: the person has a password, or is suspended.
        Invalid: the person has neither e-mail nor phone.
    """
    require_manager(actor, "person")
    with transaction.atomic():
        person = _locked(person_id)
        require_reach(actor, person)
        if person.has_usable_password() or not person.is_active:
            raise Conflict(
                _("This person signs in already, or is suspended."), remedy=_("Give a new password instead.")
            )
        if not person.email and not person.phone:
            raise Invalid(_("There is neither an e-mail nor a phone."), remedy=_("Add one first."))
        (made,) = send_invitations([person], actor=actor, at=at)
    return made


def send_invitations(people: Sequence[Person], *, actor: Actor, at: datetime) -> list[Invitation]:
    """Make and send links for `people`, who can be reached and have no password, in the caller's transaction.

    Two statements and what the log and the notices write, whatever the number. The caller has checked that the
    actor may.
    """
    open_ones = {one.person_id: one for one in _open().filter(person__in=people).select_for_update()}
    address = reverse("join", args=["-"]).removesuffix("-/")
    made, letters = [], []
    for person in people:
        secret = new_token()
        invitation = open_ones.get(person.pk) or Invitation(person=person, created_at=at, times_sent=0)
        invitation.digest = sha256(secret.encode()).digest()
        invitation.invited_by_id, invitation.inviter_name = actor.person_id, actor.name
        invitation.sent_at, invitation.expires_at = at, at + VALID_FOR
        invitation.times_sent += 1
        made.append(invitation)
        letters.append(_letter(person, invitation, secret, address))
    _save(made)
    log_changes([Change("invited", "person", one.pk, str(one), {}, {}) for one in people], actor=actor, at=at)
    events.publish(INVITED, letters=letters, at=at)
    return made


def revoke_invitation(*, person_id: UUID, actor: Actor, at: datetime) -> None:
    """Make somebody's open invitation worthless; nothing happens when there is none.

    Raises:
        Forbidden: the actor may not manage, or not this person; see `scope`.
        NotFound: there is no such person.
    """
    require_manager(actor, "person")
    with transaction.atomic():
        person = _locked(person_id)
        require_reach(actor, person)
        if _open().filter(person=person).update(revoked_at=at):
            _log("invitation_revoked", person, actor, at)


def accept_invitation(*, token: str, password: str, at: datetime) -> Person:
    """Set the first password of the person whom `token` invites; the invitation is used up.

    Raises:
        NotFound: there was never such an invitation.
        InvitationOver: it was used, has expired or was withdrawn, the account is suspended, or a password was given
            another way.
        Invalid: the password is too weak.
    """
    with transaction.atomic():
        mine = Invitation.objects.filter(digest=sha256(token.encode()).digest())
        if (invited := mine.first()) is None:
            raise NotFound
        # The person before the invitation, as whoever sends it again does.
        person = _locked(invited.person_id)
        if (found := mine.select_for_update().first()) is None:  # sent again meanwhile
            raise InvitationOver
        if found.state(at) != InvitationState.WAITING or not person.is_active or person.has_usable_password():
            raise InvitationOver
        set_password(person, password)
        person.save(update_fields=["password"])
        found.accepted_at = at
        found.save(update_fields=["accepted_at"])
        _log("invitation_accepted", person, _as_themselves(person), at)
    return person


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)


def _locked(person_id: UUID) -> Person:
    try:
        return Person.objects.select_for_update().get(id=person_id)
    except Person.DoesNotExist as error:
        raise NotFound from error


def _save(invitations: Iterable[Invitation]) -> None:
    rows = list(invitations)
    known = [one for one in rows if not one._state.adding]
    insert_many([one for one in rows if one._state.adding])
    Invitation.objects.bulk_update(
        known, ["digest", "invited_by", "inviter_name", "sent_at", "expires_at", "times_sent"], batch_size=500
    )


def _letter(person: Person, invitation: Invitation, secret: str, address: str) -> Letter:
    province = loading.current().province
    with translation.override(person.language):
        words = {
            "name": person.full_name,
            "app": province.app_name if province else "IOC",
            "login": person.username,
            "until": f"{local(invitation.expires_at):%H:%M %d/%m/%Y}",
        }
        subject = _("Your account at %(app)s") % words
        body = _(
            "%(name)s: an account is ready for you at %(app)s; you sign in as %(login)s. Open this address to set your"
            " password. It works once, until %(until)s."
        )
        return Letter(new_id(), person, subject, body % words, address, secret)


def _as_themselves(person: Person) -> Actor:
    return Actor(kind=ActorKind.PERSON, name=person.full_name, person_id=person.pk)


def _log(verb: str, person: Person, actor: Actor, at: datetime) -> None:
    log_change(verb=verb, kind="person", record_id=person.pk, record_name=str(person), actor=actor, at=at)
