"""The `ioc` command."""

import os
from pathlib import Path

import click

from ioc.conf.cli import setup
from ioc.conf.cli.onscene import onscene
from ioc.conf.cli.running import run


@click.group(help="Run and look after an Intelligent Operations Center.")
@click.option("--data", type=click.Path(path_type=Path), envvar="IOC_DATA", default=Path("var"), show_default=True,
              help="Folder with the embedded database, files and secrets.")  # fmt: skip
def main(data: Path) -> None:
    """Remember where the installation is; each command connects when it needs to."""
    os.environ["IOC_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.conf.settings")


main.add_command(run)
main.add_command(onscene)
main.add_command(setup.init)
main.add_command(setup.demo)
main.add_command(setup.keys)
main.add_command(setup.migrate)
