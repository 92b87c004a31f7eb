"""Setting an installation up and looking after its secrets."""

import json
import os
from pathlib import Path

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import answer, as_json, dry_run, put, refusals, said
from ioc.conf.cli.words import _


@click.command(help=_("Bring the tables up to date."))
@dry_run
@as_json
def migrate(dry_run: bool, as_json: bool) -> None:
    """Apply what is new."""
    connect()
    from ioc.conf.running import preparing

    new = preparing.new_migrations()
    if new and not dry_run:
        preparing.migrate()
    if as_json:
        put({"dry_run": dry_run, "new": new})
    elif not new:
        click.echo(_("Tables were up to date."))
    elif dry_run:
        click.echo(said(_("Steps that would be taken: %(steps)s"), steps=", ".join(new)))
    else:
        click.echo(_("Tables brought up to date."))


@click.command(help=_("Start a real province, empty, with one administrator."))
@click.option("--name", required=True, help=_("For example “tỉnh Bắc Ninh”."))
@click.option("--short-name", required=True, help=_("For example “Bắc Ninh”."))
@click.option("--name-en", required=True, help=_("For example “Bac Ninh”."))
@click.option("--prefix", required=True, help=_("Two to four letters before report codes."))
@click.option("--login", required=True, help=_("The administrator's login."))
@click.option("--full-name", required=True, help=_("The administrator's name."))
@click.password_option(
    prompt=_("The administrator's first password"),
    help=_("The administrator's first password (15 letters or more); asked for when left out, which is safer."),
)
@as_json
def init(
    name: str,
    short_name: str,
    name_en: str,
    prefix: str,
    login: str,
    full_name: str,
    password: str,
    as_json: bool,
) -> None:
    """The province's row, the roles, the administrator; everything else is entered on screens."""
    connect()
    from ioc.conf.running import preparing
    from ioc.kernel.clock import now
    from ioc.management.actions.starting import FirstAdministrator, start_province

    preparing.migrate()
    with refusals():
        start_province(
            name=name,
            short_name=short_name,
            name_en=name_en,
            code_prefix=prefix.upper(),
            administrator=FirstAdministrator(login=login, full_name=full_name, password=password),
            at=now(),
        )
    ready = _("%(name)s is ready. Sign in as %(login)s and go to /manage/.")
    answer({"name": name, "login": login}, ready, as_json=as_json)


@click.group(help=_("The demonstration province."))
def demo() -> None:
    """Commands that never touch a real province."""


@demo.command(help=_("Throw the demonstration province away and build it anew."))
def reset() -> None:
    """Empty the tables and the files, then build."""
    connect()
    from ioc.conf.running import demonstration, preparing

    preparing.migrate()
    try:
        demonstration.throw_away(say=click.echo)
    except RuntimeError as error:
        raise click.ClickException(_("This installation holds a real province; nothing was touched.")) from error
    demonstration.ensure_demonstration(say=click.echo)


@demo.command(help=_("The second-factor code of a demonstration login at this moment."))
@click.argument("login", help=_("Whose login."))
@as_json
def code(login: str, as_json: bool) -> None:
    """Six digits, valid for about half a minute."""
    from ioc.conf.running.onetime import totp_now

    path = Path(os.environ["IOC_DATA"]) / "demo.json"
    if not path.exists():
        raise click.ClickException(_("There is no demonstration province here."))
    secrets = {one["login"]: one.get("totp_secret") for one in json.loads(path.read_text())["roles"]}
    if not secrets.get(login):
        raise click.ClickException(said(_("%(login)s has no second factor."), login=login))
    answer({"login": login, "code": totp_now(secrets[login])}, "%(code)s", as_json=as_json)


@click.group(help=_("The keys that seal identities, addresses and second factors."))
def keys() -> None:
    """Keys live in a file beside the data, never in the database."""


@keys.command(help=_("Put a new sealing key in front and seal everything again."))
@as_json
def rotate(as_json: bool) -> None:
    """Earlier keys stay in the file until they are taken out by hand, after backups that need them are gone."""
    connect()
    from ioc.kernel import sealing
    from ioc.management.actions import resealing as factors
    from ioc.notices import actions as notices
    from ioc.onscene import actions as onscene

    sealing.add_key()
    facts = {
        "sign_in": factors.reseal_all(),
        "data_requests": factors.reseal_requests(),
        "notices": notices.reseal_all(),
        "identities": onscene.reseal_all(),
    }
    sentence = _(
        "New key in use. Sealed again: %(sign_in)s secrets of sign-in, %(data_requests)s requests about data,"
        " %(notices)s addresses of notices, %(identities)s identities."
    )
    answer(facts, sentence, as_json=as_json)
