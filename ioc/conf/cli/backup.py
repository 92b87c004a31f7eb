"""`ioc backup` and `ioc restore`: for the night when the machine is gone."""

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import IN_FILE, OUT_FILE, answer, as_json, dry_run, progress, put, refusals, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.kernel.backup.restoring import Outcome
    from ioc.management.models import BackupRunKind

_FOLDER = click.Path(file_okay=False, path_type=Path)
_identity = click.option("--identity", type=IN_FILE, required=True, help=_("File with the secret key."))
_to = click.option("--to", type=_FOLDER, help=_("Folder of the back-ups (default: the plan's)."))
_name = click.argument("name", required=False, help=_("Which back-up, by its name."))
_MADE = _("%(name)s: %(rows)s rows, %(files)s files, %(bytes)s bytes.")


@click.group(help=_("Back-ups: make, list, read through, restore on trial."))
def backup() -> None:
    """Commands about back-ups."""


@backup.command(help=_("Make a key pair: the secret half into FILE, the public half is shown."))
@click.argument("file", type=OUT_FILE, help=_("The new file of the secret key."))
@as_json
def keygen(file: Path, as_json: bool) -> None:
    """The file is new, and readable by its owner only."""
    from ioc.kernel.backup.sealed import new_identity

    secret, public = new_identity()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(_("This file is there already; choose another name.")) from error
    with os.fdopen(descriptor, "w") as target:
        target.write(f"# public key: {public}\n{secret}\n")
    answer({"public_key": public}, _("Public key, for the plan:") + "\n%(public_key)s", as_json=as_json)
    click.echo(_("Keep the file away from this machine, in two places. Without it no back-up can be read."), err=True)


