"""Commands about how long data is kept."""

from typing import Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import as_json, dry_run, progress, put, said
from ioc.conf.cli.words import _


@click.group(help=_("How long data is kept."))
def retention() -> None:
    """The rules are entered on the screen; these commands try them out and carry them out."""


@retention.command(help=_("Carry the rules out that are switched on, as happens every night."))
@dry_run
@as_json
def run(dry_run: bool, as_json: bool) -> None:
    """What each rule found and did. May be stopped and run again."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.retention import carry_out_rules, try_out

    at = now()
    with progress(_("Records"), quiet=as_json) as tell:
        found = (
            try_out(actor=SYSTEM, at=at)
            if dry_run
            else carry_out_rules(at=at, tell=lambda _kind, done, due: tell(done, due))
        )
    rows = [_facts(one) for one in found]
    if as_json:
        put({"dry_run": dry_run, "rules": rows})
        return
    for row in rows:
        click.echo(_line(row, dry_run=dry_run))
    if not rows:
        click.echo(_("No rule is in force: everything is kept."))


def _facts(one: Any) -> dict[str, Any]:
    return {
        "kind": one.rule.kind,
        "days": one.rule.days,
        "before": one.before.isoformat(),
        "is_on": one.rule.is_on,
        "due": one.due,
        "done": one.done,
    }


def _line(row: dict[str, Any], *, dry_run: bool) -> str:
    only_counted = dry_run or row["done"] is None
    sentence = (
        _("%(kind)s, after %(days)s days: %(due)s would go.")
        if only_counted
        else _("%(kind)s, after %(days)s days: %(due)s due, %(done)s done.")
    )
    off = "" if row["is_on"] else " (" + _("switched off") + ")"
    return said(sentence, **row) + off
