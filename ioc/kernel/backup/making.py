"""Making a back-up, while everybody goes on working."""

import fcntl
import io
import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _
from pyrage.x25519 import Recipient

from ioc.kernel.backup import database
from ioc.kernel.backup.manifest import DATABASE, STORE, Manifest, folder_name, write_list
from ioc.kernel.backup.sealed import SUFFIX, Part, recipients, seal_to
from ioc.kernel.errors import Conflict

Tell = Callable[[int, int], None]
"""Hears how many files are done, of how many."""


class BackupRunning(Conflict):
    """Another back-up writes to the folder."""

    code = "backup-running"
    message = _("Another back-up is running.")
    remedy = _("Wait until it is done.")


class FolderUnusable(Conflict):
    """The folder of the back-ups is not there, is full, or may not be written."""

    code = "backup-folder"
    message = _("The folder for back-ups cannot be written.")
    remedy = _("Check that its disk is there, has room, and belongs to the service's account.")


@dataclass(frozen=True, slots=True)
class Installation:
    """What is backed up: the database's address, the folder of files, the folder of secrets."""

    database_url: str
    files: Path
    secrets: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where back-ups go, where the secrets go (none: not kept), and the public keys all is sealed for."""

    to: Path
    keys_to: Path | None
    keys: tuple[str, ...]


def make(
    *, of: Installation, place: Place, at: datetime, tell: Tell = lambda _done, _of: None
) -> tuple[Path, Manifest]:
    """Make a back-up; its folder and what it says of itself. Nothing is left half-made under its name.

    Files are named by their content: those that an earlier back-up sealed are not sealed again. Cost: the whole
    database, one look at each file, and the new files.

    Raises:
        Invalid: the public keys are not acceptable.
        BackupRunning: another one writes to the same folder.
        FolderUnusable: the folder cannot be written; says why.
        DumpFailed: PostgreSQL's tool gave up.
    """
    keys = recipients(place.keys)
    folder = place.to / folder_name(at)
    try:
        with alone(place.to), _whole_or_gone(folder):
            with database.snapshot(of.database_url) as (snapshot, tables):
                dumped = _dump(of, snapshot, folder, keys)
            names = list(kept_files(of.files))
            new = sum(_keep_file(of.files, place.to, name, keys) for name in _told(names, tell))
            manifest = Manifest(
                at=at,
                tables=tables,
                database=dumped,
                files=len(names),
                files_size=sum(sealed_file(place.to, name).stat().st_size for name in names),
                new_files=new,
                list_sha256=write_list(folder, names),
                keys=_keep_secrets(of.secrets, place.keys_to, folder.name, keys),
            )
            manifest.write(folder)
    except OSError as error:
        raise FolderUnusable(cause=str(error)) from error
    return folder, manifest


def kept_files(root: Path) -> Iterator[str]:
    """The names of the files under `root`, relative to it; what is being written is left out."""
    for path in root.glob("??/??/*"):
        if not path.name.startswith("."):
            yield path.relative_to(root).as_posix()


def sealed_file(to: Path, name: str) -> Path:
    """Where a file lies in the store, sealed."""
    return to / STORE / f"{name}{SUFFIX}"


def _dump(of: Installation, snapshot: str, folder: Path, keys: Sequence[Recipient]) -> Part:
    with database.dump(of.database_url, snapshot) as stream:
        return seal_to(folder / DATABASE, stream, keys)


def _keep_file(root: Path, to: Path, name: str, keys: Sequence[Recipient]) -> bool:
    """Seal one file into the store; False when it is there."""
    target = sealed_file(to, name)
    if target.exists():
        return False
    with (root / name).open("rb") as source:
        seal_to(target, source, keys)
    return True


_KEYS: Final = "keys-{name}.tar.age"


def secrets_file(keys_to: Path, name: str) -> Path:
    """Where the secrets of a back-up lie."""
    return keys_to / _KEYS.format(name=name)


def _keep_secrets(secrets: Path, keys_to: Path | None, name: str, keys: Sequence[Recipient]) -> str:
    if keys_to is None:
        return ""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in sorted(secrets.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                archive.add(path, arcname=path.name)
    packed.seek(0)
    target = secrets_file(keys_to, name)
    seal_to(target, packed, keys)
    return target.name


def _told(names: Sequence[str], tell: Tell) -> Iterator[str]:
    for number, name in enumerate(names):
        tell(number, len(names))
        yield name
    tell(len(names), len(names))


@contextmanager
def _whole_or_gone(folder: Path) -> Iterator[None]:
    """A new folder that does not stay when the back-up fails: one tried every ten minutes would fill the disk."""
    folder.mkdir(mode=0o700)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def alone(to: Path) -> Iterator[None]:
    """Hold the folder for one back-up; the kernel lets go when the process dies.

    Raises:
        BackupRunning: another one writes there.
    """
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (to / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRunning from error
        yield
