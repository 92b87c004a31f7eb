"""Who would get a matter, by when, and which rows say so."""

from dataclasses import dataclass
from datetime import datetime

from ioc.kernel.actors import Actor
from ioc.kernel.errors import DomainError
from ioc.kernel.rights import MANAGE
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.management.queries.reference import Due, OrganizationRef, Reference
from ioc.management.rules.routing import Route


@dataclass(frozen=True, slots=True)
class StepDue:
    """A step with its deadline, or why it has none."""

    step: str
    due: Due | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What would happen; `lead` is None where the routing table has a gap."""

    lead: OrganizationRef | None
    cooperating: list[OrganizationRef]
    route: Route | None
    steps: list[StepDue]


def simulate(*, category_id: int, area_id: int, kind: str, urgency: str, moment: datetime, actor: Actor) -> Simulated:
    """Where a report of the category in the commune filed at `moment` goes, as the tables stand; no statement.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    reference = loading.current()
    routed = reference.routed(category_id=category_id, area_id=area_id, moment=moment)
    agencies = reference.agencies
    return Simulated(
        lead=agencies.get(routed.lead) if routed else None,
        cooperating=[agencies[one] for one in routed.cooperating if one in agencies] if routed else [],
        route=routed.route if routed else None,
        steps=[_step(reference, step, kind, urgency, category_id, moment) for step in (Step.RECEIVE, Step.HANDLE)],
    )


def _step(reference: Reference, step: Step, kind: str, urgency: str, category_id: int, moment: datetime) -> StepDue:
    try:
        due = reference.due(step=step, kind=kind, urgency=urgency, category_id=category_id, start=moment)
    except DomainError as error:
        return StepDue(str(step.label), None, f"{error.message} {error.remedy}".strip())
    return StepDue(str(step.label), due)
