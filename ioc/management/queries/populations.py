"""How many people live where: for rates per 1,000 people, and what a file of populations would change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.management.models import Area, Population
from ioc.management.rules.population_cells import Entry


@dataclass(frozen=True, slots=True)
class People:
    """The people of an area in a year, with who says so."""

    people: int
    year: int
    source: str
    is_estimate: bool

    def per_thousand(self, count: int) -> float:
        """`count` for each 1,000 people."""
        return count * 1000 / self.people


def populations(areas: Iterable[int], *, year: int) -> dict[int, People]:
    """Area → its latest population up to `year`; one statement."""
    rows = Population.objects.filter(area__in=[*areas], year__lte=year).order_by("year")
    return {row.area_id: People(row.people, row.year, row.source, row.is_estimate) for row in rows}


class Outcome(StrEnum):
    """What becomes of a row of a file."""

    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row with the area that it is about and the population that is there already."""

    entry: Entry
    outcome: Outcome
    area: Area | None = None
    before: Population | None = None


def plan_populations(entries: Sequence[Entry], *, actor: Actor) -> list[Planned]:
    """What each row would do; two statements.

    A code means the unit that had it at the end of the row's year: codes are used again over time.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    by_code: dict[str, list[Area]] = {}
    for row in Area.objects.defer("boundary").order_by("-valid_from"):
        by_code.setdefault(row.code, []).append(row)
    known = {(row.area_id, row.year): row for row in Population.objects.select_related("area")}
    seen: dict[tuple[int, int], int] = {}
    return [_planned(one, by_code, known, seen) for one in entries]


def _planned(
    entry: Entry,
    by_code: Mapping[str, list[Area]],
    known: Mapping[tuple[int, int], Population],
    seen: dict[tuple[int, int], int],
) -> Planned:
    if entry.problems:
        return Planned(entry, Outcome.WRONG)
    area = _area(entry, by_code)
    if area is None:
        return _wrong(entry, "code", _("No unit had this code in that year."))
    key = (area.pk, entry.year)
    if key in seen:
        return _wrong(entry, "code", _("Row %(row)d is about the same unit and year.") % {"row": seen[key]})
    seen[key] = entry.number
    before = known.get(key)
    return Planned(entry, _outcome(entry, before), area, before)


def _wrong(entry: Entry, column: str, text: Any) -> Planned:
    return Planned(replace(entry, problems={column: text}), Outcome.WRONG)


def _area(entry: Entry, by_code: Mapping[str, list[Area]]) -> Area | None:
    """By the code as typed, or with the noughts that a spreadsheet dropped."""
    code, day = entry.cells["code"], date(entry.year, 12, 31)
    for tried in dict.fromkeys((code, code.zfill(5), code.zfill(2))):
        for row in by_code.get(tried, ()):
            if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
                return row
    return None


def _outcome(entry: Entry, before: Population | None) -> Outcome:
    if before is None:
        return Outcome.NEW
    same = (before.people, before.source, before.is_estimate) == values_of(entry)
    return Outcome.UNCHANGED if same else Outcome.CHANGED


def values_of(entry: Entry) -> tuple[int, str, bool]:
    """People, source and whether it is an estimate."""
    return entry.people, entry.cells["source"], entry.is_estimate
