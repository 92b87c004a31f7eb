"""Commands of the on-the-scene information system."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ioc.conf.cli.connecting import connect

if TYPE_CHECKING:
    from ioc.onscene.actions.import_file import Progress


@click.group(help="Reports from the scene.")
def onscene() -> None:
    """Commands about reports."""


@onscene.command(name="import", help="Take in the reports of another system from a CSV file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="YAML file that says which column is what.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Check everything, take in nothing.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path),
              help="Where rows that cannot be taken are listed.  [default: FILE with .errors.csv]")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), help="Only the first N rows.")
def import_reports(file: Path, mapping: Path, dry_run: bool, errors: Path | None, limit: int | None) -> None:
    """Read, check, take in; rows that cannot be taken are listed with line and reason, the rest is kept."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.kernel.errors import DomainError
    from ioc.kernel.forms import sentence
    from ioc.onscene.actions.import_file import import_file
    from ioc.onscene.actions.reading import read_mapping

    refused = errors or file.with_suffix(".errors.csv")
    if refused.resolve() in (file.resolve(), mapping.resolve()):
        raise click.ClickException("The list of errors would overwrite what is read. Give another --errors.")
    started = time.monotonic()
    try:
        progress = import_file(
            file=file,
            mapping=read_mapping(mapping.read_text(encoding="utf-8")),
            errors=refused,
            actor=SYSTEM,
            at=now(),
            limit=limit,
            only_check=dry_run,
            tell=_each_second(started),
        )
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{mapping} is not a UTF-8 text file.") from error
    except DomainError as error:
        raise click.ClickException(sentence(error)) from error
    click.echo(_summary(progress, started, dry_run=dry_run))
    if progress.refused:
        click.echo(f"Rows that could not be taken, with line and reason: {refused}")


def _each_second(started: float) -> Callable[["Progress"], None]:
    """Say how far it is, once a second: over the same line on a terminal, a line each elsewhere."""
    last = [0.0]
    terminal = sys.stderr.isatty()

    def tell(progress: "Progress") -> None:
        if time.monotonic() - last[0] < 1:
            return
        last[0] = time.monotonic()
        share = progress.done_bytes / max(progress.total_bytes, 1)
        line = f"{share:4.0%}  {_figures(progress, started)}"
        click.echo(f"\r{line}" if terminal else line, nl=not terminal, err=True)

    return tell


def _summary(progress: "Progress", started: float, *, dry_run: bool) -> str:
    done = "Would take in" if dry_run else "Took in"
    return (
        f"{done} {progress.added:,} of {progress.read:,} rows; already there: {progress.already:,}; "
        f"not taken: {progress.refused:,}; {_pace(progress, started):,.0f} rows/s."
    )


def _figures(progress: "Progress", started: float) -> str:
    return (
        f"{progress.read:,} rows read, {progress.added:,} new, {progress.already:,} already there, "
        f"{progress.refused:,} not taken, {_pace(progress, started):,.0f} rows/s"
    )


def _pace(progress: "Progress", started: float) -> float:
    return progress.read / max(time.monotonic() - started, 0.001)
