"""Planning the operating team's week."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import reference
from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ioc.kernel.rights import LEAD_TEAM, MANAGE
from ioc.management.actions.audit import log_change
from ioc.management.models import Duty, Organization, RosterTemplate, RosterTemplateLine, Shift
from ioc.management.queries.roster import DAYS, is_on, monday_of, plans, staff_of, version_of, week_from

Cells = Mapping[tuple[UUID, date], Sequence[int]]
"""A person's day → the shifts (ids)."""
_NOT_THERE: Final = _("%(person)s has no position in the team on %(day)s.")
_NOT_HELD: Final = _("The shift “%(shift)s” is not held on %(day)s.")


@transaction.atomic
def save_week(*, team_id: int, day: date, cells: Cells, version: str, actor: Actor, at: datetime) -> int:
    """Write the week of `day` as planned in `cells`; how many turns were added or taken away.

    Days of people that `cells` does not name stay as they are, and so do absences and turns taken over from others.

    Raises:
        Forbidden: the actor does not plan this team's roster.
        NotFound: there is no such team.
        Conflict: somebody changed the week since `version`.
        Invalid: a shift or a person is not the team's, or not on that day.
    """
    team = held_team(team_id, actor)
    monday = monday_of(day)
    duties = _of_week(team, monday)
    if version_of(duties) != version:
        raise Conflict
    _check(team, monday, cells, duties)
    wanted = {(shift, person, day_) for (person, day_), shifts in cells.items() for shift in shifts}
    kept = {(one.shift_id, one.person_id, one.day) for one in duties}
    gone = [one for one in duties if _is_planned(one) and (one.person_id, one.day) in cells and _key(one) not in wanted]
    new = [Duty(shift_id=shift, person_id=person, day=day_) for shift, person, day_ in sorted(wanted - kept, key=str)]
    return _write(team, monday, gone, new, actor=actor, at=at)


@transaction.atomic
def copy_week(*, team_id: int, day: date, actor: Actor, at: datetime) -> int:
    """Put last week's turns into the empty days of the week of `day`; how many.

    Raises:
        Forbidden, NotFound: as `save_week`.
    """
    team = held_team(team_id, actor)
    monday = monday_of(day)
    last = _of_week(team, monday - timedelta(days=DAYS))
    lines = [(one.shift_id, one.person_id, one.day.weekday()) for one in last if one.replaces_id is None]
    return _fill(team, monday, lines, actor=actor, at=at)


@transaction.atomic
def use_template(*, template_id: int, day: date, actor: Actor, at: datetime) -> int:
    """Put a template's turns into the empty days of the week of `day`; how many.

    Raises:
        Forbidden: the actor does not plan this team's roster.
        NotFound: there is no such template.
    """
    template = RosterTemplate.objects.filter(id=template_id).first()
    if template is None:
        raise NotFound
    team = held_team(template.organization_id, actor)
    lines = template.lines.values_list("shift_id", "person_id", "weekday")
    return _fill(team, monday_of(day), list(lines), actor=actor, at=at)


@transaction.atomic
def save_template(*, team_id: int, day: date, name: str, actor: Actor, at: datetime) -> RosterTemplate:
    """Keep the week of `day` as a template; one of the same name is replaced.

    Raises:
        Forbidden, NotFound: as `save_week`.
        Invalid: the name is empty or too long, or nobody is down for anything in the week.
    """
    team = held_team(team_id, actor)
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise Invalid(fields={"name": _("Give the template a name of at most 60 letters.")})
    duties = [one for one in _of_week(team, monday_of(day)) if one.replaces_id is None]
    if not duties:
        raise Invalid(_("This week is empty: there is nothing to keep."))
    RosterTemplate.objects.filter(organization=team, name=name).delete()
    template = RosterTemplate.objects.create(organization=team, name=name)
    RosterTemplateLine.objects.bulk_create(
        RosterTemplateLine(template=template, shift_id=one.shift_id, weekday=one.day.weekday(), person_id=one.person_id)
        for one in duties
    )
    log_change(
        verb="added", kind="roster_template", record_id=template.pk, record_name=f"{team.short_name}: {name}",
        actor=actor, at=at, after={"turns": len(duties)},
    )  # fmt: skip
    return template


