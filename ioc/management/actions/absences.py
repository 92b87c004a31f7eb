"""Leave: while somebody is away, the deputy acts with that person's rights and gets the notices."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ioc.kernel import events
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, Invalid, NotFound
from ioc.kernel.models import valid_on
from ioc.management.actions.audit import log_change
from ioc.management.actions.scope import require_manager, require_reach
from ioc.management.models import Leave, Person, Position

DEPUTIZED: Final = "people.deputized"
"""The event by which a deputy is told: `leave`, `at`."""


def enter_leave(
    *, person_id: UUID, deputy_id: UUID, first_day: date, last_day: date, actor: Actor, at: datetime, note: str = ""
) -> Leave:
    """Enter a leave, both days included, one's own or that of somebody whom one manages.

    Who enters their own leave names a deputy of their agency, of one above or below it: nobody hands their rights to
    strangers. It ends by itself.

    Raises:
        Forbidden: it is somebody else's, and the actor may not manage that person or the deputy; see `scope`.
        NotFound: there is no such person.
        Invalid: the days make no sense or are taken, or the deputy cannot stand in.
    """
    today, back_on = local_date(at), last_day + timedelta(days=1)
    with transaction.atomic():
        person, deputy = _locked(person_id, deputy_id)
        if person_id != actor.person_id:
            require_manager(actor, "person")
            require_reach(actor, person)
            require_reach(actor, deputy)
        _check_days(person, first_day, last_day, today)
        _check_deputy(person, deputy, first_day, back_on, today)
        leave = Leave.objects.create(
            person=person, deputy=deputy, valid_from=first_day, valid_to=back_on, note=note.strip()[:200]
        )
        _log("leave_entered", leave, actor, at)
        events.publish(DEPUTIZED, leave=leave, at=at)
    return leave


def end_leave(*, leave_id: int, actor: Actor, at: datetime) -> None:
    """Call a leave off, or end it now: the person is back and the deputy's rights are gone. Twice is as once.

    Raises:
        Forbidden: it is somebody else's, and the actor may not manage that person; see `scope`.
        NotFound: there is no such leave.
    """
    today = local_date(at)
    with transaction.atomic():
        leave = Leave.objects.select_for_update(of=("self",)).select_related("person").filter(id=leave_id).first()
        if leave is None:
            raise NotFound
        if leave.person_id != actor.person_id:
            require_manager(actor, "person")
            require_reach(actor, leave.person)
        if leave.called_off_at or (leave.valid_to and leave.valid_to <= today):
            return
        if leave.valid_from < today:
            leave.valid_to = today
        else:
            leave.called_off_at = at
        leave.save(update_fields=["valid_to", "called_off_at"])
        _log("leave_ended", leave, actor, at)


def _locked(*ids: UUID) -> list[Person]:
    """The people, held until the end of the transaction, so that nobody gets two leaves at a time."""
    found = {one.pk: one for one in Person.objects.select_for_update().filter(id__in=ids).order_by("id")}
    if found.keys() != set(ids):
        raise NotFound
    return [found[one] for one in ids]


def _check_days(person: Person, first_day: date, last_day: date, today: date) -> None:
    if last_day < first_day:
        raise Invalid(fields={"last_day": _("The end must be after the beginning.")})
    if last_day < today:
        raise Invalid(fields={"last_day": _("This is over already.")})
    if last_day > first_day + timedelta(days=730):
        raise Invalid(fields={"last_day": _("A leave lasts two years at most; end the position instead.")})
    if _overlapping(first_day, last_day + timedelta(days=1)).filter(person=person).exists():
        raise Conflict(_("There is a leave in these days already."), remedy=_("End that one first."))


def _check_deputy(person: Person, deputy: Person, first_day: date, back_on: date, today: date) -> None:
    if deputy == person or not deputy.is_active:
        raise Invalid(fields={"deputy": _("Choose somebody else who works here.")})
    if _overlapping(first_day, back_on).filter(person=deputy).exists():
        raise Invalid(fields={"deputy": _("This person is away in these days too.")})
    theirs = list(Position.objects.filter(valid_on(today), person=deputy).values_list("organization__path", flat=True))
    own = Position.objects.filter(valid_on(today), person=person).values_list("organization__path", flat=True)
    if not any(a.startswith(b) or b.startswith(a) for a in own for b in theirs):
        raise Invalid(fields={"deputy": _("A deputy works in the same agency, or one above or below it.")})


def _overlapping(first_day: date, back_on: date) -> QuerySet[Leave]:
    still = Q(valid_to__isnull=True) | Q(valid_to__gt=first_day)
    return Leave.objects.filter(still, valid_from__lt=back_on, called_off_at__isnull=True)


def _log(verb: str, leave: Leave, actor: Actor, at: datetime) -> None:
    log_change(
        verb=verb, kind="person", record_id=leave.person_id, record_name=str(leave.person), actor=actor, at=at,
        reason=leave.note,
        after={
            "deputy": str(leave.deputy),
            "valid_from": leave.valid_from.isoformat(),
            "valid_to": leave.valid_to.isoformat() if leave.valid_to else None,
        },
    )  # fmt: skip
