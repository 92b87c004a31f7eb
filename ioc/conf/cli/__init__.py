"""The `ioc` command."""

import os
from pathlib import Path
from typing import Any

import click

from ioc.conf.cli import setup
from ioc.conf.cli.areas import areas
from ioc.conf.cli.audit import audit
from ioc.conf.cli.backup import backup, restore
from ioc.conf.cli.bom import sbom
from ioc.conf.cli.calendar import calendar
from ioc.conf.cli.data_requests import data_requests
from ioc.conf.cli.duty import duty
from ioc.conf.cli.guidance import guidance
from ioc.conf.cli.health import health
from ioc.conf.cli.onscene import onscene
from ioc.conf.cli.organizations import organizations
from ioc.conf.cli.passwords import passwords
from ioc.conf.cli.people import people
from ioc.conf.cli.regulations import regulations
from ioc.conf.cli.retention import retention
from ioc.conf.cli.rights import rights
from ioc.conf.cli.rollout import rollout
from ioc.conf.cli.routing import routing
from ioc.conf.cli.running import run
from ioc.conf.cli.sign_in import sign_in
from ioc.conf.cli.words import _


class Commands(click.Group):
    """The commands; of a database that does not answer they say so in a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is asked for."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from django.db.utils import OperationalError

            if not isinstance(error, OperationalError):
                raise
            told = _("The database does not answer: %(said)s") % {"said": str(error).strip()}
            raise click.ClickException(told) from error


@click.group(
    cls=Commands,
    help=_("Run and look after an Intelligent Operations Center."),
    epilog=_("Exit codes: 0 done; 1 refused, or something is wrong; 2 called wrongly."),
)
@click.option("--data", type=click.Path(path_type=Path), envvar="IOC_DATA", default=Path("var"), show_default=True,
              help=_("Folder with the embedded database, files and secrets."))  # fmt: skip
def main(data: Path) -> None:
    """Remember where the installation is; each command connects when it needs to."""
    os.environ["IOC_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.conf.settings")


main.add_command(run)
main.add_command(health)
main.add_command(areas)
main.add_command(audit)
main.add_command(retention)
main.add_command(rights)
main.add_command(onscene)
main.add_command(organizations)
main.add_command(rollout)
main.add_command(duty)
main.add_command(regulations)
main.add_command(guidance)
main.add_command(routing)
main.add_command(calendar)
main.add_command(data_requests)
main.add_command(sign_in)
main.add_command(backup)
main.add_command(restore)
main.add_command(setup.init)
main.add_command(setup.demo)
main.add_command(setup.keys)
main.add_command(setup.migrate)
main.add_command(passwords)
main.add_command(people)
main.add_command(sbom)
