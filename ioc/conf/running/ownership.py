"""One supervisor for an installation: who holds its lock, and ending what an earlier one left behind."""

import fcntl
import os
from pathlib import Path
from typing import IO

from ioc.conf.running.processes import end_group


class AlreadyRunning(Exception):
    """Another `ioc run` looks after this folder."""


def take(run: Path) -> IO[str]:
    """Hold the installation whose run folder is `run` as long as the answer is open; the kernel lets go when we die.

    What a killed supervisor left running is ended, so that its port and sockets are free.

    Raises:
        AlreadyRunning: somebody holds it.
    """
    lock = (run / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise AlreadyRunning from error
    for pidfile in run.glob("*.pid"):
        end_group(pidfile)
    return lock


def private_folder(folder: Path) -> Path:
    """Make `folder` for this account only.

    Raises:
        PermissionError: it belongs to somebody else, as it may in a folder that all share.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(str(folder))
    folder.chmod(0o700)
    return folder
