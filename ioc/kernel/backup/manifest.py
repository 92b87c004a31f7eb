"""What a back-up says of itself."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ioc.kernel.backup.sealed import Damaged, Part

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump.age"
FILES: Final = "files.json"
STORE: Final = "files"
_FORMAT: Final = 1
_NAME: Final = re.compile(r"[\w-]{2}/[\w-]{2}/[\w-][\w.-]*")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A back-up: when it was begun, table → rows in it, the sealed database, and how many files it has.

    `keys` is empty when the secrets were not kept with this back-up. Sizes are bytes as sealed.
    """

    at: datetime
    tables: Mapping[str, int]
    database: Part
    files: int
    files_size: int
    new_files: int
    list_sha256: str
    keys: str = ""

    def write(self, folder: Path) -> None:
        """Put it into the back-up's folder, last of all: a folder without one is not a back-up."""
        content = {"format": _FORMAT, **asdict(self), "at": self.at.astimezone(UTC).isoformat()}
        part = folder / f".{MANIFEST}.part"
        part.write_text(json.dumps(content, indent=1, sort_keys=True))
        part.rename(folder / MANIFEST)

    @staticmethod
    def read(folder: Path) -> "Manifest":
        """The manifest in `folder`.

        Raises:
            Damaged: there is none that can be read.
        """
        try:
            content = json.loads((folder / MANIFEST).read_text())
            del content["format"]
            content["at"] = datetime.fromisoformat(content["at"])
            content["database"] = Part(**content["database"])
            return Manifest(**content)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(part=MANIFEST) from error


def folder_name(at: datetime) -> str:
    """A back-up's folder: its moment in UTC, so that names sort by time."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"


def found_in(to: Path) -> list[tuple[Path, Manifest]]:
    """The back-ups in a folder, newest first; what is not whole is passed over."""
    folders = sorted((path.parent for path in to.glob(f"*/{MANIFEST}")), reverse=True) if to.is_dir() else []
    return [(folder, Manifest.read(folder)) for folder in folders]


def write_list(folder: Path, names: Sequence[str]) -> str:
    """Keep the names of a back-up's files; the SHA-256 of the list."""
    path = folder / FILES
    path.write_text(json.dumps(sorted(names)))
    return _digest(path)


def read_list(folder: Path, manifest: Manifest) -> list[str]:
    """The names of a back-up's files.

    Raises:
        Damaged: the list is missing or was changed, or leads out of the folder of files. Anybody can seal for a public
            key, so what lies in a back-up's folder is not trusted.
    """
    path = folder / FILES
    try:
        if _digest(path) != manifest.list_sha256:
            raise Damaged(part=FILES)
        names: list[str] = json.loads(path.read_text())
        if not all(_NAME.fullmatch(name) for name in names):
            raise Damaged(part=FILES)
    except (OSError, ValueError) as error:
        raise Damaged(part=FILES) from error
    return names


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
