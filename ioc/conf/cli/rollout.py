"""`ioc rollout`: what is open where on a day, and opening areas."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import DAY, as_json, day_of, dry_run, put, refusals, said, word
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.rollout_day import DayPreview

_AUDIENCE = click.Choice(["citizens", "businesses", "officials"])


@click.group(help=_("Rollout: which system is open for whom, where and from when."))
def rollout() -> None:
    """Commands about the rollout."""


@rollout.command(help=_("What is open on a day, system by system, and what changes until then."))
@click.option("--on", "day", type=DAY, help=_("The day, as 2026-11-30 (default: today)."))
@as_json
def show(day: datetime | None, as_json: bool) -> None:
    """A line a system and audience: open everywhere, nowhere, or in how many communes."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import local_date, now
    from ioc.management.models import Audience
    from ioc.management.queries import loading
    from ioc.management.queries.rollout_day import open_on, preview

    today = local_date(now())
    on = day_of(day)
    reference = loading.current()
    states = [
        _state(reference.areas, system, str(audience), open_on(system=system, audience=audience, day=on))
        for system in reference.systems
        for audience in Audience
    ]
    differs = preview(today=today, day=on, actor=SYSTEM)
    if as_json:
        facts = {"day": on.isoformat(), "states": states, "changes": _changes(differs)}
        put(facts)
        return
    for state in states:
        audience = word(state["audience"])
        click.echo(f"{state['system']:<12} {audience:<16} {state['open']}/{state['communes']}")
    _tell_changes(differs)


def _state(areas: Mapping[int, Any], system: str, audience: str, found: Mapping[int, bool]) -> dict[str, Any]:
    closed = sorted(areas[area].code for area, is_open in found.items() if not is_open)
    return {
        "system": system,
        "audience": audience,
        "communes": len(found),
        "open": len(found) - len(closed),
        "closed_communes": closed,
    }


@rollout.command("open", help=_("Open systems in areas from a day on; without areas in the whole province."))
@click.argument("areas", nargs=-1, help=_("Codes of communes or districts."))
@click.option(
    "--system", "systems", multiple=True, required=True, help=_("A system's code; may be given several times.")
)
@click.option(
    "--for", "audiences", multiple=True, required=True, type=_AUDIENCE, help=_("For whom; may be given several times.")
)
@click.option("--from", "day", type=DAY, required=True, help=_("The first day, as 2026-11-30."))
@click.option("--basis", required=True, help=_("The document that it rests on."))
@click.option("--note", default="", help=_("What people are told until then."))
@dry_run
@as_json
def open_(
    areas: Sequence[str],
    systems: Sequence[str],
    audiences: Sequence[str],
    day: datetime,
    basis: str,
    note: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """What opens is shown first; the step can be undone on the rollout's page until it begins."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import local_date, now
    from ioc.management.actions.rollout import open_areas
    from ioc.management.queries.rollout_plan import OpeningPlan, plan_preview

    plan = OpeningPlan(
        systems=tuple(systems),
        audiences=tuple(audiences),
        areas=_area_ids(areas, day.date()),
        valid_from=day.date(),
        legal_basis=basis,
        note=note,
    )
    at = now()
    with refusals():
        differs = plan_preview(plan, today=local_date(at), actor=SYSTEM)
        rows = 0 if dry_run else len(open_areas(plan=plan, actor=SYSTEM, at=at).rows)
    if as_json:
        facts = {"dry_run": dry_run, "rows": rows, "changes": _changes(differs), "not_ready": _unready(differs)}
        put(facts)
        return
    _tell_changes(differs)
    click.echo(_("Nothing was changed.") if dry_run else said(_("%(rows)s rows added."), rows=rows))


def _area_ids(codes: Sequence[str], day: date) -> tuple[int, ...]:
    """The areas that stand on the day's map, communes and districts alike."""
    from datetime import time

    from ioc.kernel.clock import PROVINCE_ZONE
    from ioc.management.queries import loading

    reference = loading.current()
    on = reference.map_day(datetime.combine(day, time(12), tzinfo=PROVINCE_ZONE))
    by_code = {area.code: area.id for area in reference.areas.values() if area.valid_on(on)}
    unknown = [code for code in codes if code not in by_code]
    if unknown:
        raise click.ClickException(said(_("No such area: %(codes)s"), codes=", ".join(unknown)))
    return tuple(by_code[code] for code in codes)


def _changes(differs: "DayPreview") -> list[dict[str, Any]]:
    return [
        {
            "system": one.system,
            "audience": one.audience,
            "opens": [area.code for area in one.opens],
            "closes": [area.code for area in one.closes],
        }
        for one in differs.changes
    ]


def _unready(differs: "DayPreview") -> dict[str, list[str]]:
    return {one.area.code: [str(text) for text in one.missing] for one in differs.unready}


def _tell_changes(differs: "DayPreview") -> None:
    line = _("%(day)s: %(system)s, %(audience)s: opens in %(opens)s communes, closes in %(closes)s.")
    for one in differs.changes:
        facts = {
            "system": one.system,
            "audience": word(one.audience),
            "opens": len(one.opens),
            "closes": len(one.closes),
        }
        click.echo(said(line, day=f"{differs.day:%Y-%m-%d}", **facts))
    for unready in differs.unready:
        click.echo(f"! {unready.area.name}: {'; '.join(str(text) for text in unready.missing)}")
