"""Who of the operating team is on duty, and what the shift before left to say: from memory, no statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from ioc.kernel.actors import Actor
from ioc.kernel.clock import PROVINCE_ZONE, local_date, now
from ioc.kernel.models import valid_on
from ioc.kernel.reference import Versioned
from ioc.kernel.rights import LEAD_TEAM
from ioc.management.models import Duty, HandOver, Organization, Person, Position, Shift
from ioc.management.rules.shifts import span_of

_AROUND: Final = timedelta(days=1)
"""Days kept beside today: night shifts began yesterday, and the kept day may be a moment old."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody's turn of a team."""

    team_id: int
    team_path: str
    team: str
    shift: str
    person_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A hand-over note that nobody has read yet."""

    id: int
    team_id: int
    text: str
    author: str
    author_id: UUID
    written_at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    teams: dict[int, tuple[str, str]]
    turns: tuple[OnDuty, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class TeamNow:
    """A team at a moment: who is there, when the present shift ends (None: nobody is there), who comes next, and the
    notes that wait to be read."""

    team_id: int
    team: str
    people: Sequence[OnDuty]
    coming: Sequence[OnDuty]
    notes: Sequence[Note]

    @property
    def ends_at(self) -> datetime | None:
        """When the first of those on duty leave."""
        return min((one.ends_at for one in self.people), default=None)

    def has(self, person_id: UUID | None) -> bool:
        """Whether the person is on duty."""
        return any(one.person_id == person_id for one in self.people)


def team_now(actor: Actor, *, at: datetime) -> TeamNow | None:
    """The actor's team at `at`; None where there are no shifts for the actor."""
    kept = _kept.get()
    team_id = _team_of(actor, kept)
    if team_id is None:
        return None
    return _team(kept, team_id, at)


def teams_now(*, at: datetime) -> list[TeamNow]:
    """All teams that have shifts, at `at`."""
    kept = _kept.get()
    return [_team(kept, team_id, at) for team_id in kept.teams]


def teams_at(*, at: datetime) -> list[TeamNow]:
    """The same at any time, read anew from the roster, with the notes that wait now; three statements."""
    read = _read(local_date(at))
    return [_team(read, team_id, at) for team_id in read.teams]


def leads_of(team_id: int, *, day: date) -> list[Person]:
    """The active people who plan the team's shifts: told when nobody is on duty. One statement."""
    path = Organization.objects.filter(id=team_id).values_list("path", flat=True).first() or ""
    above = [int(part) for part in path.split("/") if part]
    held = Position.objects.filter(valid_on(day), organization__in=above, role__rights__contains=[LEAD_TEAM])
    return list(Person.objects.filter(id__in=held.values("person_id"), is_active=True))


def _team(kept: _Kept, team_id: int, at: datetime) -> TeamNow:
    own = [one for one in kept.turns if one.team_id == team_id]
    later = sorted((one for one in own if one.starts_at > at), key=lambda one: one.starts_at)
    return TeamNow(
        team_id=team_id,
        team=kept.teams[team_id][0],
        people=[one for one in own if one.starts_at <= at < one.ends_at],
        coming=[one for one in later if one.starts_at == later[0].starts_at],
        notes=[one for one in kept.notes if one.team_id == team_id],
    )


def _team_of(actor: Actor, kept: _Kept) -> int | None:
    """The team that the actor works in, else the first below or above the actor's agencies."""
    if actor.organization_id in kept.teams:
        return actor.organization_id
    paths = {grant.organization_path for grant in actor.grants}
    near = (
        team
        for team, (_name, path) in kept.teams.items()
        if any(path.startswith(own) or own.startswith(path) for own in paths)
    )
    return next(near, None)


def _load() -> _Kept:
    return _read(local_date(now()))


def _read(today: date) -> _Kept:
    shifts = Shift.objects.filter(valid_on(today)).select_related("organization")
    teams = {one.organization_id: (one.organization.short_name, one.organization.path) for one in shifts}
    around = (today - _AROUND, today + _AROUND)
    duties = Duty.objects.filter(day__range=around, absent_at__isnull=True, person__is_active=True)
    notes = HandOver.objects.filter(read_at__isnull=True, organization__in=teams).select_related("written_by")
    return _Kept(
        teams=teams,
        turns=tuple(
            _on_duty(row)
            for row in duties.select_related("shift__organization", "person").order_by("person__full_name")
        ),
        notes=tuple(
            Note(
                id=row.pk,
                team_id=row.organization_id,
                text=row.text,
                author=row.written_by.full_name,
                author_id=row.written_by_id,
                written_at=row.written_at,
            )
            for row in notes.order_by("written_at")
        ),
    )


def _on_duty(row: Duty) -> OnDuty:
    team = row.shift.organization
    starts_at, ends_at = span_of(day=row.day, starts=row.shift.starts, ends=row.shift.ends, zone=PROVINCE_ZONE)
    return OnDuty(
        team_id=team.id,
        team_path=team.path,
        team=team.short_name,
        shift=row.shift.name,
        person_id=row.person_id,
        name=row.person.full_name,
        starts_at=starts_at,
        ends_at=ends_at,
    )


_kept: Final = Versioned(_load)
