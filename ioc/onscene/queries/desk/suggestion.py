"""What the desk proposes for a matter: the agencies, the deadline, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import DomainError
from ioc.kernel.text import fold
from ioc.management.models import AreaLevel, OrganizationKind, Step
from ioc.management.queries import loading
from ioc.management.queries.reference import Due, OrganizationRef, Reference
from ioc.management.rules.routing import Route
from ioc.onscene.models import Report
from ioc.onscene.queries.wording import due_words
from ioc.onscene.rules.words import STEPS

_AT_PLACE: Final = {AreaLevel.COMMUNE.value, AreaLevel.DISTRICT.value}
_MOST_FOUND: Final = 30


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who should lead and cooperate by the routing table, and by when; `gap` says what the rules lack.

    `category_name` and `area_name` are what the row speaks of (empty: any).
    """

    lead: OrganizationRef | None
    cooperating: Sequence[OrganizationRef]
    category_name: str
    area_name: str
    route_basis: str
    due: Due | None
    gap: str


@dataclass(frozen=True, slots=True)
class AgencyGroup:
    """Some agencies under a heading, for a list to choose from."""

    name: str | Promise
    agencies: Sequence[OrganizationRef]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the reporter will read when the matter goes to an agency, and by when it is due."""

    message: str
    due_at: datetime | None
    gap: str


def suggestion(report: Report, *, at: datetime) -> Suggestion:
    """What the rules in force propose for `report` when it is passed on at `at`; no statement."""
    reference = loading.current()
    routed = reference.routed(category_id=report.category_id, area_id=report.area_id, moment=at)
    lead = reference.agencies.get(routed.lead) if routed else None
    beside = _known(reference, routed.cooperating if routed else ())
    cooperating = [reference.agencies[one] for one in beside]
    due, gap = _due(reference, report, at=at)
    return Suggestion(
        lead=lead,
        cooperating=[one for one in cooperating if one != lead],
        category_name=_category_of(reference, routed.route) if routed else "",
        area_name=_area_of(reference, routed.route) if routed else "",
        route_basis=routed.route.legal_basis if routed else "",
        due=due,
        gap=gap,
    )


def _known(reference: Reference, ids: Sequence[int]) -> list[int]:
    return [one for one in ids if one in reference.agencies]


def _due(reference: Reference, report: Report, *, at: datetime) -> tuple[Due | None, str]:
    try:
        due = reference.due(
            step=Step.HANDLE,
            kind=report.kind,
            urgency=report.urgency,
            category_id=report.category_id,
            start=at,
        )
    except DomainError as error:
        return None, f"{error.message} {error.remedy}"
    return due, ""


def _last(path: str) -> int:
    """The id at the end of a materialised path; nought for an empty one."""
    parts = [part for part in path.split("/") if part]
    return int(parts[-1]) if parts else 0


def _category_of(reference: Reference, route: Route) -> str:
    category = reference.categories.get(_last(route.category_path))
    return category.label if category else ""


def _area_of(reference: Reference, route: Route) -> str:
    area = reference.areas.get(_last(route.area_path))
    return area.name if area else ""


def dispatch_preview(report: Report, *, lead_id: int, at: datetime) -> Preview:
    """The reporter's message for passing `report` to `lead_id` at `at`; no statement."""
    reference = loading.current()
    lead = reference.agencies.get(lead_id)
    due, gap = _due(reference, report, at=at)
    message = ""
    if lead is not None and due is not None:
        facts = {"code": report.code, "agency": lead.label, "due": due_words(due.due_at.isoformat())}
        message = str(STEPS["dispatched"].message) % facts
    return Preview(message=message, due_at=due.due_at if due else None, gap=gap)


def agency_groups(report: Report) -> Sequence[AgencyGroup]:
    """All agencies, those at the report's place before the others; no statement."""
    reference = loading.current()
    here = set(reference.committees_at(report.area_id).values())
    rest = [one for one in reference.agencies.values() if one.id not in here]
    groups = (
        (_("At this place"), [reference.agencies[one] for one in _known(reference, sorted(here))]),
        (_("Departments"), _of_kind(rest, OrganizationKind.DEPARTMENT)),
        (_("Enterprises"), _of_kind(rest, OrganizationKind.ENTERPRISE)),
        (_("Central bodies in the province"), _of_kind(rest, OrganizationKind.CENTRAL)),
        (_("Districts"), _of_kind(rest, OrganizationKind.DISTRICT)),
        (_("Communes"), _of_kind(rest, OrganizationKind.COMMUNE)),
        (_("Province"), _of_kind(rest, OrganizationKind.PROVINCE, OrganizationKind.CENTER)),
    )
    return [AgencyGroup(name=name, agencies=found) for name, found in groups if found]


def _of_kind(found: Sequence[OrganizationRef], *kinds: str) -> list[OrganizationRef]:
    return sorted((one for one in found if one.kind in kinds), key=lambda one: fold(one.label))


def agencies(words: str, *, chosen: Collection[int] = ()) -> Sequence[OrganizationRef]:
    """The agencies already `chosen`, then those whose name holds `words`, with or without diacritics.

    Without words: those that are not tied to a place, for these cooperate most. At most thirty of them; no
    statement.
    """
    everything = loading.current().agencies
    first = [everything[one] for one in sorted(chosen) if one in everything]
    wanted = fold(words).split()
    rest = [one for one in everything.values() if one.id not in chosen]
    rest.sort(key=lambda one: fold(one.label))
    if wanted:
        found = [one for one in rest if all(word in fold(f"{one.name} {one.name_en}") for word in wanted)]
    else:
        found = [one for one in rest if one.kind not in _AT_PLACE]
    return first + found[:_MOST_FOUND]
