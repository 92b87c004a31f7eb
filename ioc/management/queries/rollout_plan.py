"""What one step of opening would do; the step itself does exactly this."""

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
    valid_from: date
    valid_to: date | None


def planned(plan: OpeningPlan) -> list[Planned]:
    """The rows that `plan` needs to be open without a gap; none for what is open anyway. No statement.

    Raises:
        Invalid: the plan is incomplete, or names what there is not.
    """
    reference = loading.current()
    _check(plan, reference)
    areas: list[tuple[int | None, str]] = [(area, reference.areas[area].path) for area in plan.areas] or [
        (None, WHOLE_PROVINCE)
    ]
    return [
        Planned(system=system, audience=audience, area_id=area, valid_from=begins, valid_to=ends)
        for system in plan.systems
        for audience in plan.audiences
        for area, path in areas
        for begins, ends in reference.rollout.gaps(
            system=system, area_path=path, since=plan.valid_from, audience=audience
        )
    ]


def plan_preview(plan: OpeningPlan, *, today: date, actor: Actor) -> DayPreview:
    """What will be different from today on the day on which the plan's first row begins, its rows counted in.

    Where nothing is (it is open today and would have closed until then): what that day would be without them.

    Raises:
        Forbidden: the actor may not manage.
        Invalid: as `planned`.
    """
    reference, made = loading.current(), planned(plan)
    day = min((row.valid_from for row in made), default=plan.valid_from)
    rows = [
        Opening(
            id=0,
            system=row.system,
            audience=row.audience,
            area_paths=(reference.areas[row.area_id].path if row.area_id else WHOLE_PROVINCE,),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in made
    ]
    after = reference.rollout.with_rows(rows)
    found = preview(today=today, day=day, actor=actor, after=after)
    return found if found.changes or not rows else preview(today=day, day=day, actor=actor, after=after)


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
