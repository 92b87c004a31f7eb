"""`ioc calendar`: days off and days made up, and what the law has in a year."""

from typing import TYPE_CHECKING, Any, Final

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import as_json, put, refusals, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.holidays import Proposed

YEARS: Final = click.IntRange(1990, 2100)
"""Those for which days are proposed."""
_year = click.argument("year", type=YEARS, help=_("Which year."))


@click.group(help=_("The working calendar: days off, and days that are worked instead."))
def calendar() -> None:
    """Commands about the calendar."""


@calendar.command(name="list", help=_("List the special days of a year."))
@_year
@as_json
def list_days(year: int, as_json: bool) -> None:
    """Day by day."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries.calendar import year_of

    days = year_of(year=year, actor=SYSTEM).days
    if as_json:
        put([{"day": one.day, "kind": one.kind, "name": one.name, "legal_basis": one.legal_basis} for one in days])
        return
    for one in days:
        click.echo(f"{one.day}  {one.get_kind_display()}  {one.name}")
    if not days:
        click.echo(_("There is none."))


@calendar.command(help=_("What the public holidays of a year would be, held against the calendar."))
@_year
@click.option("--apply", "takes", is_flag=True, help=_("Take the new ones into the calendar; needs --reason."))
@click.option("--reason", default="", help=_("Why; kept in the audit log."))
@click.option("--legal-basis", default="", help=_("Number and date of the decision."))
@as_json
def propose(year: int, takes: bool, reason: str, legal_basis: str, as_json: bool) -> None:
    """Days that the calendar has already stay as they are."""
    if takes and not reason.strip():
        raise click.UsageError(_("Say why, with --reason."))
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries.holidays import proposal

    days = proposal(year=year, source="law", actor=SYSTEM)
    fresh = [one for one in days if not one.known]
    if takes and fresh:
        _take(fresh, legal_basis, reason)
    _say(days, taken=len(fresh) if takes else 0, as_json=as_json)


def _take(days: "list[Proposed]", legal_basis: str, reason: str) -> None:
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.catalogue import DayGiven, accept_days

    given = [DayGiven(one.day, one.kind, one.name) for one in days]
    with refusals():
        accept_days(days=given, legal_basis=legal_basis, actor=SYSTEM, at=now(), reason=reason)


def _say(days: "list[Proposed]", *, taken: int, as_json: bool) -> None:
    if as_json:
        put({"taken": taken, "days": [_plain(one) for one in days]})
        return
    from ioc.management.models import CalendarDayKind

    for one in days:
        state = str(one.clash) or (_("in the calendar") if one.known else _("new"))
        click.echo(f"{one.day}  {CalendarDayKind(one.kind).label}  {one.name}  ({state})")
    if taken:
        click.echo(said(_("Days taken into the calendar: %(taken)s."), taken=taken))


def _plain(one: "Proposed") -> dict[str, Any]:
    return {
        "day": one.day,
        "kind": one.kind,
        "name": one.name,
        "known": one.known,
        "clash": str(one.clash),
    }
