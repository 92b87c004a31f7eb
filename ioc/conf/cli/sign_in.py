"""`ioc sign-in`: providers of identity, and where somebody is signed in."""

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import answer, as_json, dry_run, moment, person_id, put, reason, refusals, said
from ioc.conf.cli.words import _

_login = click.argument("login", help=_("Whose login."))


@click.group("sign-in", help=_("Signing in: providers of identity, and sessions."))
def sign_in() -> None:
    """Commands about signing in."""


@sign_in.command(help=_("List the providers of identity."))
@as_json
def providers(as_json: bool) -> None:
    """Their secrets are never shown."""
    connect()
    from ioc.management.queries import sign_in as queries

    rows = queries.providers()
    if as_json:
        put([
            {"code": one.code, "name": one.name, "issuer": one.issuer, "is_on": one.is_on, "match_by": one.match_by}
            for one in rows
        ])  # fmt: skip
        return
    for one in rows:
        state = _("on") if one.is_on else _("off")
        click.echo(f"{one.code}  {one.name}  {one.issuer}  {state}")
    if not rows:
        click.echo(_("There is none."))


@sign_in.command(help=_("Ask a provider whether signing in with it can work (exit code 1 if not)."))
@click.argument("code", help=_("The provider's code, as ioc sign-in providers shows it."))
@as_json
def check(code: str, as_json: bool) -> None:
    """What is asked of it anybody may ask."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries import provider_check
    from ioc.management.queries import sign_in as queries
    from ioc.management.views.sign_in import callback_of

    provider = next((one for one in queries.providers() if one.code == code), None)
    if provider is None:
        raise click.ClickException(said(_("No provider has the code %(code)s."), code=code))
    found = provider_check.check(provider=provider, callback=callback_of(code), actor=SYSTEM)
    fails = any(one.tone == "error" for one in found)
    if as_json:
        put({"works": not fails, "findings": [{"tone": one.tone, "text": str(one.text)} for one in found]})
    else:
        click.echo("\n".join(f"{'!! ' if one.tone == 'error' else ''}{one.text}" for one in found))
    if fails:
        raise click.exceptions.Exit(1)


@sign_in.command(help=_("Where somebody is signed in, used last first."))
@_login
@as_json
def sessions(login: str, as_json: bool) -> None:
    """As the person's own page shows them."""
    connect()
    from ioc.management.queries.sign_in import sessions_of

    rows = sessions_of(person_id(login))
    if as_json:
        put([
            {"device": one.device.name, "address": one.address, "began_at": one.began_at, "seen_at": one.seen_at}
            for one in rows
        ])  # fmt: skip
        return
    for one in rows:
        facts = {"device": one.device.name or "?", "address": one.address, "seen": moment(one.seen_at)}
        click.echo(said(_("%(device)s, %(address)s, last used %(seen)s"), **facts))
    if not rows:
        click.echo(_("Signed in nowhere."))


@sign_in.command("end-sessions", help=_("Sign somebody out everywhere; the account stays open."))
@_login
@reason
@dry_run
@as_json
def end_sessions(login: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Who must not come back is suspended: `ioc people suspend`."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.own_sign_in import end_sessions_of
    from ioc.management.queries.sign_in import sessions_of

    who = person_id(login)
    with refusals():
        if dry_run:
            ended = len(sessions_of(who))
        else:
            ended = end_sessions_of(person_id=who, actor=SYSTEM, at=now(), reason=reason)
    would, done = (
        _("Sessions of %(login)s that would end: %(sessions)s."),
        _("Sessions of %(login)s ended: %(sessions)s."),
    )
    answer({"login": login, "sessions": ended, "dry_run": dry_run}, would if dry_run else done, as_json=as_json)
