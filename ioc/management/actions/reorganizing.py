"""Changing organizations on a day: rename, merge, split, close; planned, withdrawn, carried out with all they have."""

import logging
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from ioc.kernel.forms import sentence
from ioc.kernel.rights import MANAGE
from ioc.management.actions.audit import log_change
from ioc.management.actions.carrying_out import carry_out, hand_over_stragglers
from ioc.management.actions.gaining import NeedsSecondPerson
from ioc.management.actions.handing_over import Doing
from ioc.management.actions.moving import ask_if_needed, end_requests, require_confirmed
from ioc.management.actions.scope import require_reach, require_whole_province
from ioc.management.actions.second_person import carry
from ioc.management.models import (
    ChangeState,
    Organization,
    OrganizationChange,
    OrganizationChangeParty,
    PartyRole,
    PendingChange,
)
from ioc.management.queries import people
from ioc.management.queries.pending import ORGANIZATION_CHANGE
from ioc.management.queries.reorganizing import named_in, preview, standing
from ioc.management.rules.reorganizing import MOVE, Plan, StillOpen, TooLate, check_plan, from_json, to_json

_logger = logging.getLogger(__name__)
_UNEXPECTED: Final = _("Something unexpected stopped it (%(error)s). It is tried again; tell who runs the system.")
_WAITS: Final = _("It waits for a second administrator to confirm it.")


class AlreadyPlanned(Conflict):
    """Another change of the same organization waits for its day."""

    code = "already-planned"
    message = _("Another change of %(name)s is planned already.")
    remedy = _("Withdraw it first, or wait until it is done.")


def plan_change(
    *, plan: Plan, day: date, actor: Actor, at: datetime, legal_basis: str = "", reason: str = ""
) -> OrganizationChange:
    """Have organizations change on `day`: at once where that is today, else planned and carried out on the day.

    All that the organizations hold goes along in one transaction: see `carrying_out`. What takes two administrators
    stays planned until another one confirms; see `moving`.

    Raises:
        Forbidden: the actor does not manage one of the organizations; see `scope`.
        Invalid: the plan makes no sense, or says neither why nor by which document.
        StillOpen: an end without a successor, while there is something to take over.
        AlreadyPlanned: another change of one of the organizations waits for its day.
    """
    actor.require(MANAGE)
    if not reason.strip() and not legal_basis.strip():
        raise Invalid(fields={"legal_basis": _("Name the decision, or say why.")})
    with transaction.atomic():
        _hold(plan, actor)
        _check(plan, day=day, today=local_date(at), actor=actor)
        change = OrganizationChange.objects.create(
            kind=plan.kind, day=day, plan=to_json(plan), legal_basis=legal_basis.strip(), reason=reason.strip(),
            planned_at=at, planned_by_id=actor.person_id, planner_name=actor.name,
            planner_organization_id=actor.organization_id,
        )  # fmt: skip
        _name_parties(change, plan)
        waits = ask_if_needed(change, actor=actor, at=at)
        if day == local_date(at) and not waits:
            _carry_out(change, actor=actor, at=at)
        else:
            _log("planned", change, actor, at)
    return change


def withdraw_change(*, change_id: int, actor: Actor, at: datetime, reason: str = "") -> OrganizationChange:
    """Take a planned change back before its day; nothing of it happens.

    Raises:
        Forbidden: the actor does not manage one of the organizations.
        NotFound: there is no such change.
        TooLate: it was carried out or withdrawn already.
    """
    actor.require(MANAGE)
    with transaction.atomic():
        change = _waiting(change_id)
        _hold(from_json(change.plan), actor)
        end_requests(change, at=at)
        _let_go(change, actor, at, reason)
    return change


def _let_go(change: OrganizationChange, actor: Actor, at: datetime, reason: str) -> None:
    change.state, change.ended_at, change.ended_by_name = ChangeState.WITHDRAWN, at, actor.name
    change.save(update_fields=["state", "ended_at", "ended_by_name"])
    _log("withdrawn", change, actor, at, reason=reason.strip())


def carry_out_due(*, at: datetime) -> int:
    """Carry out the planned changes whose day has come, the oldest first; how many were done.

    Each is a transaction of its own. What keeps one from being done, expected or not, is written on it, and it is
    tried again the next time; the others do not wait for it. Work that reached an ended organization in the same
    moment is handed to its successor. Runs any number of times: what is done is not done again.
    """
    due = OrganizationChange.objects.filter(state=ChangeState.PLANNED, day__lte=local_date(at)).order_by("day", "id")
    done = sum(_try(pk, at) for pk in list(due.values_list("id", flat=True)))
    hand_over_stragglers(at=at)
    return done