@backup.command(help=_("Make a back-up now, as the plan says or where you say."))
@_to
@click.option("--keys-to", type=_FOLDER, help=_("Folder of the keys, apart from the back-ups."))
@click.option("--key", "keys", multiple=True, help=_("Public key to seal for; may be given several times."))
@dry_run
@as_json
def create(to: Path | None, keys_to: Path | None, keys: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """A back-up by the plan also takes away those that the plan no longer keeps."""
    connect()
    from ioc.kernel.backup.making import Place, kept_files
    from ioc.kernel.clock import now
    from ioc.management.actions import backups

    if (to is None) != (not keys):
        raise click.UsageError(_("Give --to and --key together, or neither."))
    if dry_run:
        files = sum(1 for _name in kept_files(backups.own_installation().files))
        answer({"files": files}, _("%(files)s files and the database would be kept."), as_json=as_json)
        return
    with refusals(), progress(_("Files"), quiet=as_json) as tell:
        if to is None:
            run = backups.make_planned(at=now(), tell=tell)
        else:
            place = Place(to=to.resolve(), keys_to=keys_to.resolve() if keys_to else None, keys=keys)
            run = backups.make_backup(place=place, at=now(), tell=tell)
    facts = {"name": run.name, "rows": run.rows, "files": run.files, "bytes": run.size}
    answer(facts, _MADE, as_json=as_json)


@backup.command("list", help=_("The back-ups in the folder, newest first."))
@_to
@as_json
def list_backups(to: Path | None, as_json: bool) -> None:
    """Only whole ones are listed."""
    connect()
    from ioc.kernel.backup.manifest import found_in

    with refusals():
        found = [
            {"name": folder.name, "rows": sum(manifest.tables.values()), "files": manifest.files,
             "bytes": manifest.database.size + manifest.files_size, "keys": manifest.keys}
            for folder, manifest in found_in(to or _planned_folder())
        ]  # fmt: skip
    if as_json:
        put(found)
        return
    for one in found:
        click.echo(said(_MADE, **one))
    if not found:
        click.echo(_("No back-up there yet."))


@backup.command(help=_("Read a back-up through (default: the newest): every part opens and is whole."))
@_name
@_to
@_identity
@as_json
def check(name: str | None, to: Path | None, identity: Path, as_json: bool) -> None:
    """Writes nothing but that it was done."""
    connect()
    from ioc.kernel.backup import restoring, sealed
    from ioc.kernel.clock import now
    from ioc.management.models import BackupRunKind

    began_at = now()
    with refusals(), progress(_("Files"), quiet=as_json) as tell:
        folder = _chosen(name, to)
        outcome = restoring.check(folder=folder, keys=sealed.identities(identity), tell=tell)
    _conclude(BackupRunKind.CHECK, folder, outcome, began_at, as_json)


@backup.command("test", help=_("Restore a back-up (default: the newest) into a database of its own, and compare."))
@_name
@_to
@_identity
@as_json
def trial(name: str | None, to: Path | None, identity: Path, as_json: bool) -> None:
    """The trial's database and files are gone afterwards."""
    connect()
    from ioc.conf import embedded
    from ioc.kernel.backup import restoring, sealed
    from ioc.kernel.backup.making import Installation
    from ioc.kernel.clock import now
    from ioc.management.models import BackupRunKind

    began_at = now()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        try:
            with refusals(), progress(_("Files"), quiet=as_json) as tell:
                folder = _chosen(name, to)
                url = embedded.start(home)
                into = Installation(database_url=url, files=home / "files", secrets=home / "secrets")
                outcome = restoring.restore(folder=folder, into=into, keys=sealed.identities(identity), tell=tell)
        finally:
            embedded.stop(home)
    _conclude(BackupRunKind.RESTORE_TEST, folder, outcome, began_at, as_json)


@click.command(help=_("Bring a back-up back into an empty installation."))
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help=_("The folder of the back-up.")
)
@_identity
@click.option("--keys", type=IN_FILE, help=_("The sealed keys of that back-up; without them identities stay sealed."))
@click.option("--dry-run", is_flag=True, help=_("Read the back-up through; restore nothing."))
@as_json
def restore(folder: Path, identity: Path, keys: Path | None, dry_run: bool, as_json: bool) -> None:
    """Counts again what was counted when the back-up was made."""
    connect()
    from ioc.kernel.backup import restoring, sealed
    from ioc.management.actions.backups import own_installation

    with refusals(), progress(_("Files"), quiet=as_json) as tell:
        opened = sealed.identities(identity)
        outcome = (
            restoring.check(folder=folder, keys=opened, tell=tell)
            if dry_run
            else restoring.restore(folder=folder, into=own_installation(), keys=opened, secrets=keys, tell=tell)
        )
    _report(outcome, as_json)
    if not as_json:
        click.echo(_("Nothing was changed.") if dry_run else _("Now start it: ioc run"))


def _planned_folder() -> Path:
    from ioc.management.queries.backups import standing

    plan = standing().plan
    if plan is None:
        raise click.UsageError(_("There is no plan yet: say which folder with --to."))
    return Path(plan.to)


def _chosen(name: str | None, to: Path | None) -> Path:
    """The folder of the back-up that is meant."""
    from ioc.kernel.backup.manifest import found_in

    home = to or _planned_folder()
    found = [folder for folder, _manifest in found_in(home)]
    match = [folder for folder in found if name in (None, folder.name)]
    if not match:
        raise click.UsageError(_("There is no such back-up in this folder."))
    return match[0]


def _conclude(kind: "BackupRunKind", folder: Path, outcome: "Outcome", began_at: datetime, as_json: bool) -> None:
    from ioc.management.actions.backups import keep_outcome

    keep_outcome(kind=kind, name=folder.name, outcome=outcome, began_at=began_at)
    _report(outcome, as_json)


def _report(outcome: "Outcome", as_json: bool) -> None:
    facts = {"tables": outcome.tables, "rows": outcome.rows, "files": outcome.files, "wrong": outcome.wrong}
    answer(facts, _("%(tables)s tables, %(rows)s rows, %(files)s files."), as_json=as_json)
    if outcome.wrong and not as_json:
        for part, text in outcome.wrong.items():
            click.echo(f"  {part}: {text}", err=True)
    if outcome.wrong:
        raise click.exceptions.Exit(1)
