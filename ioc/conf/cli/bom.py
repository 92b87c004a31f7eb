"""The libraries of this installation."""

from pathlib import Path

import click

from ioc.conf.cli.showing import OUT_FILE, as_json, put
from ioc.conf.cli.words import _


@click.command(help=_("The libraries of this installation as a bill of materials (CycloneDX, always JSON)."))
@click.option("--out", type=OUT_FILE, help=_("Write to this file instead of the terminal."))
@as_json
def sbom(out: Path | None, as_json: bool) -> None:
    """Needs no database and no network. There is no other form than JSON; the option is there as everywhere."""
    import json

    from ioc.conf.bom import SCRIPTS, bill
    from ioc.kernel.clock import now

    try:
        made = bill(at=now())
    except FileNotFoundError as error:
        raise click.ClickException(_("%(file)s is missing.") % {"file": SCRIPTS}) from error
    if out:
        out.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        put(made)
