"""The rollout as bars in time, system by system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.management.models import Audience, Rollout
from ioc.management.queries import loading
from ioc.management.queries.reference import SystemRef, in_language
from ioc.management.rules.rollout import overlaps

_AHEAD: Final = timedelta(days=120)
_BEHIND: Final = timedelta(days=60)
_MOST_MARKS: Final = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the table as a bar: where it begins and how long it is, in percent of the time shown."""

    row: Any
    start: str
    width: str
    state: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A system for an audience."""

    audience: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Group:
    """A system with its lanes; to the `unlimited` audiences it is open everywhere, for no row speaks of them."""

    system: SystemRef
    lanes: Sequence[Lane]
    unlimited: Sequence[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step of opening planned, not begun yet."""

    batch: UUID
    valid_from: date
    systems: Sequence[str]
    audiences: Sequence[str]
    areas: Sequence[str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All systems from `first` to `last`; `marks` are (place in percent, day); `pairs` say the same twice."""

    groups: Sequence[Group]
    first: date
    last: date
    today: str
    marks: Sequence[tuple[str, date]]
    pairs: Sequence[tuple[Any, Any]]
    batches: Sequence[Batch]


def timeline(*, today: date, actor: Actor) -> Timeline:
    """The whole rollout; one statement.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    rows = list(
        Rollout.objects.select_related("system", "area")
        .defer("area__boundary")
        .order_by("valid_from", "audience", "id")
    )
    first = min([today, *(row.valid_from for row in rows)]) - _BEHIND
    last = max([today, *(row.valid_to or row.valid_from for row in rows)]) + _AHEAD
    scale = _Scale(first, last)
    by_id = {row.id: row for row in rows}
    reference = loading.current()
    return Timeline(
        groups=[_group(system, rows, scale, today) for system in reference.systems.values()],
        first=first,
        last=last,
        today=scale.at(today),
        marks=_marks(scale),
        pairs=[
            (by_id[one.id], by_id[other.id])
            for one, other in overlaps(reference.rollout.rows)
            if one.id in by_id and other.id in by_id
        ],
        batches=_batches(rows, today),
    )


def _batches(rows: Sequence[Rollout], today: date) -> list[Batch]:
    """The steps that can still be undone: all their rows lie ahead."""
    steps: dict[UUID, list[Rollout]] = {}
    for row in rows:
        if row.batch is not None:
            steps.setdefault(row.batch, []).append(row)
    return [
        Batch(
            batch=batch,
            valid_from=min(row.valid_from for row in own),
            systems=list(dict.fromkeys(in_language(row.system.name, row.system.name_en) for row in own)),
            audiences=list(dict.fromkeys(str(row.get_audience_display()) for row in own)),
            areas=list(dict.fromkeys(row.area.name if row.area else _("whole province") for row in own)),
        )
        for batch, own in steps.items()
        if all(row.valid_from > today for row in own)
    ]


class _Scale:
    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._days = (last - first).days or 1

    def share(self, day: date) -> float:
        return min(max((day - self.first).days / self._days, 0), 1) * 100

    def at(self, day: date) -> str:
        """The place of a day, as an attribute of an SVG takes it whatever the reader's language."""
        return f"{self.share(day):.2f}%"


def _group(system: SystemRef, rows: Sequence[Rollout], scale: _Scale, today: date) -> Group:
    lanes, unlimited = [], []
    for audience in Audience:
        own = [row for row in rows if row.system.code == system.code and row.audience == audience]
        if own:
            lanes.append(Lane(audience=str(audience.label), bars=[_bar(row, scale, today) for row in own]))
        else:
            unlimited.append(str(audience.label))
    return Group(system=system, lanes=lanes, unlimited=unlimited)


def _bar(row: Rollout, scale: _Scale, today: date) -> Bar:
    start, end = scale.share(row.valid_from), scale.share(row.valid_to or scale.last)
    state = "coming" if row.valid_from > today else "now" if row.valid_to is None or row.valid_to > today else "ended"
    return Bar(row=row, start=f"{start:.2f}%", width=f"{max(end - start, 0.4):.2f}%", state=state)


def _marks(scale: _Scale) -> list[tuple[str, date]]:
    """The firsts of months that are named below the bars: as many as there is room for, none cut at the edges."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month
    step = next(one for one in (1, 3, 6, 12, 24, 60, 600) if months / one <= _MOST_MARKS)
    found: list[tuple[str, date]] = []
    number = scale.first.year * 12 + scale.first.month
    while True:
        number += 1
        day = date((number - 1) // 12, (number - 1) % 12 + 1, 1)
        if day > scale.last:
            return found
        if (number - 1) % step == 0 and 3 < scale.share(day) < 97:
            found.append((scale.at(day), day))
