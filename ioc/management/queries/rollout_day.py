"""The rollout on a day: what opens and closes until then, whom it concerns, and what is not ready for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.calendar import CalendarGap
from ioc.kernel.clock import PROVINCE_ZONE
from ioc.kernel.errors import Text
from ioc.kernel.models import valid_on
from ioc.kernel.rights import APPROVE, HANDLE, MANAGE
from ioc.management.models import Audience, KindCode, Position, Step, SystemCode, Urgency
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, Reference
from ioc.management.rules.deadlines import NoRule
from ioc.management.rules.rollout import Openings, changes


@dataclass(frozen=True, slots=True)
class Differs:
    """What becomes of a system for an audience."""

    system: str
    audience: str
    opens: Sequence[AreaRef]
    closes: Sequence[AreaRef]


@dataclass(frozen=True, slots=True)
class Readiness:
    """A commune that opens, and what is missing there."""

    area: AreaRef
    missing: Sequence[Text]


@dataclass(frozen=True, slots=True)
class DayPreview:
    """From one day to another: what differs, the communes concerned and the accounts of their staff."""

    day: date
    changes: Sequence[Differs]
    communes: int
    staff: int
    opening: Sequence[Readiness]

    @property
    def unready(self) -> list[Readiness]:
        """The opening communes where something is missing."""
        return [one for one in self.opening if one.missing]


def preview(
    *, today: date, day: date, actor: Actor, before: Openings | None = None, after: Openings | None = None
) -> DayPreview:
    """What will be different on `day` from `today`; with `after` as the rollout would be. Three statements.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    reference = loading.current()
    communes = {area.id: area for area in reference.communes_on(_map_day(reference, day))}
    found = changes(
        before=before or reference.rollout,
        after=after or reference.rollout,
        systems=list(reference.systems),
        audiences=list(Audience),
        areas={area.id: area.path for area in communes.values()},
        day_before=today,
        day_after=day,
    )
    touched = {area for one in found for area in (*one.opens, *one.closes)}
    opened = {area for one in found if one.system in _FOR_REPORTS for area in one.opens}
    return DayPreview(
        day=day,
        changes=[
            Differs(
                system=reference.systems[one.system].label,
                audience=str(Audience(one.audience).label),
                opens=[communes[area] for area in one.opens],
                closes=[communes[area] for area in one.closes],
            )
            for one in found
        ],
        communes=len(touched),
        staff=_staff(reference, touched, day),
        opening=readiness([communes[area] for area in sorted(opened)], day=day),
    )


_FOR_REPORTS = frozenset({SystemCode.ON_SCENE.value, SystemCode.CITIZEN.value})


def _map_day(reference: Reference, day: date) -> date:
    return reference.map_day(datetime.combine(day, time(12), tzinfo=PROVINCE_ZONE))


def open_on(*, system: str, audience: str, day: date) -> dict[int, bool]:
    """Commune → whether the system is open there to the audience on `day`; no statement."""
    reference = loading.current()
    return {
        area.id: reference.rollout.is_open(system=system, area_path=area.path, day=day, audience=audience)
        for area in reference.communes_on(_map_day(reference, day))
    }


def readiness(areas: Sequence[AreaRef], *, day: date) -> list[Readiness]:
    """What each commune needs before reports from it can be handled; one statement."""
    reference = loading.current()
    held = _rights_held(reference, areas, day)
    moment = datetime.combine(day, time(9), tzinfo=PROVINCE_ZONE)
    without_term = _steps_without_deadline(reference, moment)
    return [Readiness(area, _missing(reference, area, held, without_term, moment)) for area in areas]


def _rights_held(reference: Reference, areas: Iterable[AreaRef], day: date) -> Mapping[int, set[str]]:
    """Commune → the rights that active people of its People's Committee hold there on `day`."""
    committees = {reference.committees_at(area.id).get(area.level): area.id for area in areas}
    held: dict[int, set[str]] = {}
    rows = Position.objects.filter(valid_on(day), organization__in=[one for one in committees if one])
    for organization, rights in rows.filter(person__is_active=True).values_list("organization_id", "role__rights"):
        held.setdefault(committees[organization], set()).update(rights)
    return held


def _missing(
    reference: Reference,
    area: AreaRef,
    held: Mapping[int, set[str]],
    without_term: Sequence[Text],
    moment: datetime,
) -> list[Text]:
    found: list[Text] = []
    if area.level not in reference.committees_at(area.id):
        found.append(_("no People's Committee among the agencies"))
    else:
        rights = held.get(area.id, set())
        if HANDLE not in rights:
            found.append(_("no officer"))
        if APPROVE not in rights:
            found.append(_("no head"))
    gaps = [
        one.label
        for one in reference.leaf_categories
        if reference.routed(category_id=one.id, area_id=area.id, moment=moment) is None
    ]
    if gaps:
        found.append(
            _("no routing for: %(categories)s") % {"categories": ", ".join(gaps[:3]) + ("…" if gaps[3:] else "")}
        )
    return found + list(without_term)


def _steps_without_deadline(reference: Reference, moment: datetime) -> list[Text]:
    """The steps for which no deadline is in force: the same for all communes."""
    return [
        _("no deadline for: %(step)s") % {"step": step.label}
        for step in (Step.RECEIVE, Step.HANDLE, Step.PUBLISH)
        if not all(_has_deadline(reference, step, category.id, moment) for category in reference.leaf_categories)
    ]


def _has_deadline(reference: Reference, step: Step, category_id: int, moment: datetime) -> bool:
    """Whether a step that begins then can be given a deadline: a rule covers it and the calendar reaches."""
    try:
        reference.due(step=step, kind=KindCode.ON_SCENE, urgency=Urgency.NORMAL, category_id=category_id, start=moment)
    except (NoRule, CalendarGap):
        return False
    return True


def _staff(reference: Reference, areas: set[int], day: date) -> int:
    """Active accounts of the People's Committees there."""
    committees = [reference.committees_at(area).get(reference.areas[area].level) for area in areas]
    rows = Position.objects.filter(valid_on(day), organization__in=[one for one in committees if one])
    return rows.filter(person__is_active=True).values("person").distinct().count()