def held_team(team_id: int, actor: Actor) -> Organization:
    """The team, its row held, so that two plans of it follow each other.

    Raises:
        NotFound: there is no such team.
        Forbidden: the actor does not plan its roster.
    """
    team = Organization.objects.select_for_update(of=("self",)).filter(id=team_id).first()
    if team is None:
        raise NotFound
    if not plans(actor, team):
        raise Forbidden(rights=(LEAD_TEAM, MANAGE))
    return team


def _of_week(team: Organization, monday: date) -> list[Duty]:
    week = (monday, monday + timedelta(days=DAYS - 1))
    rows = Duty.objects.filter(shift__organization=team, day__range=week)
    return list(rows.select_related("shift", "person").order_by("day", "id"))


def _is_planned(duty: Duty) -> bool:
    return duty.absent_at is None and duty.replaces_id is None


def _key(duty: Duty) -> tuple[int, UUID, date]:
    return duty.shift_id, duty.person_id, duty.day


def _check(team: Organization, monday: date, cells: Cells, duties: Sequence[Duty]) -> None:
    """Only the week's days, the team's own people on days on which they are, and shifts on days on which they are.

    What is down already may stay.
    """
    week = week_from(monday)
    staff = staff_of(team, week)
    people = {one.person_id: one.person for one in duties} | {person.id: person for person in staff}
    shifts = {one.id: one for one in Shift.objects.filter(organization=team)}
    kept = {_key(one) for one in duties}
    for (person, day), wanted in cells.items():
        if person not in people or day not in week or not shifts.keys() >= set(wanted):
            raise Invalid(_("This person or shift is not of this team."))
        new = [shifts[one] for one in wanted if (one, person, day) not in kept]
        if new and day not in staff.get(people[person], ()):
            raise Invalid(_NOT_THERE % {"person": people[person].full_name, "day": f"{day:%d/%m/%Y}"})
        for one in new:
            if not is_on(one, day):
                raise Invalid(_NOT_HELD % {"shift": one.name, "day": f"{day:%d/%m/%Y}"})


def _fill(
    team: Organization, monday: date, lines: Iterable[tuple[int, UUID, int]], *, actor: Actor, at: datetime
) -> int:
    """Add the lines (shift, person, weekday) where the person is there, has nothing that day, and the shift is held."""
    taken = {(one.person_id, one.day) for one in _of_week(team, monday)}
    staff = {person.id: days for person, days in staff_of(team, week_from(monday)).items()}
    shifts = {one.id: one for one in Shift.objects.filter(organization=team)}
    new = []
    for shift_id, person_id, weekday in lines:
        day, shift = monday + timedelta(days=weekday), shifts.get(shift_id)
        is_there = (person_id, day) not in taken and day in staff.get(person_id, ())
        if is_there and shift is not None and is_on(shift, day):
            new.append(Duty(shift_id=shift_id, person_id=person_id, day=day))
    return _write(team, monday, [], new, actor=actor, at=at)


def _write(
    team: Organization, monday: date, gone: Sequence[Duty], new: Sequence[Duty], *, actor: Actor, at: datetime
) -> int:
    if not gone and not new:
        return 0
    before = sorted(str(one) for one in gone)
    Duty.objects.filter(id__in=[one.pk for one in gone]).delete()
    try:
        Duty.objects.bulk_create(new)
    except IntegrityError as error:
        raise Conflict from error
    made = Duty.objects.filter(id__in=[one.pk for one in new]).select_related("shift", "person")
    log_change(
        verb="changed", kind="roster", record_id=f"{team.pk}:{monday.isoformat()}",
        record_name=f"{team.short_name}, {monday:%d/%m/%Y}", actor=actor, at=at,
        before={"turns": before}, after={"turns": sorted(str(one) for one in made)},
    )  # fmt: skip
    reference.bump()
    return len(gone) + len(new)
