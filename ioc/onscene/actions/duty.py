"""Telling those on duty: new reports, and a call to come in."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local, local_date
from ioc.kernel.ids import new_id
from ioc.management.models import Duty, Person
from ioc.management.queries.duty import TeamNow, leads_of, teams_now
from ioc.notices.actions import Message, tell_people
from ioc.onscene.models import DutyWatch, Report
from ioc.onscene.rules.workflow import State


@transaction.atomic
def tell_of_new_reports(*, at: datetime) -> int:
    """Tell those on duty how many reports came since they were last told and still wait; how many that are.

    A team of which nobody is on duty has its lead told instead. Without teams nobody is told: everybody sees the
    queue. The first time only notes where telling begins.
    """
    watch, is_new = DutyWatch.objects.select_for_update().get_or_create(only=True, defaults={"told_until": at})
    teams = teams_now(at=at)
    if is_new or not teams:
        DutyWatch.objects.update(told_until=at)
        return 0
    came = Report.objects.filter(filed_at__gt=watch.told_until, filed_at__lte=at, state=State.FILED)
    found = came.aggregate(n=Count("id"), first=Min("filed_at"))
    watch.told_until = at
    watch.save(update_fields=["told_until"])
    if found["n"]:
        for team in teams:
            _tell_team(team, found["n"], found["first"], at=at)
    return int(found["n"])


def _tell_team(team: TeamNow, count: int, first: datetime, *, at: datetime) -> None:
    event_id = new_id()
    people = list(Person.objects.filter(id__in={one.person_id for one in team.people}, is_active=True))
    nobody = not people
    for language, group in _by_language(people or leads_of(team.team_id, day=local_date(at))):
        with translation.override(language):
            subject = ngettext("%(n)d new report waits", "%(n)d new reports wait", count) % {"n": count}
            body = _("The oldest came at %(time)s.") % {"time": f"{local(first):%H:%M}"}
            if nobody:
                body = _("Nobody of %(team)s is on duty.") % {"team": team.team} + " " + body
            tell_people(Message(event_id=event_id, subject=subject, body=body, link="/desk/"), people=group, at=at)


def tell_called_in(*, duty_id: int, actor: Actor, at: datetime) -> None:
    """Tell somebody that they are called in for a shift."""
    duty = Duty.objects.select_related("shift", "person", "replaces__person").get(id=duty_id)
    with translation.override(duty.person.language):
        facts = {
            "shift": duty.shift.name,
            "day": f"{duty.day:%d/%m/%Y}",
            "starts": f"{duty.shift.starts:%H:%M}",
            "ends": f"{duty.shift.ends:%H:%M}",
            "person": duty.replaces.person.full_name if duty.replaces else "",
            "lead": actor.name,
        }
        message = Message(
            event_id=new_id(),
            subject=_("You are called in: %(shift)s, %(day)s") % facts,
            body=_("From %(starts)s to %(ends)s, instead of %(person)s. %(lead)s asks you to come.") % facts,
            link="/desk/",
        )
    tell_people(message, people=[duty.person], at=at)


def _by_language(people: Iterable[Person]) -> list[tuple[str, list[Person]]]:
    groups: dict[str, list[Person]] = {}
    for person in people:
        groups.setdefault(person.language, []).append(person)
    return sorted(groups.items())
