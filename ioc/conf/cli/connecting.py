"""Connecting a command to its installation."""

import os
from collections.abc import Callable
from pathlib import Path

import django


def embedded(data: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    """Start the embedded database unless `DATABASE_URL` names a server; how to keep it up, and how to stop it."""
    if "DATABASE_URL" in os.environ:
        return (lambda: None), (lambda: None)
    from ioc.conf import embedded as server
    from ioc.conf.running.preparing import folders

    folders(data)
    os.environ["DATABASE_URL"] = server.start(data)
    return (lambda: server.keep_up(data)), (lambda: server.stop(data))


def connect() -> None:
    """Load Django for the installation in `IOC_DATA`, starting its embedded database when it is not up."""
    embedded(Path(os.environ["IOC_DATA"]))
    django.setup()
