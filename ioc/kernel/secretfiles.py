"""Secrets live in files that only the service account may read."""

import contextlib
import os
import secrets
from pathlib import Path


def secret_text(path: Path) -> str:
    """The secret in `path`, made at random when there is none yet."""
    if not path.exists():
        create_secret(path, secrets.token_urlsafe(64))
    return path.read_text().strip()


def create_secret(path: Path, content: str) -> None:
    """Put `content` at `path` with mode 0600 unless something is there already.

    Two processes that start together end with the same secret: the file is written whole beside, then linked in.
    """
    part = _written_beside(path, content)
    with contextlib.suppress(FileExistsError):
        os.link(part, path)
    part.unlink()


def replace_secret(path: Path, content: str) -> None:
    """Put `content` at `path` with mode 0600 in one step: a reader sees the old one or the new one."""
    _written_beside(path, content).rename(path)


def _written_beside(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return part
