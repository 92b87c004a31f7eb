"""Four eyes on moving an agency, where somebody comes to manage accounts there that open what is sealed.

The planned change waits beside a `PendingChange` that names it. Nothing moves until another administrator confirms;
what comes within reach after that is asked for again on the day. The system needs nobody (see `gaining`).
"""

from collections.abc import Set
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.management.actions.gaining import NeedsSecondPerson
from ioc.management.actions.second_person import put_before_another
from ioc.management.models import OrganizationChange, PendingChange, PendingState
from ioc.management.queries.moving import Moving, moving
from ioc.management.queries.pending import ORGANIZATION_CHANGE
from ioc.management.rules.reorganizing import MOVE, from_json
from ioc.management.rules.second_person import WAITS_FOR


def require_confirmed(change: OrganizationChange, *, at: datetime) -> None:
    """Pass in silence when no account comes within reach that opens what is sealed, or another one confirmed it.

    Raises:
        NeedsSecondPerson: it does, and nobody has.
    """
    if change.kind != MOVE or change.planned_by_id is None:
        return
    found = _seen(change, at)
    confirmed = _requests(change).filter(state=PendingState.CONFIRMED)
    if found.opened and not any(_covers(request, found) for request in confirmed):
        raise NeedsSecondPerson(found.opened)


def ask_if_needed(change: OrganizationChange, *, actor: Actor, at: datetime) -> bool:
    """Have another administrator look at it where that is needed; whether it waits for one now."""
    try:
        require_confirmed(change, at=at)
    except NeedsSecondPerson as needed:
        waiting = _requests(change).filter(state=PendingState.WAITING)
        found = _seen(change, at)
        if not any(_covers(one, found) for one in waiting.filter(expires_at__gt=at)):
            end_requests(change, at=at)
            request = _request(change, needed.rights, found, at)
            put_before_another(request, actor=actor, at=at)
        return True
    return False


def end_requests(change: OrganizationChange, *, at: datetime) -> None:
    """Nobody is asked any more."""
    _requests(change).filter(state=PendingState.WAITING).update(state=PendingState.WITHDRAWN, decided_at=at)


def _request(change: OrganizationChange, rights: Set[str], found: Moving, at: datetime) -> PendingChange:
    wanted: dict[str, Any] = {
        "day": f"{change.day:%d/%m/%Y}",
        "parent_id": change.plan["parent_id"],
        "positions": [one.position_id for one in found.managers],
    }
    return PendingChange(
        kind=ORGANIZATION_CHANGE, record_id=str(change.pk), record_name=found.name[:200], fields=wanted,
        before={"parent_id": found.parent_id}, rights=sorted(rights),
        reason=(change.legal_basis or change.reason)[:300], asked_by=change.planned_by, asked_at=at,
        expires_at=at + WAITS_FOR,
    )  # fmt: skip


def _covers(request: PendingChange, found: Moving) -> bool:
    """Whether who looks at the request sees all that comes within reach, and whose."""
    managers = {one.position_id for one in found.managers}
    return found.opened <= set(request.rights) and managers <= set(request.fields["positions"])


def _requests(change: OrganizationChange) -> "QuerySet[PendingChange]":
    return PendingChange.objects.filter(kind=ORGANIZATION_CHANGE, record_id=str(change.pk))


def _seen(change: OrganizationChange, at: datetime) -> Moving:
    return moving(plan=from_json(change.plan), day=max(change.day, local_date(at)))
