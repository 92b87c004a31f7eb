"""Commands about people: take in a list, look at somebody, and close or mend an account at night."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import (
    IN_FILE,
    OUT_FILE,
    answer,
    as_json,
    dry_run,
    moment,
    person_id,
    put,
    reason,
    refusals,
    said,
)
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.person_page import PersonPage
    from ioc.management.queries.sign_in import Security

_login = click.argument("login", help=_("Whose login."))


@click.group(help=_("People and their accounts."))
def people() -> None:
    """Commands about people."""


@people.command(name="import", help=_("Take in people and positions from an Excel or CSV file."))
@click.argument("file", type=IN_FILE, help=_("The Excel or CSV file."))
@dry_run
@click.option("--invite", is_flag=True, help=_("Invite who has no password yet, by e-mail or SMS."))
@click.option("--errors", type=OUT_FILE, help=_("Where wrong rows are written as Excel with the reasons."))
@as_json
def import_people(file: Path, dry_run: bool, invite: bool, errors: Path | None, as_json: bool) -> None:
    """Good rows are taken in together; wrong ones are told by row and column. Running twice adds nothing."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.people_import import count_of, take_rows
    from ioc.management.actions.people_planning import plan_people
    from ioc.management.actions.people_reading import read_people
    from ioc.management.queries.people_workbooks import wrong_rows
    from ioc.management.rules.people_import import Outcome

    with refusals():
        sheet = read_people(file.read_bytes(), name=file.name)
        planned = plan_people(rows=sheet.rows, actor=SYSTEM, at=now())
        taken = count_of(planned)
        if not dry_run:
            taken = take_rows(rows=sheet.rows, actor=SYSTEM, at=now(), send_out=invite)
    wrong = [row for row in planned if row.outcome is Outcome.WRONG]
    if errors and wrong:
        errors.write_bytes(wrong_rows(headers=sheet.headers, planned=wrong))
    _say(asdict(taken), [_problem(row, sheet.headers) for row in wrong], dry_run=dry_run, as_json=as_json)
    if wrong:
        raise click.exceptions.Exit(1)


def _problem(row: Any, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row.number,
        "problems": [
            {
                "column": headers.get(one.column, one.column),
                "value": row.cells.get(one.column, ""),
                "text": str(one.text),
            }
            for one in row.problems
        ],
    }


