"""What happens in a shift: somebody is absent, somebody else comes, one shift hands over to the next."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import events, reference
from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.live import announce
from ioc.kernel.rights import PUBLISH, TRIAGE
from ioc.kernel.text import clean
from ioc.management.actions.audit import log_change
from ioc.management.actions.rostering import held_team
from ioc.management.models import Duty, HandOver
from ioc.management.queries.duty import team_now
from ioc.management.queries.roster import staff_of

LONGEST_NOTE = 4000


@transaction.atomic
def mark_absent(
    *, duty_id: int, reason: str, actor: Actor, at: datetime, replacement_id: UUID | None = None
) -> Duty | None:
    """Say that somebody does not come, and call in `replacement_id` (None: nobody yet); the replacement's turn.

    Who is called in is told by the rooms that listen to "duty.called_in".

    Raises:
        NotFound: there is no such turn.
        Forbidden: the actor does not plan this team's roster.
        Conflict: somebody is called in already.
        Invalid: no reason is given, or the replacement is not of the team on that day or down for this shift already.
    """
    duty = _held(duty_id, actor)
    reason = clean(reason)
    if not reason and duty.absent_at is None:
        raise Invalid(fields={"reason": _("Say why, in a word or two.")})
    if duty.absent_at is None:
        duty.absent_at, duty.absence_reason = at, reason[:200]
        duty.save(update_fields=["absent_at", "absence_reason"])
        log_change(
            verb="absent", kind="duty", record_id=duty.pk, record_name=str(duty), actor=actor, at=at, reason=reason
        )
    replacement = _call_in(duty, replacement_id, actor, at) if replacement_id else None
    reference.bump()
    announce("onscene.queue")
    return replacement


@transaction.atomic
def mark_present(*, duty_id: int, actor: Actor, at: datetime) -> None:
    """Take an absence back; who was called in instead is no longer down.

    Raises:
        NotFound, Forbidden: as `mark_absent`.
    """
    duty = _held(duty_id, actor)
    if duty.absent_at is None:
        return
    Duty.objects.filter(id__in=list(_instead_of(duty))).delete()
    duty.absent_at, duty.absence_reason = None, ""
    duty.save(update_fields=["absent_at", "absence_reason"])
    log_change(verb="present", kind="duty", record_id=duty.pk, record_name=str(duty), actor=actor, at=at)
    reference.bump()
    announce("onscene.queue")


@transaction.atomic
def hand_over(*, text: str, actor: Actor, at: datetime) -> HandOver:
    """Write a note for the next shift of the actor's team; it stays on the desk until somebody has read it.

    Raises:
        Forbidden: the actor does not work at the desk.
        Invalid: the note is empty or too long, or the actor has no team.
    """
    _require_desk(actor)
    text = clean(text)
    if not text or len(text) > LONGEST_NOTE:
        raise Invalid(fields={"text": _("Write what the next shift must know, in up to 4,000 letters.")})
    team = team_now(actor, at=at)
    if team is None or actor.person_id is None:
        raise Invalid(_("You are in no team that works in shifts."))
    note = HandOver.objects.create(
        organization_id=team.team_id, text=text, written_by_id=actor.person_id, written_at=at
    )
    reference.bump()
    announce("onscene.queue")
    return note


@transaction.atomic
def read_note(*, note_id: int, actor: Actor, at: datetime) -> None:
    """Say that the actor has read a note; it leaves the desk. Saying it again does nothing.

    Raises:
        Forbidden: the actor does not work at the desk, or wrote the note.
        NotFound: there is no such note in the actor's team.
    """
    _require_desk(actor)
    team = team_now(actor, at=at)
    note = HandOver.objects.select_for_update().filter(id=note_id).first()
    if note is None or team is None or note.organization_id != team.team_id:
        raise NotFound
    if note.written_by_id == actor.person_id:
        raise Forbidden(_("The next shift reads it, not who wrote it."))
    if note.read_at is not None:
        return
    note.read_by_id, note.read_at = actor.person_id, at
    note.save(update_fields=["read_by", "read_at"])
    reference.bump()
    announce("onscene.queue")


def _require_desk(actor: Actor) -> None:
    if not actor.has(TRIAGE) and not actor.has(PUBLISH):
        raise Forbidden(rights=(TRIAGE, PUBLISH))


def _held(duty_id: int, actor: Actor) -> Duty:
    duty = Duty.objects.select_related("shift", "person").filter(id=duty_id).first()
    if duty is None:
        raise NotFound
    held_team(duty.shift.organization_id, actor)
    return Duty.objects.select_for_update(of=("self",)).select_related("shift", "person").get(id=duty_id)


def _instead_of(duty: Duty) -> Iterator[int]:
    """The turns of who was called in instead, and of who was called in for those."""
    after = Duty.objects.filter(replaces=duty).first()
    while after is not None:
        yield after.pk
        after = Duty.objects.filter(replaces=after).first()


def _call_in(duty: Duty, person_id: UUID, actor: Actor, at: datetime) -> Duty:
    if Duty.objects.filter(replaces=duty).exists():
        raise Conflict(_("Somebody has been called in already."))
    known = {person.id for person in staff_of(duty.shift.organization, [duty.day])}
    down = Duty.objects.filter(shift=duty.shift, day=duty.day, person=person_id).exists()
    if person_id not in known or down:
        raise Invalid(fields={"replacement": _("Choose somebody of the team who is not down for this shift.")})
    made = Duty.objects.create(shift=duty.shift, day=duty.day, person_id=person_id, replaces=duty)
    log_change(
        verb="called_in", kind="duty", record_id=made.pk, record_name=str(made), actor=actor, at=at,
        after={"instead_of": duty.person.full_name},
    )  # fmt: skip
    events.publish("duty.called_in", duty_id=made.pk, actor=actor, at=at)
    return made
