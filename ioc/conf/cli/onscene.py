"""Commands of the on-the-scene information system."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import IN_FILE, OUT_FILE, as_json, dry_run, put, refusals, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.onscene.actions.import_file import Progress


@click.group(help=_("Reports from the scene."))
def onscene() -> None:
    """Commands about reports."""


@onscene.command(name="import", help=_("Take in the reports of another system from a CSV file."))
@click.argument("file", type=IN_FILE, help=_("The CSV file."))
@click.option("--mapping", required=True, type=IN_FILE, help=_("YAML file that says which column is what."))
@dry_run
@click.option(
    "--errors",
    type=OUT_FILE,
    help=_("Where rows that cannot be taken are listed.  [default: FILE with .errors.csv]"),
)
@click.option("--limit", type=click.IntRange(min=1), help=_("Only the first N rows."))
@as_json
def import_reports(
    file: Path, mapping: Path, dry_run: bool, errors: Path | None, limit: int | None, as_json: bool
) -> None:
    """Read, check, take in; rows that cannot be taken are listed with line and reason, the rest is kept."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.onscene.actions.import_file import import_file
    from ioc.onscene.actions.reading import read_mapping

    refused = errors or file.with_suffix(".errors.csv")
    if refused.resolve() in (file.resolve(), mapping.resolve()):
        raise click.ClickException(_("The list of errors would overwrite what is read. Give another --errors."))
    started = time.monotonic()
    with refusals():
        progress = import_file(
            file=file,
            mapping=read_mapping(_text_of(mapping)),
            errors=refused,
            actor=SYSTEM,
            at=now(),
            limit=limit,
            only_check=dry_run,
            tell=_each_second(started, quiet=as_json),
        )
    facts = _facts(progress, started)
    if as_json:
        put({"dry_run": dry_run, **facts, "errors": str(refused) if progress.refused else None})
        return
    click.echo(said(_WOULD if dry_run else _DID, **facts))
    if progress.refused:
        click.echo(said(_("Rows that could not be taken, with line and reason: %(file)s"), file=refused))


_DID = _(
    "Took in %(added)s of %(read)s rows; already there: %(already)s; not taken: %(refused)s;"
    " %(rows_per_second)s rows/s."
)
_WOULD = _(
    "Would take in %(added)s of %(read)s rows; already there: %(already)s; not taken: %(refused)s;"
    " %(rows_per_second)s rows/s."
)
_SO_FAR = _(
    "%(share)s%%  %(read)s rows read, %(added)s new, %(already)s already there, %(refused)s not taken,"
    " %(rows_per_second)s rows/s"
)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(said(_("%(file)s is not a UTF-8 text file."), file=file)) from error


def _each_second(started: float, *, quiet: bool = False) -> Callable[["Progress"], None]:
    """Say how far it is, once a second: over the same line on a terminal, a line each elsewhere."""
    last = [0.0]
    terminal = sys.stderr.isatty()

    def tell(progress: "Progress") -> None:
        if quiet or time.monotonic() - last[0] < 1:
            return
        last[0] = time.monotonic()
        share = 100 * progress.done_bytes // max(progress.total_bytes, 1)
        line = said(_SO_FAR, share=share, **_facts(progress, started))
        click.echo(f"\r{line}" if terminal else line, nl=not terminal, err=True)

    return tell


def _facts(progress: "Progress", started: float) -> dict[str, int]:
    return {
        "read": progress.read,
        "added": progress.added,
        "already": progress.already,
        "refused": progress.refused,
        "rows_per_second": int(progress.read / max(time.monotonic() - started, 0.001)),
    }
