"""The operating team's roster: a week as a grid, templates, absences."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import LEAD_TEAM, MANAGE
from ioc.management.actions import duty as duty_actions
from ioc.management.actions import rostering
from ioc.management.queries import roster
from ioc.management.queries.duty import teams_now
from ioc.management.views.common import day_asked, number_or_none

_CELL = "cell-"


@require_safe
@staff(LEAD_TEAM, MANAGE)
def week(request: Request) -> HttpResponse:
    """A team's week; the first team that the actor plans when none is chosen."""
    teams = roster.teams(request.actor)
    if not teams:
        return render(request, "management/roster_empty.html")
    wanted = number_or_none(request, "team")
    team = next((one for one in teams if one.id == wanted), teams[0])
    found = roster.roster(team_id=team.id, day=day_asked(request, "week"), actor=request.actor)
    today = local_date(now())
    context = {
        "found": found,
        "teams": teams,
        "today": today,
        "before": found.monday - timedelta(days=7),
        "after": found.monday + timedelta(days=7),
        "present": [one for one in teams_now(at=now()) if one.team_id == team.id],
        "soon": [one for one in found.duties if one.day >= today],
        "staff": [(line.person_id, line.name) for line in found.lines],
    }
    return render(request, "management/roster.html", context)


def _posted_day(request: Request) -> date:
    try:
        return date.fromisoformat(request.POST.get("week", ""))
    except ValueError:
        return local_date(now())


def _posted_number(request: Request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _back(request: Request) -> str:
    return f"{reverse('manage_roster')}?team={_posted_number(request, 'team')}&week={_posted_day(request).isoformat()}"


@require_POST
@staff(LEAD_TEAM, MANAGE)
def save(request: Request) -> HttpResponse:
    """Write the grid as it was sent."""
    return act(
        request,
        do=lambda: rostering.save_week(
            team_id=_posted_number(request, "team"),
            day=_posted_day(request),
            cells=_cells(request.POST.dict()),
            version=request.POST.get("version", ""),
            actor=request.actor,
            at=now(),
        ),
        back=_back(request),
        done=_("Saved."),
    )


def _cells(given: Mapping[str, object]) -> dict[tuple[UUID, date], list[int]]:
    """The grid's fields: "cell-<person>-<day>" with shift ids joined by "+".

    Raises:
        Invalid: a field is not one of ours.
    """
    found: dict[tuple[UUID, date], list[int]] = {}
    for name, value in given.items():
        if not name.startswith(_CELL):
            continue
        rest = name.removeprefix(_CELL)
        try:
            key = UUID(rest[:36]), date.fromisoformat(rest[37:])
            found[key] = [int(part) for part in str(value).split("+") if part]
        except ValueError as error:
            raise Invalid(_("This form is damaged; please load the page again.")) from error
    return found


@require_POST
@staff(LEAD_TEAM, MANAGE)
def copy(request: Request) -> HttpResponse:
    """Fill the empty days from last week."""
    added: list[int] = []
    team, day = _posted_number(request, "team"), _posted_day(request)
    return act(
        request,
        do=lambda: added.append(rostering.copy_week(team_id=team, day=day, actor=request.actor, at=now())),
        back=_back(request),
        done=_added_later(added),
    )


def _added(added: list[int]) -> str:
    """How many turns were added."""
    count = sum(added)
    if not count:
        return _("Nothing to add: each day has its people already, or there was nothing to copy.")
    return ngettext("%(n)d turn added. Look it over.", "%(n)d turns added. Look them over.", count) % {"n": count}


_added_later = lazy(_added, str)
"""Known only once it is done."""


@require_POST
@staff(LEAD_TEAM, MANAGE)
def template(request: Request) -> HttpResponse:
    """Keep the week as a template."""
    team, day = _posted_number(request, "team"), _posted_day(request)
    return act(
        request,
        do=lambda: rostering.save_template(
            team_id=team, day=day, name=request.POST.get("name", ""), actor=request.actor, at=now()
        ),
        back=_back(request),
        done=_("Kept as a template."),
    )


@require_POST
@staff(LEAD_TEAM, MANAGE)
def use(request: Request) -> HttpResponse:
    """Fill the empty days from a template."""
    added: list[int] = []
    number, day = _posted_number(request, "template"), _posted_day(request)
    return act(
        request,
        do=lambda: added.append(rostering.use_template(template_id=number, day=day, actor=request.actor, at=now())),
        back=_back(request),
        done=_added_later(added),
    )


@require_POST
@staff(LEAD_TEAM, MANAGE)
def absent(request: Request, duty_id: int) -> HttpResponse:
    """Note an absence, and call somebody in when one is chosen."""
    return act(
        request,
        do=lambda: duty_actions.mark_absent(
            duty_id=duty_id,
            reason=request.POST.get("reason", ""),
            replacement_id=_person(request),
            actor=request.actor,
            at=now(),
        ),
        back=_back(request),
        done=_("Noted."),
    )


def _person(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("replacement", ""))
    except ValueError:
        return None


@require_POST
@staff(LEAD_TEAM, MANAGE)
def present(request: Request, duty_id: int) -> HttpResponse:
    """Take an absence back."""
    return act(
        request,
        do=lambda: duty_actions.mark_present(duty_id=duty_id, actor=request.actor, at=now()),
        back=_back(request),
        done=_("Noted."),
    )
