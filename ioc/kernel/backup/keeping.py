"""Which back-ups are kept, and taking the others away."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ioc.kernel.backup.making import alone, sealed_file, secrets_file
from ioc.kernel.backup.manifest import STORE, found_in, read_list
from ioc.kernel.backup.sealed import SUFFIX
from ioc.kernel.clock import local


@dataclass(frozen=True, slots=True)
class Keep:
    """The newest back-up of each of the last so many days, weeks and months that have one."""

    days: int
    weeks: int
    months: int


def worth_keeping(moments: Iterable[datetime], keep: Keep) -> set[datetime]:
    """The moments whose back-ups stay; the newest always does."""
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    for amount, span in ((keep.days, "%Y-%m-%d"), (keep.weeks, "%G-%V"), (keep.months, "%Y-%m")):
        latest: dict[str, datetime] = {}
        for moment in newest_first:
            latest.setdefault(f"{local(moment):{span}}", moment)
        kept |= set(list(latest.values())[:amount])
    return kept


def prune(*, to: Path, keys_to: Path | None, keep: Keep) -> list[str]:
    """Take away the back-ups that `keep` lets go, and files that no other one needs; the names of those taken.

    Nobody makes a back-up there meanwhile: its files would seem to be needed by none until it is whole.

    Raises:
        Damaged: a back-up that stays cannot be read, so nobody can say which files it needs; no file was removed.
        BackupRunning: one is being made there; nothing was removed.
    """
    with alone(to):
        return _prune(to, keys_to, keep)


def _prune(to: Path, keys_to: Path | None, keep: Keep) -> list[str]:
    found = found_in(to)
    stay = worth_keeping((manifest.at for _folder, manifest in found), keep)
    gone = [folder for folder, manifest in found if manifest.at not in stay]
    needed = {name for folder, manifest in found if manifest.at in stay for name in read_list(folder, manifest)}
    for folder in gone:
        shutil.rmtree(folder)
        if keys_to is not None:
            secrets_file(keys_to, folder.name).unlink(missing_ok=True)
    if gone:
        _drop_files(to, [sealed_file(to, name) for name in needed])
    return [folder.name for folder in gone]


def _drop_files(to: Path, needed: Sequence[Path]) -> None:
    stay = set(needed)
    for path in (to / STORE).glob(f"??/??/*{SUFFIX}"):
        if path not in stay:
            path.unlink()
