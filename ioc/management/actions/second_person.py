"""Four eyes: what gives a right that opens what is sealed is asked for by one administrator and confirmed by another.

Nothing is changed while it waits. Confirming carries it out as any change: rights and reach of both administrators,
checks, row and audit entries in one transaction.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import events
from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.live import announce
from ioc.management.actions.audit import log_change
from ioc.management.actions.gaining import NeedsSecondPerson
from ioc.management.actions.records import save_record
from ioc.management.actions.scope import require_manager, require_reach, require_whole_province
from ioc.management.models import PendingChange, PendingState
from ioc.management.models.editable import EDITABLE
from ioc.management.queries import people
from ioc.management.queries.pending import TOPIC, other_administrators, ties_between
from ioc.management.queries.reach import manages_all
from ioc.management.queries.snapshots import snapshot
from ioc.management.rules.second_person import WAITS_FOR

ASKED: Final = "second_person.asked"
DECIDED: Final = "second_person.decided"
"""Told with the `change`, the `people` to tell and `at`."""
_LONGEST: Final = 300


class Carrier(Protocol):
    """What carries out changes that are no records to be saved; see `carry`."""

    def confirmed(self, change: PendingChange, *, at: datetime) -> Any:
        """Go on with what another administrator has confirmed; what came of it."""

    def dropped(self, change: PendingChange, *, actor: Actor, at: datetime, reason: str) -> None:
        """Let go of what was refused or withdrawn."""


_carriers: Final[dict[str, Carrier]] = {}


def carry(kind: str, carrier: Carrier) -> None:
    """Have requests of `kind` carried out by `carrier`; called once as the room starts."""
    _carriers[kind] = carrier


class NotIndependent(Forbidden):
    """The two administrators are not independent of each other."""

    code = "not-independent"
    message = _("One of you set up the other's account, position or sign-in, or stood in for the other, within a week.")
    remedy = _("A third administrator can confirm it, or you can after seven days.")


def save_or_ask(
    *,
    kind: str,
    fields: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    record_id: object = None,
    reason: str = "",
) -> Any:
    """Save as `save_record` does, or, where that takes two administrators, have it wait for the other one.

    The saved row, or the `PendingChange` that waits.

    Raises:
        Forbidden, NotFound, Invalid: see `save_record`; a change that has to wait needs a reason.
        Conflict: another change of the record waits already.
    """
    asked: dict[str, Any] = {"kind": kind, "fields": fields, "actor": actor, "at": at, "record_id": record_id}
    try:
        return save_record(**asked, reason=reason)
    except NeedsSecondPerson as needed:
        return _ask(needed, **asked, reason=reason.strip())


@transaction.atomic
def _ask(
    needed: NeedsSecondPerson,
    *,
    kind: str,
    fields: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    record_id: object,
    reason: str,
) -> PendingChange:
    if actor.person_id is None:
        raise Forbidden
    if not reason:
        raise Invalid(fields={"reason": _("Say why, for the administrator who will confirm it.")})
    row = EDITABLE[kind]._default_manager.filter(pk=record_id).first() if record_id is not None else None
    if row and PendingChange.objects.filter(kind=kind, record_id=row.pk, state=PendingState.WAITING).exists():
        raise Conflict(_("A change of this record waits already."), remedy=_("Withdraw it or have it decided first."))
    change = PendingChange(
        kind=kind,
        record_id=str(row.pk) if row else "",
        record_name=(str(row) if row else _name_of(kind, fields))[:200],
        fields=as_plain(EDITABLE[kind], fields),
        before=snapshot(row) if row else {},
        rights=sorted(needed.rights),
        reason=reason[:_LONGEST],
        asked_by_id=actor.person_id,
        asked_at=at,
        expires_at=at + WAITS_FOR,
    )
    put_before_another(change, actor=actor, at=at)
    return change


@transaction.atomic
def put_before_another(change: PendingChange, *, actor: Actor, at: datetime) -> None:
    """Keep the request (not yet saved) and tell the other administrators that it waits."""
    change.save()
    _log("asked", change, actor, at, reason=change.reason)
    events.publish(ASKED, change=change, people=other_administrators(change.asked_by_id, at=at), at=at)
    announce(TOPIC)


@transaction.atomic
def confirm_change(*, change_id: UUID, actor: Actor, at: datetime) -> Any:
    """Carry out what another administrator asked for; the saved row.

    The system confirms too: who runs the server stands in where a province has one administrator.

    Raises:
        NotFound: there is no such change.
        Forbidden: the actor asked for it, does not manage that far, or does so as a deputy only; `NotIndependent`:
            see there.
        Conflict: it was decided or has expired, the record changed since, or who asked may do it no longer.
        Invalid: it cannot be saved any more; says why.
    """
    change = _waiting(change_id, at=at)
    _require_second(change, actor, at)
    if change.kind in _carriers:
        _decide(change, PendingState.CONFIRMED, actor, at, "")
        return _carriers[change.kind].confirmed(change, at=at)
    row = EDITABLE[change.kind]._default_manager.filter(pk=change.record_id or None).first()
    if (snapshot(row) if row else {}) != change.before:
        raise Conflict(_("The record was changed since this was asked for."), remedy=_("Have it asked for again."))
    asker = people.actor_for(change.asked_by_id, day=local_date(at))
    saved = save_record(
        kind=change.kind,
        fields=from_plain(EDITABLE[change.kind], change.fields),
        record_id=change.record_id or None,
        actor=actor,
        at=at,
        reason=change.reason,
        asked_by=asker,
    )
    _require_still(asker, change.kind, saved)
    _decide(change, PendingState.CONFIRMED, actor, at, "")
    return saved


@transaction.atomic
def refuse_change(*, change_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Not carry it out, and say why.

    Raises:
        NotFound, Conflict: see `confirm_change`.
        Forbidden: the actor asked for it (who asked withdraws), or does not manage the whole province.
        Invalid: no reason.
    """
    change = _waiting(change_id, at=at)
    _require_other(change, actor)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why.")})
    _decide(change, PendingState.REFUSED, actor, at, reason)
    _drop(change, actor, at, reason)


