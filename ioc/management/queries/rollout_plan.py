"""What one step of opening would do; the step itself does exactly this."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, Text
from ioc.management.models import Audience
from ioc.management.queries import loading
from ioc.management.queries.reference import Reference
from ioc.management.queries.rollout_day import DayPreview, preview
from ioc.management.rules.rollout import WHOLE_PROVINCE, Opening


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """Which systems (codes) are to be opened to which audiences in which areas (ids; none: the whole province)."""

    systems: tuple[str, ...]
    audiences: tuple[str, ...]
    areas: tuple[int, ...]
    valid_from: date
    legal_basis: str
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One row that would be made."""

    system: str
    audience: str
    area_id: int | None
    valid_to: date | None


def planned(plan: OpeningPlan) -> list[Planned]:
    """The rows that `plan` needs; none for what is open by then anyway. No statement.

    Raises:
        Invalid: the plan is incomplete, or names what there is not.
    """
    reference = loading.current()
    _check(plan, reference)
    areas: list[tuple[int | None, str]] = [(area, reference.areas[area].path) for area in plan.areas] or [
        (None, WHOLE_PROVINCE)
    ]
    return [
        Planned(
            system=system, audience=audience, area_id=area, valid_to=_until(reference, plan, system, audience, path)
        )
        for system in plan.systems
        for audience in plan.audiences
        for area, path in areas or [(None, WHOLE_PROVINCE)]
        if not reference.rollout.is_open(system=system, area_path=path, day=plan.valid_from, audience=audience)
    ]


def plan_preview(plan: OpeningPlan, *, today: date, actor: Actor) -> DayPreview:
    """What will be different on the plan's day from today, the plan's rows counted in.

    Raises:
        Forbidden: the actor may not manage.
        Invalid: as `planned`.
    """
    reference = loading.current()
    rows = [
        Opening(
            id=0,
            system=row.system,
            audience=row.audience,
            area_paths=(reference.areas[row.area_id].path if row.area_id else WHOLE_PROVINCE,),
            valid_from=plan.valid_from,
            valid_to=row.valid_to,
        )
        for row in planned(plan)
    ]
    return preview(today=today, day=plan.valid_from, actor=actor, after=reference.rollout.with_rows(rows))


def _check(plan: OpeningPlan, reference: Reference) -> None:
    wrong: dict[str, Text] = {}
    if not plan.systems or set(plan.systems) - reference.systems.keys():
        wrong["systems"] = _("Choose at least one system.")
    if not plan.audiences or set(plan.audiences) - set(Audience.values):
        wrong["audiences"] = _("Choose for whom.")
    if set(plan.areas) - reference.areas.keys():
        wrong["areas"] = _("There is no such area.")
    if not plan.legal_basis.strip():
        wrong["legal_basis"] = _("Say what it rests on.")
    if wrong:
        raise Invalid(fields=wrong)


def _until(reference: Reference, plan: OpeningPlan, system: str, audience: str, path: str) -> date | None:
    """Where the same is to open later anyway, the day on which it does."""
    return min(_later(reference, plan, system, audience, path), default=None)


def _later(reference: Reference, plan: OpeningPlan, system: str, audience: str, path: str) -> Iterator[date]:
    for row in reference.rollout.rows:
        same = row.system == system and row.audience == audience and row.covers(path)
        if same and row.valid_from > plan.valid_from:
            yield row.valid_from
