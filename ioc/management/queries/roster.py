"""A team's week: who is down for what, what clashes, where people are missing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.clock import PROVINCE_ZONE
from ioc.kernel.errors import Forbidden, NotFound, Text
from ioc.kernel.rights import LEAD_TEAM, MANAGE, PUBLISH, TRIAGE
from ioc.management.models import CalendarDay, Duty, Leave, Organization, Person, Position, RosterTemplate, Shift
from ioc.management.rules.shifts import Clash, ClashKind, Turn, clashes, span_of

DAYS: Final = 7
_TOLD: Final[Mapping[ClashKind, Text]] = {
    ClashKind.DOUBLE: _("two shifts at once"),
    ClashKind.LEAVE: _("on leave"),
    ClashKind.REST: _("less than 12 hours of rest"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week; `holiday` names what it is in the calendar, if anything."""

    day: date
    holiday: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A person's day: the shifts (ids joined by "+"; empty: none), what clashes, and whether it may be changed."""

    person_id: UUID
    day: date
    value: str
    options: Sequence[tuple[str, str]]
    problems: Sequence[Text]
    is_away: bool
    marks: Sequence[str]

    @property
    def name(self) -> str:
        """What the form calls it."""
        return cell_name(self.person_id, self.day)


@dataclass(frozen=True, slots=True)
class Line:
    """A person's week, and how many shifts that is."""

    person_id: UUID
    name: str
    cells: Sequence[Cell]
    count: int


@dataclass(frozen=True, slots=True)
class Staffing:
    """A shift's people, day by day: how many are down and how many are needed (0: not on this weekday)."""

    shift: Any
    days: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Roster:
    """The week from `monday`. `version` changes with every change of it."""

    team: Organization
    monday: date
    days: Sequence[Day]
    lines: Sequence[Line]
    staffing: Sequence[Staffing]
    duties: Sequence[Duty]
    templates: Sequence[RosterTemplate]
    clashes: Sequence[tuple[str, date, Text]]
    version: str

    @property
    def missing(self) -> int:
        """How many turns nobody is down for yet."""
        return sum(max(needed - down, 0) for one in self.staffing for down, needed in one.days)


def cell_name(person_id: UUID, day: date) -> str:
    """What a form calls a person's day."""
    return f"cell-{person_id}-{day.isoformat()}"


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def teams(actor: Actor) -> list[Organization]:
    """The teams that have shifts and whose roster the actor plans (administrators: all), by name.

    Raises:
        Forbidden: the actor plans none at all.
    """
    if not actor.has(LEAD_TEAM) and not actor.has(MANAGE):
        raise Forbidden(rights=(LEAD_TEAM, MANAGE))
    rows = Organization.objects.filter(shifts__isnull=False).distinct().order_by("name")
    return [row for row in rows if plans(actor, row)]


def plans(actor: Actor, team: Organization) -> bool:
    """Whether the actor plans the roster of `team`."""
    return any(actor.has(right) and actor.reaches_organization(right, team.path) for right in (LEAD_TEAM, MANAGE))


def staff_of(team: Organization, days: Sequence[date]) -> dict[Person, set[date]]:
    """The active people who take reports in for the team on any of the days, by name, each with those days."""
    held = Position.objects.filter(
        Q(role__rights__contains=[TRIAGE]) | Q(role__rights__contains=[PUBLISH]),
        Q(valid_to__isnull=True) | Q(valid_to__gt=min(days)),
        organization=team, person__is_active=True, valid_from__lte=max(days),
    )  # fmt: skip
    found: dict[Person, set[date]] = defaultdict(set)
    for row in held.select_related("person").order_by("person__full_name", "id"):
        on = {day for day in days if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)}
        if on:
            found[row.person] |= on
    return dict(found)


def week_from(monday: date) -> list[date]:
    """The days of the week that begins on `monday`."""
    return [monday + timedelta(days=number) for number in range(DAYS)]


def roster(*, team_id: int, day: date, actor: Actor) -> Roster:
    """The week of `day`; eight statements, whatever there is.

    Raises:
        Forbidden: the actor does not plan this team's roster.
        NotFound: there is no such team.
    """
    team = Organization.objects.filter(id=team_id).first()
    if team is None:
        raise NotFound(team=team_id)
    if not plans(actor, team):
        raise Forbidden(rights=(LEAD_TEAM, MANAGE))
    monday = monday_of(day)
    return _Week(team, monday).roster()


