"""Four eyes on units: a change by which somebody could open what is sealed on more ground waits for another."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import SYSTEM, Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, Forbidden
from ioc.kernel.turns import wait_for_turn
from ioc.management.actions.area_changes import change_areas
from ioc.management.actions.gaining import NeedsSecondPerson
from ioc.management.actions.second_person import carry, put_before_another
from ioc.management.models import Area, PendingChange, PendingState
from ioc.management.queries import people
from ioc.management.queries.area_changes import AreaChange, plan_change
from ioc.management.queries.pending import AREA_CHANGE
from ioc.management.queries.reach import manages_all
from ioc.management.rules.second_person import WAITS_FOR

_LONGEST_NAME, _LONGEST_REASON = 200, 300


def change_areas_or_ask(*, change: AreaChange, actor: Actor, at: datetime) -> list[Area] | PendingChange:
    """Change units as `change_areas` does; where somebody could then open what is sealed on more ground, it waits.

    The units that begin, or the `PendingChange` that waits for another administrator.

    Raises:
        Forbidden, NotFound, Invalid: see `change_areas`.
        Conflict: a change of one of the units waits already.
    """
    try:
        return change_areas(change=change, actor=actor, at=at)
    except NeedsSecondPerson as needed:
        return _ask(needed.rights, change, actor, at)


@transaction.atomic
def _ask(rights: frozenset[str], change: AreaChange, actor: Actor, at: datetime) -> PendingChange:
    if actor.person_id is None:
        raise Forbidden
    wait_for_turn(AREA_CHANGE)
    waiting = PendingChange.objects.filter(kind=AREA_CHANGE, state=PendingState.WAITING, expires_at__gt=at)
    if any(set(one.fields["before"]) & set(change.before) for one in waiting):
        raise Conflict(
            _("A change of one of these units waits already."), remedy=_("Withdraw it or have it decided first.")
        )
    asked = PendingChange(
        kind=AREA_CHANGE,
        record_name=plan_change(change, actor=actor).title[:_LONGEST_NAME],
        fields=change.plain(),
        rights=sorted(rights),
        reason=change.legal_basis[:_LONGEST_REASON],
        asked_by_id=actor.person_id,
        asked_at=at,
        expires_at=at + WAITS_FOR,
    )
    put_before_another(asked, actor=actor, at=at)
    return asked


class _Carrier:
    """Carries out changes of units that another administrator has confirmed."""

    def confirmed(self, change: PendingChange, *, at: datetime) -> Any:
        """Make the change as things stand now.

        Raises:
            Conflict: who asked may do it no longer.
            Invalid: it cannot be made any more; says why.
        """
        day = local_date(at)
        asker = people.actor_for(change.asked_by_id, day=day)
        if not manages_all(asker):
            raise Conflict(_("Who asked for this may not do it any more."), remedy=_("Refuse it."))
        decider = people.actor_for(change.decided_by_id, day=day) if change.decided_by_id else SYSTEM
        return change_areas(change=AreaChange.of_plain(change.fields), actor=decider, at=at, asked_by=asker)

    def dropped(self, change: PendingChange, *, actor: Actor, at: datetime, reason: str) -> None:
        """Nothing was done, so there is nothing to let go of."""


def listen() -> None:
    """Have confirmed changes of units carried out; called once as the room starts."""
    carry(AREA_CHANGE, _Carrier())
