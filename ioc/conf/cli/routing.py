"""`ioc routing`: the simulator, which says who would get a matter, by when and why."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import MOMENT, as_json, moment, moment_of, put, refusals, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.simulator import ConsideredRow, Simulated, StepDue

KINDS: Final = ("on_scene", "procedure", "business", "petition", "suggestion", "complaint", "denunciation")
URGENCIES: Final = ("normal", "urgent", "complex")


@click.group(help=_("Routing: who gets a matter, and by when."))
def routing() -> None:
    """Commands about routing."""


@routing.command(name="try", help=_("Try a case. Who would get it, by when, and which rows say so."))
@click.option("--category", required=True, help=_("The category's code."))
@click.option("--area", required=True, help=_("The commune's code."))
@click.option("--kind", type=click.Choice(KINDS), default="on_scene", show_default=True, help=_("What it is."))
@click.option("--urgency", type=click.Choice(URGENCIES), default="normal", show_default=True,
              help=_("How pressing it is."))  # fmt: skip
@click.option("--at", "given", type=MOMENT, help=_("When it is filed, YYYY-MM-DDTHH:MM; now when left out."))
@as_json
def try_case(category: str, area: str, kind: str, urgency: str, given: datetime | None, as_json: bool) -> None:
    """Nothing is filed. Exit code 1 when the tables have a gap."""
    connect()
    found = _simulated(category, area, kind, urgency, moment_of(given))
    if as_json:
        put(_plain(found))
    else:
        click.echo("\n".join(_lines(found)))
    if found.lead is None or any(step.due is None for step in found.steps):
        raise click.exceptions.Exit(1)


def _simulated(category: str, area: str, kind: str, urgency: str, at: datetime) -> "Simulated":
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import local_date
    from ioc.management.queries import loading
    from ioc.management.queries.simulator import simulate

    reference = loading.current()
    what = reference.categories_by_code.get(category)
    where = reference.commune_by_code(area, day=local_date(at))
    if what is None:
        raise click.ClickException(said(_("No category in force has the code %(code)s."), code=category))
    if where is None:
        raise click.ClickException(said(_("No commune has the code %(code)s on that day."), code=area))
    with refusals():
        return simulate(category_id=what.id, area_id=where.id, kind=kind, urgency=urgency, moment=at, actor=SYSTEM)


def _plain(found: "Simulated") -> dict[str, Any]:
    return {
        "lead": {"code": found.lead.code, "name": found.lead.name} if found.lead else None,
        "cooperating": [{"code": one.code, "name": one.name} for one in found.cooperating],
        "rows": [_row(one) for one in found.considered],
        "steps": [_step(one) for one in found.steps],
    }


def _row(one: "ConsideredRow") -> dict[str, Any]:
    return {
        "id": one.considered.route.id,
        "category": one.category,
        "area": one.area,
        "lead": one.lead.code if one.lead else None,
        "verdict": str(one.considered.verdict),
        "legal_basis": one.considered.route.legal_basis,
    }


def _step(one: "StepDue") -> dict[str, Any]:
    term = one.due.term if one.due else None
    return {
        "step": one.step,
        "due_at": one.due.due_at if one.due else None,
        "limit": term.limit if term else None,
        "unit": str(term.unit) if term else None,
        "legal_basis": term.legal_basis if term else "",
        "problem": one.problem,
    }


def _lines(found: "Simulated") -> list[str]:
    from ioc.management.views.coverage import VERDICTS

    lead = (
        said(_("It goes to %(lead)s."), lead=found.lead.name) if found.lead else "!! " + _("No row says who gets it.")
    )
    others = ", ".join(one.name for one in found.cooperating)
    lines = [lead, said(_("Cooperating: %(others)s"), others=others) if others else ""]
    for row in found.considered:
        what = " · ".join((row.category or _("any category"), row.area or _("any area")))
        to = row.lead.name if row.lead else "–"
        lines.append(f"  {what} → {to}: {VERDICTS[row.considered.verdict]}")
    return [line for line in [*lines, *(_due(one) for one in found.steps)] if line]


def _due(one: "StepDue") -> str:
    if one.due is None:
        return f"!! {one.step}: {one.problem}"
    facts = {"step": one.step, "due": moment(one.due.due_at), "basis": one.due.term.legal_basis}
    return said(_("%(step)s: by %(due)s (%(basis)s)"), **facts)
