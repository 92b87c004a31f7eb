"""How far rights extend over reports and over agencies' jobs, as conditions for statements.

Categories and agencies are named by ids from the reference data in memory, so a condition costs no statement.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q

from ioc.kernel.actors import Actor, ActorKind
from ioc.kernel.rights import APPROVE, HANDLE, LEAD, PUBLISH, TRIAGE
from ioc.management.queries import loading
from ioc.onscene.models import Assignment, AssignmentState, Report

Place = tuple[str, tuple[int, ...] | None]
"""The path of an area and the ids of the categories there; None: all of them."""
EVERYWHERE: Final[Place] = ("", None)
HELD: Final = (AssignmentState.SENT, AssignmentState.ACCEPTED, AssignmentState.DONE)
"""States in which an assignment is the agency's; what it gave back or lost it no longer sees."""
_MOST_NAMED: Final = 200
"""Agencies that a statement names one by one; larger subtrees go by the copied path."""
_NOTHING: Final = Q(pk__in=())
_ALL: Final = ~_NOTHING
"""Every row. Not an empty condition: that one is left out of an "or", which must hold for all then."""


def places(actor: Actor, *rights: str) -> tuple[Place, ...]:
    """Where any of `rights` extends over matters, none within another; no statement."""
    if actor.kind is ActorKind.SYSTEM:
        return (EVERYWHERE,)
    paths = {(one.area_path, one.category_path) for right in rights for one in actor.grants_for(right)}
    return tuple((area, _categories(category)) for area, category in sorted(_widest(paths)))


def _widest(paths: set[tuple[str, str]]) -> set[tuple[str, str]]:
    def is_within(one: tuple[str, str], other: tuple[str, str]) -> bool:
        return one != other and one[0].startswith(other[0]) and one[1].startswith(other[1])

    return {one for one in paths if not any(is_within(one, other) for other in paths)}


def _categories(path: str) -> tuple[int, ...] | None:
    return loading.current().category_tree.below(path) if path else None


def within(reach: Iterable[Place], prefix: str = "") -> Q:
    """The rows whose report (reached by `prefix`) lies in one of the places; none where there is no place."""
    return _any(_at(place, prefix) for place in reach)


def _at(place: Place, prefix: str) -> Q:
    area, categories = place
    where = Q(**{f"{prefix}area_path__startswith": area}) if area else _ALL
    return where if categories is None else where & Q(**{f"{prefix}category_id__in": categories})


def _any(conditions: Iterable[Q]) -> Q:
    """The rows for which one of them holds."""
    return reduce(or_, conditions, _NOTHING)


def jobs(actor: Actor, *rights: str) -> Q:
    """The assignments over which any of `rights` extends, in whatever state; no statement."""
    if actor.kind is ActorKind.SYSTEM:
        return _ALL
    grants = [one for right in rights for one in actor.grants_for(right)]
    scopes = {(one.organization_path, one.limit_path, one.category_path) for one in grants}
    return _any(_held_by(agency) & _at((area, _categories(category)), "report__") for agency, area, category in scopes)


def _held_by(organization_path: str) -> Q:
    below = loading.current().organization_tree.below(organization_path)
    if len(below) > _MOST_NAMED:
        return Q(organization_path__startswith=organization_path)
    return Q(organization_id__in=below)


def known_reports(actor: Actor, ids: Iterable[UUID]) -> set[UUID]:
    """Those of `ids` that the actor may have on a screen as staff: by place or by job; two statements at most."""
    wanted = set(ids)
    if not wanted:
        return set()
    there = within(places(actor, TRIAGE, PUBLISH, LEAD))
    known = set(Report.objects.filter(there, id__in=wanted).values_list("id", flat=True))
    if known == wanted:
        return known
    held = Assignment.objects.filter(jobs(actor, HANDLE, APPROVE), report_id__in=wanted - known, state__in=HELD)
    return known | set(held.values_list("report_id", flat=True))
