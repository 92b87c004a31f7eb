"""Putting a report right before an agency has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, Text
from ioc.kernel.quadkeys import quadkey
from ioc.kernel.text import clean
from ioc.management.models import Urgency
from ioc.management.queries import loading
from ioc.onscene.actions.clocks import count_again
from ioc.onscene.actions.searching import words_of
from ioc.onscene.actions.steps import change, locked, require_triage
from ioc.onscene.models import Report
from ioc.onscene.rules.filing import LONGEST_PLACE
from ioc.onscene.rules.workflow import QUEUE_STATES, NotNow, State

LONGEST_TITLE: Final = 160
_SETS_DEADLINE: Final = frozenset({"category_id", "kind", "urgency"})


@dataclass(frozen=True, slots=True)
class Correction:
    """What the team puts right; None leaves a value as it is."""

    category: str | None = None
    urgency: str | None = None
    kind: str | None = None
    title: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    area_code: str | None = None
    place_text: str | None = None


@transaction.atomic
def correct(
    *, report_id: UUID, correction: Correction, actor: Actor, at: datetime, reason: str = "", version: int | None = None
) -> Report:
    """Put category, urgency, kind, title or place right while the team has the report.

    Where another deadline row covers the new case, a running deadline is set again from where it began, with the
    time that questions and extensions gave. A kind that has a legal way of its own is not set here but by `guide`.

    Raises:
        Forbidden, NotFound, Conflict: see `steps`.
        NotNow: the report is no longer with the team.
        Invalid: names each value that cannot be; the place lies outside the province.
        NoRule, CalendarGap: no deadline can be set for the new case.
    """
    report = locked(report_id, version=version)
    require_triage(actor, report)
    if State(report.state) not in QUEUE_STATES:
        raise NotNow(before=report.state)
    fields = _corrected(report, correction, at=at)
    if fields:
        change(report, verb="corrected", actor=actor, at=at, reason=reason, **fields)
        if _SETS_DEADLINE & fields.keys():
            count_again(report)
        report.words = words_of(report)
        report.save(update_fields=["due_at", "due_from", "words"])
    return report


def _corrected(report: Report, correction: Correction, *, at: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if correction.category is not None:
        fields["category_id"] = loading.current().category(correction.category).id
    for name in ("urgency", "kind"):
        if getattr(correction, name) is not None:
            fields[name] = getattr(correction, name)
    for name in ("title", "place_text"):
        if getattr(correction, name) is not None:
            fields[name] = clean(getattr(correction, name))
    fields |= _corrected_place(correction, at=at)
    changed = {name: value for name, value in fields.items() if getattr(report, name) != value}
    _check(changed)
    return changed


def _check(changed: dict[str, Any]) -> None:
    """Pass in silence when every changed value can be.

    Raises:
        Invalid: says for each field what is wrong.
    """
    wrong: dict[str, Text] = {}
    if "kind" in changed:
        _check_kind(changed["kind"], wrong)
    if "urgency" in changed and changed["urgency"] not in Urgency:
        wrong["urgency"] = _("Please choose how pressing it is.")
    if "title" in changed and not 0 < len(changed["title"]) <= LONGEST_TITLE:
        wrong["title"] = _("Please write a title of 1 to %(most)s letters.") % {"most": LONGEST_TITLE}
    if len(changed.get("place_text", "")) > LONGEST_PLACE:
        wrong["place_text"] = _("Please describe the place in fewer words.")
    if wrong:
        raise Invalid(fields=wrong)


def _check_kind(code: str, wrong: dict[str, Text]) -> None:
    kind = loading.current().kinds.get(code)
    if kind is None:
        wrong["kind"] = _("Please choose what kind of report this is.")
    elif not kind.handled_here:
        wrong["kind"] = _("This kind has a legal way of its own: use “guide”, so that the reporter is told it.")


def _corrected_place(correction: Correction, *, at: datetime) -> dict[str, Any]:
    reference = loading.current()
    day = reference.map_day(at)
    if correction.latitude is not None and correction.longitude is not None:
        latitude, longitude = correction.latitude, correction.longitude
        area = reference.commune_at(latitude=latitude, longitude=longitude, day=day)
        point: dict[str, Any] = {
            "latitude": latitude,
            "longitude": longitude,
            "quadkey": quadkey(latitude, longitude),
            "accuracy_m": None,
        }
    elif correction.area_code:
        area = reference.commune_by_code(correction.area_code, day=day)
        point = {}
    else:
        return {}
    if area is None:
        raise Invalid(fields={"place": _("This place is outside the province. Please move the point.")})
    return point | {"area_id": area.id, "area_path": area.path}
