"""What the administration's start page says: how much there is, and what is missing before all can work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils.functional import Promise

from ioc.kernel import health
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.models import valid_on
from ioc.kernel.rights import MANAGE
from ioc.management import models as tables
from ioc.management.queries import loading
from ioc.management.queries.reference import CategoryRef, Reference
from ioc.management.queries.staffing import Unstaffed, unstaffed
from ioc.management.rules.deadlines import DeadlineTerm

CALENDAR_WARNING: Final = timedelta(days=60)
# Each accepted report passes through these; the step of accepting has a deadline only where a row gives it one.
_TIMED_STEPS: Final = (tables.Step.RECEIVE, tables.Step.HANDLE, tables.Step.PUBLISH)


@dataclass(frozen=True, slots=True)
class RouteGap:
    """A category for which the routing table names nobody in `communes` of the communes."""

    category: str
    category_id: int
    communes: int


@dataclass(frozen=True, slots=True)
class DeadlineGap:
    """A step for which no deadline row covers a kind and urgency."""

    step: str | Promise
    kind: str
    urgency: str | Promise


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts by kind of record, the gaps, and what the machine worries about."""

    counts: dict[str, int]
    routes: list[RouteGap]
    deadlines: list[DeadlineGap]
    unstaffed: list[Unstaffed]
    no_second_factor: list[tables.Person]
    calendar_ends: date | None
    worries: list[health.Worry]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        gaps = (self.routes, self.deadlines, self.unstaffed, self.no_second_factor, self.calendar_ends)
        return not any(gaps)


def overview(*, actor: Actor, at: datetime) -> Overview:
    """How the configuration stands at `at`; a fixed number of statements.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    day, reference = local_date(at), loading.current()
    return Overview(
        counts=_counts(reference, reference.map_day(at), day),
        routes=list(_route_gaps(reference, at)),
        deadlines=list(_deadline_gaps(reference, day)),
        unstaffed=list(unstaffed(actor=actor, day=day)),
        no_second_factor=_without_second_factor(day),
        calendar_ends=_calendar_end(reference, day),
        worries=health.worries(),
    )


def _counts(reference: Reference, map_day: date, day: date) -> dict[str, int]:
    return {
        "area": sum(area.valid_on(map_day) for area in reference.areas.values()),
        "organization": len(reference.organizations),
        "person": tables.Person.objects.filter(is_active=True).count(),
        "position": tables.Position.objects.filter(valid_on(day), person__is_active=True).count(),
        "category": len(reference.categories),
        "routing_rule": _in_force(reference.routes, day),
        "deadline_rule": _in_force(reference.terms, day),
    }


def _in_force(rows: Iterable[object], day: date) -> int:
    return sum(row.valid_from <= day and (row.valid_to is None or day < row.valid_to) for row in rows)  # type: ignore[attr-defined]


def _route_gaps(reference: Reference, at: datetime) -> Iterator[RouteGap]:
    places: list[int | None] = [area.id for area in reference.communes_on(reference.map_day(at))]
    for category in reference.leaf_categories:
        gaps = sum(
            reference.routed(category_id=category.id, area_id=area, moment=at) is None for area in places or [None]
        )
        if gaps:
            yield RouteGap(reference.category_label(category.id), category.id, gaps)


def _deadline_gaps(reference: Reference, day: date) -> Iterator[DeadlineGap]:
    kinds = [kind for kind in reference.kinds.values() if kind.handled_here]
    for kind in kinds:
        for step in _TIMED_STEPS:
            for urgency in tables.Urgency:
                if not _all_covered(reference.terms, reference.leaf_categories, step, kind.code, urgency, day):
                    yield DeadlineGap(step.label, kind.label, urgency.label)


def _all_covered(
    terms: Iterable[DeadlineTerm],
    categories: Iterable[CategoryRef],
    step: str,
    kind: str,
    urgency: str,
    day: date,
) -> bool:
    """Whether some row covers the case in each category."""
    return all(
        any(term.covers(step=step, kind=kind, urgency=urgency, category_path=category.path, day=day) for term in terms)
        for category in categories
    )


def _without_second_factor(day: date) -> list[tables.Person]:
    """Who came in and set none up; who never came is asked at the first sign-in."""
    owing = tables.Position.objects.filter(valid_on(day), role__requires_second_factor=True)
    having = Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
    people = tables.Person.objects.filter(Q(id__in=owing.values("person_id")), is_active=True, last_login__isnull=False)
    return list(people.exclude(id__in=having.values("user_id")).order_by("full_name"))


def _calendar_end(reference: Reference, day: date) -> date | None:
    """The calendar's last day when it is near."""
    last = reference.calendar.last
    return last if last - day < CALENDAR_WARNING else None
