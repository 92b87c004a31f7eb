"""One process each for web, live, worker and front, started again when they end."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

_PR_SET_PDEATHSIG: Final = 1
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 10.0
_STEADY_AFTER: Final = 20.0
STOP_WITHIN: Final = 6.0
_OURS: Final = (sys.prefix.encode(), b"ioc.conf", b"caddy")


@dataclass
class Process:
    """A command that should be running. `pidfile` names its process group, so that leftovers can be ended.

    `head_start`: how many seconds the others may start before it, so that pages are served as soon as can be.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    pidfile: Path
    log: Path
    head_start: float = 0.0
    socket: Path | None = None
    handle: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    pause: float = _FIRST_PAUSE
    resume_at: float = 0.0

    def begin(self) -> None:
        """Start it now, or at the first look after its head start for others is over."""
        if not self.head_start:
            self.start()
        self.resume_at = time.monotonic() + self.head_start

    def start(self) -> None:
        """Start it in a process group of its own, which ends with us even when we are killed."""
        end_group(self.pidfile)
        if self.socket is not None:
            # A killed process leaves its socket behind, and the next one could not take the name.
            self.socket.unlink(missing_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("ab") as log:
            self.handle = subprocess.Popen(
                list(self.command),
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            )
        self.pidfile.write_text(str(self.handle.pid))
        self.started_at = time.monotonic()

    def look(self) -> bool:
        """Start it again when it has ended, after a pause that grows with failures; whether it runs."""
        if self.handle is not None and self.handle.poll() is None:
            return True
        now = time.monotonic()
        if self.handle is not None:
            steady = now - self.started_at > _STEADY_AFTER
            self.pause = _FIRST_PAUSE if steady else min(self.pause * 2, _LONGEST_PAUSE)
            self.resume_at = now + self.pause
            self.handle = None
        if now >= self.resume_at:
            self.start()
        return False


def stop_all(processes: Sequence[Process]) -> None:
    """Ask all of `processes` to end, together, and end the groups of those that have not after `STOP_WITHIN`."""
    for process in processes:
        if process.handle is not None:
            process.handle.terminate()
    ends_at = time.monotonic() + STOP_WITHIN
    for process in processes:
        if process.handle is not None:
            try:
                process.handle.wait(max(0.0, ends_at - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.handle.kill()
        end_group(process.pidfile)


def end_group(pidfile: Path) -> None:
    """End what an earlier start left behind under this name; harmless when nothing is. Waits until it is gone."""
    try:
        left = _ours(int(pidfile.read_text()))
    except (FileNotFoundError, ValueError):
        left = []
    for process in left:
        _kill(process)
    psutil.wait_procs(left, timeout=2)
    pidfile.unlink(missing_ok=True)


def _ours(group: int) -> list[psutil.Process]:
    """The processes of the group that were started from this environment: process ids are used again."""
    found = []
    for pid in psutil.pids():
        try:
            if os.getpgid(pid) == group:
                found.append(psutil.Process(pid))
        except (OSError, psutil.Error):
            continue
    return [process for process in found if _is_ours(process)]


def _is_ours(process: psutil.Process) -> bool:
    try:
        command = Path(f"/proc/{process.pid}/cmdline").read_bytes() or " ".join(process.cmdline()).encode()
    except (OSError, psutil.Error):
        return False
    return any(mark in command for mark in _OURS)


def _kill(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.Error:
        return


def _end_with_parent() -> None:
    """Linux: get SIGTERM when the supervisor dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
