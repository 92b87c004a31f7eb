"""What all commands share: options, progress, JSON for programs, figures, and saying why something was not done.

Every command ends with 0 when it did what was asked, 1 when it was refused or found something wrong, and 2 when it
was called wrongly.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from ioc.conf.cli.words import LANGUAGE, _

DAY: Final = click.DateTime(formats=["%Y-%m-%d"])
MOMENT: Final = click.DateTime(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
IN_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT_FILE: Final = click.Path(dir_okay=False, path_type=Path)

as_json = click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON, for programs."))
reason = click.option("--reason", required=True, help=_("Why; kept in the audit log."))
dry_run = click.option("--dry-run", is_flag=True, help=_("Say what would happen; change nothing."))

Tell = Callable[[int, int], None]


def put(facts: Any) -> None:
    """Print `facts` as JSON."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1, default=str))


def answer(facts: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """Print `facts` as JSON, or the sentence with them."""
    if as_json:
        put(facts)
    else:
        click.echo(said(sentence, **facts))


def word(code: str) -> str:
    """A code whose word in the catalogue is the code itself, such as "planned" or "citizens", in the language."""
    return _(code)


def said(sentence: str, **facts: Any) -> str:
    """The sentence with its facts; whole numbers are grouped as the language does."""
    return sentence % {
        name: figure(fact) if isinstance(fact, int) and not isinstance(fact, bool) else fact
        for name, fact in facts.items()
    }


def figure(number: float, decimals: int = 0) -> str:
    """A number as people read it: 1,234.5 in English, 1.234,5 in Vietnamese."""
    written = f"{number:,.{decimals}f}"
    return written.translate(str.maketrans(",.", ".,")) if LANGUAGE == "vi" else written


def size(count: float) -> str:
    """So many bytes as people read it: 3.2 GB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{figure(count, 0 if unit == 'B' else 1)} {unit}"
        count /= 1000
    return f"{figure(count, 1)} TB"


@contextmanager
def refusals() -> Iterator[None]:
    """What the product refuses, told as a sentence; exit code 1."""
    from ioc.kernel.errors import DomainError
    from ioc.kernel.forms import sentence

    try:
        yield
    except DomainError as error:
        facts = [str(fact) for name, fact in error.facts.items() if name in _TOLD]
        raise click.ClickException(" ".join([sentence(error), *facts])) from error


_TOLD: Final = ("said", "cause", "part")
"""The facts that say what went wrong in the words of the machine."""


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Tell]:
    """A bar on a terminal, quiet elsewhere; what it gives is told how much is done, and of how much."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell


def day_of(given: datetime | None) -> date:
    """The day that was given, else today."""
    from ioc.kernel.clock import local_date, now

    return given.date() if given else local_date(now())


def moment_of(given: datetime | None) -> datetime:
    """The moment that was given, as the clocks of the province show it; else now."""
    from ioc.kernel.clock import PROVINCE_ZONE, now

    return given.replace(tzinfo=PROVINCE_ZONE) if given else now()


def moment(at: datetime | None) -> str:
    """A time as people of the province read it; a dash for never."""
    from ioc.kernel.clock import local

    return f"{local(at):%H:%M %d/%m/%Y}" if at else "–"


def person_id(login: str) -> UUID:
    """Who signs in as `login`; an error of the command when nobody does."""
    from ioc.kernel.errors import NotFound
    from ioc.management.queries.explaining import person_with_login

    try:
        return person_with_login(login)
    except NotFound as error:
        raise click.ClickException(said(_("Nobody signs in as %(login)s."), login=login)) from error