def _say(taken: dict[str, int], wrong: list[dict[str, Any]], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        put({"dry_run": dry_run, **taken, "wrong_rows": wrong})
        return
    line = _("row %(row)s, %(column)s “%(value)s”: %(text)s")
    for row in wrong:
        for one in row["problems"]:
            click.echo(said(line, row=row["row"], **one), err=True)
    done = (
        _(
            "Would add %(people)s people; rows new %(new)s, changed %(changed)s, unchanged %(unchanged)s,"
            " wrong %(wrong)s."
        )
        if dry_run
        else _(
            "Added %(people)s people; rows new %(new)s, changed %(changed)s, unchanged %(unchanged)s, wrong %(wrong)s;"
            " invited %(invited)s."
        )
    )
    click.echo(said(done, **taken))


@people.command(help=_("Show somebody's account. Positions, last sign-in, second factors, leave, open work."))
@_login
@as_json
def show(login: str, as_json: bool) -> None:
    """What an administrator sees on the person's page."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.queries.person_page import person_page
    from ioc.management.queries.sign_in import security_of

    with refusals():
        page = person_page(person_id=person_id(login), actor=SYSTEM, at=now())
    facts = _facts(page, security_of(page.person, session_key=""))
    if as_json:
        put(facts)
    else:
        click.echo("\n".join(_lines(facts)))


def _facts(page: "PersonPage", security: "Security") -> dict[str, Any]:
    person = page.person
    return {
        "login": person.username,
        "name": person.full_name,
        "email": person.email,
        "phone": person.phone,
        "is_active": person.is_active,
        "last_sign_in": person.last_login,
        "has_password": security.has_password,
        "authenticator_app": security.has_app,
        "passkeys": len(security.passkeys),
        "recovery_codes_left": security.codes_left or 0,
        "owes_second_factor": page.owes_second_factor and not security.has_second_factor,
        "open_sessions": len(security.sessions),
        "positions": [
            {"role": one.row.role.code, "organization": one.row.organization.code, "when": str(one.when),
             "role_name": one.row.role.name, "organization_name": one.row.organization.name,
             "from": one.row.valid_from, "to": one.row.valid_to}
            for one in page.positions
        ],
        "away_until": page.away.valid_to if page.away else None,
        "invitation": page.invitation_state,
        "open_work": page.open_count,
    }  # fmt: skip


_STATES = {"present": _("now"), "later": _("later"), "over": _("over")}


def _lines(facts: dict[str, Any]) -> list[str]:
    yes, no = _("yes"), _("no")
    ways = {name: yes if facts[name] else no for name in ("has_password", "authenticator_app")}
    lines = [
        _("%(name)s (%(login)s)"),
        _("E-mail: %(email)s; phone: %(phone)s") if facts["email"] or facts["phone"] else "",
        "" if facts["is_active"] else _("This account is suspended."),
        _("Last sign-in: %(last)s; signed in now on %(open_sessions)s devices"),
        _(
            "Password: %(has_password)s; authenticator app: %(authenticator_app)s; passkeys: %(passkeys)s;"
            " recovery codes left: %(recovery_codes_left)s"
        ),
        _("Must set up a second factor at the next sign-in.") if facts["owes_second_factor"] else "",
        _("On leave until %(away_until)s.") if facts["away_until"] else "",
        _("Open work of the person's own: %(open_work)s"),
        _("Positions:") if facts["positions"] else _("No position: this account may do nothing."),
    ]
    told = facts | ways | {"last": moment(facts["last_sign_in"])}
    return [said(line, **told) for line in lines if line] + [_position(one) for one in facts["positions"]]


def _position(one: dict[str, Any]) -> str:
    period = f"{one['from']} – {one['to'] or ''}".rstrip()
    return (
        f"  {one['role_name']}, {one['organization_name']} [{one['organization']}]  {period} ({_STATES[one['when']]})"
    )


@people.command(help=_("Close somebody's account at once. All sessions end, rights are gone, history stays."))
@_login
@reason
@dry_run
@as_json
def suspend(login: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """`ioc people readmit` opens it again."""
    connect()
    from ioc.management.actions.access import suspend_person

    would = _("Would suspend %(name)s; sessions that would end: %(sessions)s.")
    done = _("%(name)s is suspended; sessions ended: %(sessions)s. To undo: ioc people readmit %(login)s --reason …")
    _change(login, suspend_person, sentence=would if dry_run else done, reason=reason, dry_run=dry_run, as_json=as_json)


@people.command(help=_("Open a suspended account again."))
@_login
@reason
@dry_run
@as_json
def readmit(login: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """The person signs in as before."""
    connect()
    from ioc.management.actions.access import readmit_person

    sentence = _("Would open the account of %(name)s again.") if dry_run else _("%(name)s may sign in again.")
    _change(login, readmit_person, sentence=sentence, reason=reason, dry_run=dry_run, as_json=as_json)


@people.command(
    "reset-second-factor",
    help=_("Take a lost second factor away. Recovery codes go too, all sessions end, a new one is set up at sign-in."),
)
@_login
@reason
@dry_run
@as_json
def reset_factor(login: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Make sure first who is calling."""
    connect()
    from ioc.management.actions.access import reset_second_factor

    would = _("Would take the second factor of %(name)s away; sessions that would end: %(sessions)s.")
    done = _("The second factor of %(name)s is gone; sessions ended: %(sessions)s. A new one is set up at sign-in.")
    _change(
        login, reset_second_factor, sentence=would if dry_run else done, reason=reason, dry_run=dry_run, as_json=as_json
    )


@people.command(
    "reset-password",
    help=_("Give somebody a new password. It is asked for, never written on the command line; all sessions end."),
)
@_login
@reason
@dry_run
@as_json
def reset_password(login: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Never on the command line, where others and the shell's history would see it."""
    connect()
    from ioc.management.actions import access

    def do(**given: Any) -> None:
        password = click.prompt(_("New password"), hide_input=True, confirmation_prompt=True, err=True)
        access.reset_password(password=password, **given)

    would = _("Would ask for a new password for %(name)s; sessions that would end: %(sessions)s.")
    done = _("%(name)s has a new password; sessions ended: %(sessions)s.")
    _change(login, do, sentence=would if dry_run else done, reason=reason, dry_run=dry_run, as_json=as_json)


def _change(login: str, do: Callable[..., None], *, sentence: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Run one of the actions on an account as the system, or say what it would do."""
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.queries.person_page import person_page
    from ioc.management.queries.sign_in import sessions_of

    at: datetime = now()
    with refusals():
        person = person_page(person_id=person_id(login), actor=SYSTEM, at=at).person
        who: UUID = person.pk
        sessions = len(sessions_of(who))
        if not dry_run:
            do(person_id=who, actor=SYSTEM, at=at, reason=reason)
    facts = {"login": login, "name": str(person), "sessions": sessions, "dry_run": dry_run}
    answer(facts, sentence, as_json=as_json)
