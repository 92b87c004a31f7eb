"""The list of leaked passwords."""

from pathlib import Path

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import answer, as_json, moment, progress, put, refusals, said
from ioc.conf.cli.words import _


@click.group(help=_("The list of leaked passwords, which people may not choose."))
def passwords() -> None:
    """Commands that need no network and no database."""
    connect()


@passwords.command(
    help=_(
        "Load the list: FILE holds SHA1:count lines ordered by hash (as Have I Been Pwned publishes them), or is a"
        " folder with one such file for each prefix of five digits."
    )
)
@click.argument("file", type=click.Path(exists=True, path_type=Path), help=_("The list, a file or a folder."))
@click.option("--least", type=click.IntRange(min=1), default=1, show_default=True,
              help=_("Leave out passwords that leaked fewer times."))  # fmt: skip
@click.option("--plain", is_flag=True, help=_("FILE holds passwords, one a line."))
@as_json
def load(file: Path, least: int, plain: bool, as_json: bool) -> None:
    """Replace the list in one step; the earlier one stays until then."""
    from ioc.kernel import breached

    total, done = breached.size_of(file), 0
    with refusals(), progress(_("Reading"), quiet=as_json) as tell:

        def more(read: int) -> None:
            nonlocal done
            done += read
            tell(done, total)

        breached.load(file, least=least, plain=plain, progress=more)
    _say(as_json)


@passwords.command(help=_("How many leaked passwords are known, and since when."))
@as_json
def status(as_json: bool) -> None:
    """Look at the list."""
    _say(as_json)


@passwords.command(help=_("Whether a password is in the list (exit code 1 if so); it is asked for and not shown."))
@as_json
def check(as_json: bool) -> None:
    """Ask for a password and look it up."""
    from ioc.kernel.breached import is_breached

    found = is_breached(click.prompt(_("Password"), hide_input=True, err=True))
    answer({"leaked": found}, _("It leaked. Do not use it.") if found else _("Not in the list."), as_json=as_json)
    if found:
        raise click.exceptions.Exit(1)


def _say(as_json: bool) -> None:
    from ioc.kernel import breached

    held = breached.held()
    if as_json:
        since = held.loaded_at.isoformat(timespec="seconds") if held.loaded_at else None
        put({"count": held.count, "loaded_at": since})
        return
    sentence = (
        _("%(count)s leaked passwords are known, loaded %(at)s.")
        if held.loaded_at
        else _("%(count)s leaked passwords are known.")
    )
    click.echo(said(sentence, count=held.count, at=moment(held.loaded_at)))
