"""Looking whether a back-up can be read, and bringing it back on an empty machine."""

import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from pyrage.x25519 import Identity

from ioc.kernel.backup import database
from ioc.kernel.backup.making import Installation, Tell, sealed_file
from ioc.kernel.backup.manifest import DATABASE, Manifest, read_list
from ioc.kernel.backup.sealed import Damaged, Measured, open_to, part_of, whole
from ioc.kernel.errors import Conflict
from ioc.kernel.secretfiles import replace_secret


class NotEmpty(Conflict):
    """Something is there already."""

    code = "not-empty"
    message = _("This installation is not empty; nothing was touched.")
    remedy = _("Restore into a new data folder or an empty database.")


@dataclass
class Outcome:
    """What was found: files read, and what does not fit (table or file → what was said and what is there)."""

    files: int = 0
    tables: int = 0
    rows: int = 0
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether everything is as the manifest says."""
        return not self.wrong


def check(*, folder: Path, keys: Sequence[Identity], tell: Tell = lambda _done, _of: None) -> Outcome:
    """Read the whole back-up in `folder` without writing anything: each part opens, each digest is right.

    Raises:
        Damaged: the manifest or the list of files cannot be read.
    """
    manifest = Manifest.read(folder)
    outcome = Outcome(tables=len(manifest.tables), rows=sum(manifest.tables.values()))
    _judge(outcome, DATABASE, lambda: _check_database(folder, manifest, keys))
    for name in _names(folder, manifest, tell):
        outcome.files += 1
        _judge(outcome, name, lambda name=name: _open_file(folder, name, keys, Measured()))
    return outcome


def restore(
    *, folder: Path, into: Installation, keys: Sequence[Identity], secrets: Path | None = None,
    tell: Tell = lambda _done, _of: None,
) -> Outcome:  # fmt: skip
    """Bring the back-up in `folder` into an empty installation, and count again what its manifest counted.

    `secrets` is the sealed file of the keys; without it identities stay sealed and people sign in anew.

    Raises:
        NotEmpty: the database has tables, or there are files.
        Damaged: a part of the database's back-up cannot be read; nothing was written.
        DumpFailed: PostgreSQL refused it; nothing but the secrets was written.
    """
    manifest = Manifest.read(folder)
    if not database.is_empty(into.database_url) or any(into.files.glob("??/??/*")):
        raise NotEmpty
    _require_whole(folder, manifest)
    if secrets is not None:
        _bring_secrets(secrets, into.secrets, keys)
    with database.restore(into.database_url) as stream:
        open_to(folder / DATABASE, stream, keys)
    outcome = _compare(manifest, database.restored_counts(into.database_url))
    for name in _names(folder, manifest, tell):
        outcome.files += 1
        _judge(outcome, name, lambda name=name: _bring_file(folder, into.files, name, keys))
    return outcome


def _compare(manifest: Manifest, found: dict[str, int]) -> Outcome:
    outcome = Outcome(tables=len(found), rows=sum(found.values()))
    for table in sorted(manifest.tables.keys() | found.keys()):
        said, there = manifest.tables.get(table, 0), found.get(table, 0)
        if said != there:
            outcome.wrong[table] = f"{said} → {there}"
    return outcome


def _require_whole(folder: Path, manifest: Manifest) -> None:
    if part_of(folder / DATABASE) != manifest.database:
        raise Damaged(part=DATABASE)


def _check_database(folder: Path, manifest: Manifest, keys: Sequence[Identity]) -> None:
    _require_whole(folder, manifest)
    open_to(folder / DATABASE, Measured(), keys)


def _names(folder: Path, manifest: Manifest, tell: Tell) -> Any:
    names = read_list(folder, manifest)
    for number, name in enumerate(names, 1):
        yield name
        tell(number, len(names))


def _judge(outcome: Outcome, name: str, do: Any) -> None:
    """Do it; what is damaged is noted under `name`, and the rest goes on."""
    try:
        do()
    except Damaged as error:
        outcome.wrong[name] = str(error.message)


def _open_file(folder: Path, name: str, keys: Sequence[Identity], target: Measured) -> None:
    """Read a file through; one that is named by its content must have that content."""
    open_to(sealed_file(folder.parent, name), target, keys)
    wanted = Path(name).name
    if "." not in wanted and target.part.sha256 != wanted:
        raise Damaged(part=name)


def _bring_file(folder: Path, root: Path, name: str, keys: Sequence[Identity]) -> None:
    with whole(root / name) as file:
        _open_file(folder, name, keys, Measured(file))


def _bring_secrets(sealed: Path, folder: Path, keys: Sequence[Identity]) -> None:
    packed = io.BytesIO()
    open_to(sealed, packed, keys)
    packed.seek(0)
    with tarfile.open(fileobj=packed) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                replace_secret(folder / Path(member.name).name, content.read().decode())
