"""Setting an installation up and looking after its secrets."""

import json
import os
from pathlib import Path

import click

from ioc.conf.cli.connecting import connect


@click.command(help="Bring the tables up to date.")
def migrate() -> None:
    """Apply what is new."""
    connect()
    from ioc.conf.running import preparing

    click.echo("Tables brought up to date." if preparing.migrate() else "Tables were up to date.")


@click.command(help="Start a real province, empty, with one administrator.")
@click.option("--name", required=True, help='For example "tỉnh Bắc Ninh".')
@click.option("--short-name", required=True, help='For example "Bắc Ninh".')
@click.option("--name-en", required=True, help='For example "Bac Ninh".')
@click.option("--prefix", required=True, help="Two to four letters before report codes.")
@click.option("--login", required=True, help="The administrator's login.")
@click.option("--full-name", required=True, help="The administrator's name.")
@click.password_option(help="The administrator's first password (12 letters or more).")
def init(name: str, short_name: str, name_en: str, prefix: str, login: str, full_name: str, password: str) -> None:
    """The province's row, the roles, the administrator; everything else is entered on screens."""
    connect()
    from ioc.conf.running import preparing
    from ioc.kernel.clock import now
    from ioc.kernel.errors import DomainError
    from ioc.kernel.forms import sentence
    from ioc.management.actions.starting import FirstAdministrator, start_province

    preparing.migrate()
    try:
        start_province(
            name=name,
            short_name=short_name,
            name_en=name_en,
            code_prefix=prefix.upper(),
            administrator=FirstAdministrator(login=login, full_name=full_name, password=password),
            at=now(),
        )
    except DomainError as error:
        raise click.ClickException(sentence(error)) from error
    click.echo(f"{name} is ready. Sign in as {login} and go to /manage/.")


@click.group(help="The demonstration province.")
def demo() -> None:
    """Commands that never touch a real province."""


@demo.command(help="Throw the demonstration province away and build it anew.")
def reset() -> None:
    """Empty the tables and the files, then build."""
    connect()
    from ioc.conf.running import demonstration, preparing

    preparing.migrate()
    demonstration.throw_away(say=click.echo)
    demonstration.ensure_demonstration(say=click.echo)


@demo.command(help="The second-factor code of a demonstration login at this moment.")
@click.argument("login")
def code(login: str) -> None:
    """Six digits, valid for about half a minute."""
    from ioc.conf.running.onetime import totp_now

    facts = json.loads((Path(os.environ["IOC_DATA"]) / "demo.json").read_text())
    secrets = {one["login"]: one.get("totp_secret") for one in facts["roles"]}
    if not secrets.get(login):
        raise click.ClickException(f"{login} has no second factor.")
    click.echo(totp_now(secrets[login]))


@click.group(help="The keys that seal identities, addresses and second factors.")
def keys() -> None:
    """Keys live in a file beside the data, never in the database."""


@keys.command(help="Put a new sealing key in front and seal everything again.")
def rotate() -> None:
    """Earlier keys stay in the file until they are taken out by hand, after backups that need them are gone."""
    connect()
    from ioc.kernel import sealing
    from ioc.management.actions import resealing as factors
    from ioc.notices import actions as notices
    from ioc.onscene import actions as onscene

    sealing.add_key()
    click.echo("New key in use. Sealed again:")
    click.echo(f"{factors.reseal_all()} second factors")
    click.echo(f"{notices.reseal_all()} addresses of notices")
    click.echo(f"{onscene.reseal_all()} identities")