@transaction.atomic
def withdraw_change(*, change_id: UUID, actor: Actor, at: datetime, reason: str = "") -> None:
    """Take back what one asked for oneself.

    Raises:
        NotFound, Conflict: see `confirm_change`.
        Forbidden: somebody else asked for it.
    """
    change = _waiting(change_id, at=at)
    if actor.person_id != change.asked_by_id:
        raise Forbidden(_("Only who asked for it can withdraw it."), remedy=_("You can refuse it."))
    _decide(change, PendingState.WITHDRAWN, actor, at, reason)
    _drop(change, actor, at, reason)


def _drop(change: PendingChange, actor: Actor, at: datetime, reason: str) -> None:
    if change.kind in _carriers:
        _carriers[change.kind].dropped(change, actor=actor, at=at, reason=reason)


def _waiting(change_id: UUID, *, at: datetime) -> PendingChange:
    change = PendingChange.objects.select_for_update().filter(id=change_id).first()
    if change is None:
        raise NotFound
    if change.state != PendingState.WAITING:
        raise Conflict(_("This was decided already."))
    if change.expires_at <= at:
        raise Conflict(_("This waited too long and has expired."), remedy=_("Have it asked for again."))
    return change


def _require_other(change: PendingChange, actor: Actor) -> None:
    require_whole_province(actor)
    if actor.person_id == change.asked_by_id:
        raise Forbidden(_("You asked for this yourself."), remedy=_("Another administrator must decide it."))


def _require_second(change: PendingChange, actor: Actor, at: datetime) -> None:
    _require_other(change, actor)
    if actor.kind is ActorKind.SYSTEM or actor.person_id is None:
        return
    if not manages_all(actor.on_own_behalf()):
        raise Forbidden(_("A deputy is no second administrator."), remedy=_("One in their own right must confirm it."))
    if ties_between(change.asked_by_id, actor.person_id, at=at):
        raise NotIndependent


def _require_still(asker: Actor, kind: str, row: models.Model) -> None:
    """Who asked must still be allowed to; else the confirmation would be the only pair of eyes."""
    try:
        require_manager(asker, kind)
        require_reach(asker, row, is_new=True)
    except Forbidden as error:
        raise Conflict(_("Who asked for this may not do it any more."), remedy=_("Refuse it.")) from error


def _decide(change: PendingChange, state: PendingState, actor: Actor, at: datetime, words: str) -> None:
    change.state, change.decided_by_id, change.decided_at = state, actor.person_id, at
    change.decision = words.strip()[:_LONGEST]
    change.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    _log(state.value, change, actor, at, reason=words.strip())
    events.publish(DECIDED, change=change, people=[change.asked_by], at=at)
    announce(TOPIC)


def _log(verb: str, change: PendingChange, actor: Actor, at: datetime, *, reason: str) -> None:
    log_change(
        verb=verb,
        kind="pending_change",
        record_id=change.pk,
        record_name=change.record_name,
        actor=actor,
        at=at,
        after={"rights": change.rights, **change.fields} if verb == "asked" else {"state": change.state},
        reason=reason,
    )


def as_plain(model: type[models.Model], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON: rows by their keys."""
    many = {field.name for field in model._meta.many_to_many}
    plain: dict[str, Any] = {}
    for name, value in fields.items():
        if name in many:
            plain[name] = [row.pk for row in value]
        else:
            plain[name] = value.pk if isinstance(value, models.Model) else value
    kept: dict[str, Any] = json.loads(json.dumps(plain, cls=DjangoJSONEncoder))
    return kept


def from_plain(model: type[models.Model], plain: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `as_plain` kept.

    Raises:
        Conflict: a record that they name is gone.
    """
    return {name: _value(model._meta.get_field(name), value) for name, value in plain.items()}


def _value(field: Any, value: Any) -> Any:
    if field.many_to_many:
        return list(field.related_model._default_manager.filter(pk__in=value))
    if not field.is_relation or value is None:
        return field.to_python(value)
    row = field.related_model._default_manager.filter(pk=value).first()
    if row is None:
        raise Conflict(_("A record that this names is gone."), remedy=_("Refuse it."))
    return row


def _name_of(kind: str, fields: Mapping[str, Any]) -> str:
    """What a record to be added will be called."""
    many = {field.name for field in EDITABLE[kind]._meta.many_to_many}
    return str(EDITABLE[kind](**{name: value for name, value in fields.items() if name not in many}))
