"""`ioc duty`: who of the operating team is there."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import MOMENT, as_json, moment, moment_of, put, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.duty import OnDuty, TeamNow


@click.command(help=_("Who is on duty, who comes next, and how many hand-over notes wait to be read."))
@click.option("--on", "given", type=MOMENT, help=_("YYYY-MM-DDTHH:MM, now when left out."))
@as_json
def duty(given: datetime | None, as_json: bool) -> None:
    """Team by team."""
    connect()
    from ioc.management.queries.duty import teams_at

    at = moment_of(given)
    teams = teams_at(at=at)
    if as_json:
        put({"at": at, "teams": [_plain(team) for team in teams]})
        return
    for team in teams:
        _tell(team)
    if not teams:
        click.echo(_("No team has shifts."))


def _plain(team: "TeamNow") -> dict[str, Any]:
    return {
        "team": team.team,
        "on_duty": [_turn(one) for one in team.people],
        "coming": [_turn(one) for one in team.coming],
        "notes": len(team.notes),
    }


def _turn(one: "OnDuty") -> dict[str, Any]:
    return {"name": one.name, "shift": one.shift, "from": one.starts_at, "until": one.ends_at}


def _tell(team: "TeamNow") -> None:
    click.echo(team.team)
    for one in team.people:
        click.echo("  " + said(_("%(name)s: %(shift)s, until %(until)s"), **_said(one)))
    if not team.people:
        click.echo("  !! " + _("Nobody is on duty"))
    for one in team.coming:
        click.echo("  " + said(_("next: %(name)s, %(shift)s, from %(from)s"), **_said(one)))
    if team.notes:
        click.echo("  " + said(_("Hand-over notes that wait to be read: %(notes)s"), notes=len(team.notes)))


def _said(one: "OnDuty") -> dict[str, Any]:
    return _turn(one) | {"from": moment(one.starts_at), "until": moment(one.ends_at)}