class _Week:
    """The rows of a week, read once."""

    def __init__(self, team: Organization, monday: date) -> None:
        self.team, self.monday = team, monday
        self.days = week_from(monday)
        last = self.days[-1]
        shifts = Shift.objects.filter(organization=team, valid_from__lte=last)
        self.shifts = list(
            shifts.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=monday)).order_by("position", "starts", "id")
        )
        around = (monday - timedelta(days=1), last + timedelta(days=1))
        duties = Duty.objects.filter(shift__organization=team, day__range=around).select_related(
            "shift", "person", "replaces__person", "replacement__person"
        )
        self.around = list(duties.order_by("day", "shift__position", "shift__starts", "id"))
        self.duties = [one for one in self.around if one.day in self.days]
        held = staff_of(team, self.days)
        self.held = {person.id: days for person, days in held.items()}
        staff = {person.id: person for person in held}
        staff |= {one.person_id: one.person for one in self.duties if one.person_id not in staff}
        self.people = sorted(staff.values(), key=lambda person: person.full_name)
        self.away = _away([person.id for person in self.people], monday, last)
        self.holidays = dict(CalendarDay.objects.filter(day__in=self.days).values_list("day", "name"))
        self.clashes = self._clashes()

    def _clashes(self) -> list[Clash]:
        turns = [
            Turn(one.pk, one.person_id, one.day, *span_of(
                day=one.day, starts=one.shift.starts, ends=one.shift.ends, zone=PROVINCE_ZONE
            ))
            for one in self.around
            if one.absent_at is None
        ]  # fmt: skip
        return [clash for clash in clashes(turns, away=self.away) if clash.turn.day in self.days]

    def roster(self) -> Roster:
        by_cell: dict[tuple[UUID, date], list[Duty]] = defaultdict(list)
        for duty in self.duties:
            by_cell[duty.person_id, duty.day].append(duty)
        names = {person.id: person.full_name for person in self.people}
        return Roster(
            team=self.team,
            monday=self.monday,
            days=[Day(day, self.holidays.get(day, "")) for day in self.days],
            lines=[self._line(person, by_cell) for person in self.people],
            staffing=[self._staffing(shift) for shift in self.shifts],
            duties=self.duties,
            templates=list(RosterTemplate.objects.filter(organization=self.team).order_by("name")),
            clashes=[(names[one.turn.person], one.turn.day, _TOLD[one.kind]) for one in self.clashes],
            version=version_of(self.duties),
        )

    def _line(self, person: Person, by_cell: Mapping[tuple[UUID, date], Sequence[Duty]]) -> Line:
        cells = [self._cell(person.id, day, by_cell.get((person.id, day), ())) for day in self.days]
        return Line(person.id, person.full_name, cells, sum(len(cell.value.split("+")) for cell in cells if cell.value))

    def _cell(self, person_id: UUID, day: date, duties: Sequence[Duty]) -> Cell:
        planned = [one for one in duties if one.absent_at is None and one.replaces_id is None]
        value = "+".join(str(one.shift_id) for one in planned)
        is_held = day in self.held.get(person_id, ())
        options = [(str(one.id), one.name) for one in self.shifts if is_held and is_on(one, day)]
        if value and value not in dict(options):
            options.append((value, " + ".join(one.shift.name for one in planned)))
        told = [clash for clash in self.clashes if (clash.turn.person, clash.turn.day) == (person_id, day)]
        return Cell(
            person_id=person_id,
            day=day,
            value=value,
            options=options,
            problems=[_TOLD[one.kind] for one in told],
            is_away=any(start <= day and (end is None or day < end) for start, end in self.away.get(person_id, ())),
            marks=_marks(duties),
        )

    def _staffing(self, shift: Shift) -> Staffing:
        down = Counter(one.day for one in self.duties if one.shift_id == shift.id and one.absent_at is None)
        return Staffing(shift, [(down[day], shift.needed if is_on(shift, day) else 0) for day in self.days])


def is_on(shift: Shift, day: date) -> bool:
    """Whether the shift is held on `day`."""
    in_force = shift.valid_from <= day and (shift.valid_to is None or day < shift.valid_to)
    return in_force and day.weekday() in shift.weekdays


def _marks(duties: Sequence[Duty]) -> list[str]:
    """What the roster itself does not say of a day: absences, and turns taken over from others."""
    marks = []
    for one in duties:
        if one.absent_at is not None:
            marks.append(_("%(shift)s: absent") % {"shift": one.shift.name})
        elif one.replaces_id is not None and one.replaces is not None:
            marks.append(
                _("%(shift)s: for %(person)s") % {"shift": one.shift.name, "person": one.replaces.person.full_name}
            )
    return marks


def _away(people: Sequence[UUID], first: date, last: date) -> dict[UUID, list[tuple[date, date | None]]]:
    """Leave that touches the days."""
    found: dict[UUID, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Leave.objects.filter(person__in=people, called_off_at__isnull=True, valid_from__lte=last)
    for row in rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first)):
        found[row.person_id].append((row.valid_from, row.valid_to))
    return dict(found)


def version_of(duties: Sequence[Duty]) -> str:
    """A mark that changes whenever a week's duties do."""
    text = ",".join(sorted(f"{one.pk}:{one.shift_id}:{one.absent_at or ''}" for one in duties))
    return sha256(text.encode()).hexdigest()[:16]
