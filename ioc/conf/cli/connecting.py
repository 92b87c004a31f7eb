"""Connecting a command to its installation."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import django
import psycopg
from django.utils import translation

from ioc.conf.cli.words import LANGUAGE, _


def embedded(data: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    """Start the embedded database unless `DATABASE_URL` names a server; how to keep it up, and how to stop it.

    Raises:
        click.ClickException: it does not start.
    """
    if "DATABASE_URL" in os.environ:
        return (lambda: None), (lambda: None)
    from ioc.conf import embedded as server
    from ioc.conf.running.preparing import folders

    folders(data)
    try:
        os.environ["DATABASE_URL"] = server.start(data)
    except (OSError, AssertionError, subprocess.SubprocessError, psycopg.Error) as error:
        told = _("The database does not start. What it says is in %(file)s.")
        raise click.ClickException(told % {"file": data / "postgres" / "log"}) from error
    return (lambda: server.keep_up(data)), (lambda: server.stop(data))


def connect() -> None:
    """Load Django for the installation in `IOC_DATA`, starting its embedded database when it is not up.

    What goes wrong is said in the terminal's language.
    """
    embedded(Path(os.environ["IOC_DATA"]))
    django.setup()
    translation.activate(LANGUAGE)