def _try(change_id: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            change = _waiting(change_id)
            _carry_out(change, actor=_planner(change), at=at)
    except TooLate:
        return False
    except NeedsSecondPerson:
        _ask_again(change_id, at)
        return _failed(change_id, str(_WAITS))
    except DomainError as error:
        return _failed(change_id, sentence(error))
    except Exception as error:
        # Whatever it is, the other changes of the day must not wait for it.
        _logger.exception("The change of organizations %s could not be carried out.", change_id)
        return _failed(change_id, _UNEXPECTED % {"error": f"{type(error).__name__}: {error}"[:300]})
    return True


@transaction.atomic
def _ask_again(change_id: int, at: datetime) -> None:
    change = _waiting(change_id)
    ask_if_needed(change, actor=_planner(change), at=at)


def _failed(change_id: int, why: str) -> bool:
    OrganizationChange.objects.filter(pk=change_id).update(failure=why)
    return False


def _carry_out(change: OrganizationChange, *, actor: Actor, at: datetime) -> None:
    plan = from_json(change.plan)
    # A day that has come late is checked as the day that it was planned for.
    check_plan(plan, day=change.day, today=change.day, known=standing(named_in(plan)))
    _check_still_open(plan, change.day, actor)
    require_confirmed(change, at=at)
    doing = Doing(plan, change.day, change.legal_basis, change.reason, actor, at)
    change.moved = carry_out(doing, change)
    change.state, change.ended_at, change.ended_by_name, change.failure = ChangeState.DONE, at, actor.name, ""
    change.save(update_fields=["moved", "state", "ended_at", "ended_by_name", "failure"])
    _log("carried_out", change, actor, at)


def _waiting(change_id: int) -> OrganizationChange:
    """The planned change, held for this transaction."""
    change = OrganizationChange.objects.select_for_update().filter(pk=change_id).first()
    if change is None:
        raise NotFound
    if change.state != ChangeState.PLANNED:
        raise TooLate
    return change


def _planner(change: OrganizationChange) -> Actor:
    """Who planned it answers for it on the day; that it was allowed was looked at when it was planned."""
    organization = Organization.objects.filter(pk=change.planner_organization_id or 0).first()
    return Actor(
        kind=ActorKind.SYSTEM,
        name=change.planner_name,
        person_id=change.planned_by_id,
        organization_id=change.planner_organization_id,
        organization_name=organization.name if organization else "",
    )


def _hold(plan: Plan, actor: Actor) -> None:
    """Hold the organizations of the plan for this transaction and make sure that the actor manages each of them."""
    named = set(named_in(plan))
    rows = Organization.objects.select_for_update(of=("self",)).filter(pk__in=named).order_by("pk")
    for row in rows:
        require_reach(actor, row)
    if plan.kind == MOVE and plan.parent_id is None:
        require_whole_province(actor)


def _check(plan: Plan, *, day: date, today: date, actor: Actor) -> None:
    check_plan(plan, day=day, today=today, known=standing(named_in(plan)))
    _check_codes(plan)
    _check_free(plan.sources, _takers(plan))
    _check_still_open(plan, day, actor)


def _takers(plan: Plan) -> list[int]:
    """The organizations that stand and take over, or that the one moved comes under."""
    above = [plan.parent_id] if plan.parent_id is not None else []
    return [*(part.organization_id for part in plan.parts if part.organization_id is not None), *above]


def _check_codes(plan: Plan) -> None:
    for part in plan.parts:
        if part.new and Organization.objects.filter(code=part.new.code).exists():
            text = _("There is an agency with the code %(code)s already.") % {"code": part.new.code}
            raise Invalid(fields={"code": text})


def _check_free(sources: Iterable[int], targets: Iterable[int]) -> None:
    """No organization that ends in a planned change is in another; one that takes over in one may not end before."""
    waiting = OrganizationChangeParty.objects.filter(change__state=ChangeState.PLANNED).select_related("organization")
    ending = waiting.filter(role=PartyRole.BEFORE, organization_id__in=[*sources, *targets])
    taking = waiting.filter(role=PartyRole.AFTER, organization_id__in=[*sources])
    found = ending.first() or taking.first()
    if found is not None:
        raise AlreadyPlanned(AlreadyPlanned.message % {"name": found.organization.name})


def _check_still_open(plan: Plan, day: date, actor: Actor) -> None:
    if not plan.parts and preview(plan=plan, day=day, actor=actor).stays:
        raise StillOpen


def _name_parties(change: OrganizationChange, plan: Plan) -> None:
    """Tie the change to the organizations that stand; new ones come in as they are made."""
    sides = dict.fromkeys(plan.sources, PartyRole.BEFORE)
    sides |= dict.fromkeys(_takers(plan), PartyRole.AFTER)
    names = dict(Organization.objects.filter(pk__in=sides).values_list("pk", "name"))
    OrganizationChangeParty.objects.bulk_create(
        OrganizationChangeParty(change=change, organization_id=one, role=role, name=names[one])
        for one, role in sides.items()
    )


def _log(verb: str, change: OrganizationChange, actor: Actor, at: datetime, *, reason: str = "") -> None:
    log_change(
        verb=verb,
        kind="organization_change",
        record_id=change.pk,
        record_name=", ".join(party.name for party in change.parties.order_by("-role", "id")),
        actor=actor,
        at=at,
        after={"kind": change.kind, "day": change.day.isoformat(), "moved": change.moved},
        reason=reason or " · ".join(filter(None, (change.legal_basis, change.reason))),
    )


class _Moves:
    """Planned moves that another administrator decides about."""

    def confirmed(self, change: PendingChange, *, at: datetime) -> OrganizationChange:
        """Carry it out where its day has come; else it waits for it.

        Raises:
            TooLate: it is planned no longer.
            Conflict: who planned it may do it no longer.
            NeedsSecondPerson: more comes within reach now than was asked for.
        """
        planned = _waiting(int(change.record_id))
        _require_still(change, planned, at)
        require_confirmed(planned, at=at)
        if planned.day <= local_date(at):
            _carry_out(planned, actor=_planner(planned), at=at)
        return planned

    def dropped(self, change: PendingChange, *, actor: Actor, at: datetime, reason: str) -> None:
        """Nothing of it happens."""
        _let_go(_waiting(int(change.record_id)), actor, at, reason)


def _require_still(change: PendingChange, planned: OrganizationChange, at: datetime) -> None:
    try:
        _hold(from_json(planned.plan), people.actor_for(change.asked_by_id, day=local_date(at)))
    except Forbidden as error:
        raise Conflict(_("Who asked for this may not do it any more."), remedy=_("Refuse it.")) from error


def listen() -> None:
    """Have what another administrator decides about a move carried out or let go."""
    carry(ORGANIZATION_CHANGE, _Moves())
