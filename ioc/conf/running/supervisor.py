"""Keeping the product up: start, watch, start again, stop."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Final

from ioc.conf.running.processes import Process, stop_all

LOOK_EVERY: Final = 0.2
READY_WITHIN: Final = 90.0


class Supervisor:
    """The processes of one installation, and its database when that is embedded."""

    def __init__(self, processes: list[Process], *, keep_database_up: Callable[[], None], host: str, port: int) -> None:
        self.processes = processes
        self.keep_database_up = keep_database_up
        self.host, self.port = host, port
        self.stopping = threading.Event()

    def run(self, *, when_ready: Callable[[], None]) -> None:
        """Run until SIGINT or SIGTERM; calls `when_ready` once every part works."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        for process in self.processes:
            process.begin()
        announced = False
        began = time.monotonic()
        while not self.stopping.wait(LOOK_EVERY):
            self.keep_database_up()
            for process in self.processes:
                process.look()
            if not announced and (self._healthy() or time.monotonic() - began > READY_WITHIN):
                announced = True
                when_ready()
        stop_all(self.processes)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _healthy(self) -> bool:
        with contextlib.closing(HTTPConnection(self.host, self.port, timeout=2)) as connection:
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == HTTPStatus.OK
            except (OSError, HTTPException):
                return False
