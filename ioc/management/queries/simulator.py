"""Who would get a matter, by when, and which rows say so: the whole reasoning, winners and losers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import DomainError
from ioc.kernel.rights import MANAGE
from ioc.management.models import CalendarDay, Step
from ioc.management.queries import loading
from ioc.management.queries.reference import Due, OrganizationRef, Reference
from ioc.management.rules.counting import CountedDay, counted_days
from ioc.management.rules.deadlines import ConsideredTerm, consider_terms
from ioc.management.rules.routing import Considered, Route, consider


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of the count, and what the calendar calls it."""

    counted: CountedDay
    name: str


@dataclass(frozen=True, slots=True)
class StepDue:
    """A step with its deadline, the rows that were looked at and the count day by day; or why it has none."""

    step: str
    due: Due | None
    considered: list[ConsideredTerm]
    days: list[NamedDay]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ConsideredRow:
    """A routing row that speaks of the case, with the names of what it speaks of."""

    considered: Considered
    lead: OrganizationRef | None
    category: str
    area: str


@dataclass(frozen=True, slots=True)
class Simulated:
    """What would happen; `lead` is None where the routing table has a gap."""

    lead: OrganizationRef | None
    cooperating: list[OrganizationRef]
    route: Route | None
    considered: list[ConsideredRow]
    other_rows: int
    steps: list[StepDue]


def simulate(*, category_id: int, area_id: int, kind: str, urgency: str, moment: datetime, actor: Actor) -> Simulated:
    """Where a report of the category in the commune filed at `moment` goes, as the tables stand; one statement.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    reference = loading.current()
    routed = reference.routed(category_id=category_id, area_id=area_id, moment=moment)
    agencies = reference.agencies
    found = considered_rows(reference, category_id=category_id, area_id=area_id, day=local_date(moment))
    names = dict(CalendarDay.objects.values_list("day", "name"))
    return Simulated(
        lead=agencies.get(routed.lead) if routed else None,
        cooperating=[agencies[one] for one in routed.cooperating if one in agencies] if routed else [],
        route=routed.route if routed else None,
        considered=found,
        other_rows=len(reference.routes) - len(found),
        steps=[
            _step(reference, step, kind, urgency, category_id, moment, names) for step in (Step.RECEIVE, Step.HANDLE)
        ],
    )


def considered_rows(reference: Reference, *, category_id: int, area_id: int | None, day: date) -> list[ConsideredRow]:
    """Every routing row that speaks of the case at some time, with why it wins or loses on `day`."""
    found = consider(
        reference.routes,
        category_path=reference.categories[category_id].path,
        area_path=reference.areas[area_id].path if area_id else "",
        committees=reference.committees_at(area_id),
        day=day,
    )
    return [
        ConsideredRow(
            one,
            reference.organizations.get(one.lead or 0),
            _category_name(reference, one.route.category_path),
            _area_name(reference, one.route.area_path),
        )
        for one in found
    ]


def _last(path: str) -> int:
    """The id at the end of a materialised path; nought for an empty one."""
    return int(path.rstrip("/").rsplit("/", 1)[-1] or 0)


def _category_name(reference: Reference, path: str) -> str:
    return reference.category_label(_last(path)) if path else ""


def _area_name(reference: Reference, path: str) -> str:
    return reference.areas[_last(path)].name if path else ""


def _step(
    reference: Reference,
    step: Step,
    kind: str,
    urgency: str,
    category_id: int,
    moment: datetime,
    names: Mapping[date, str],
) -> StepDue:
    case = {"step": step, "kind": kind, "urgency": urgency}
    path = reference.categories[category_id].path
    rows = consider_terms(reference.terms, **case, category_path=path, day=local_date(moment))
    try:
        due = reference.due(**case, category_id=category_id, start=moment)
    except DomainError as error:
        return StepDue(str(step.label), None, rows, [], f"{error.message} {error.remedy}".strip())
    days = counted_days(calendar=reference.calendar, start=moment, limit=due.term.limit, unit=due.term.unit)
    return StepDue(str(step.label), due, rows, [NamedDay(one, names.get(one.day, "")) for one in days])
