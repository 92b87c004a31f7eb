"""Rights at the command line: what waits for a second administrator, and why somebody may do something."""

from datetime import datetime
from uuid import UUID

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import answer, as_json, dry_run, person_id, put, refusals
from ioc.conf.cli.words import _


@click.group(help=_("Rights: what waits, and why somebody may do something."))
def rights() -> None:
    """For who runs the server: acts as the system, and leaves it in the audit log."""


@rights.command(help=_("List the changes that wait for a second administrator."))
@as_json
def pending(*, as_json: bool) -> None:
    """What waits, the latest first."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.queries.pending import pending_list

    waiting = [one.change for one in pending_list(actor=SYSTEM, at=now()).waiting]
    if as_json:
        put([
            {"id": str(one.id), "what": one.record_name, "rights": one.rights, "asked_by": one.asked_by.username,
             "asked_at": one.asked_at.isoformat(), "reason": one.reason}
            for one in waiting
        ])  # fmt: skip
        return
    for one in waiting:
        click.echo(f"{one.id}  {one.record_name}  {', '.join(one.rights)}  {one.asked_by.username}: {one.reason}")
    if not waiting:
        click.echo(_("Nothing waits."))


@rights.command(help=_("Confirm a change where the province has one administrator."))
@click.argument("change_id", type=click.UUID, help=_("What ioc rights pending shows."))
@dry_run
@as_json
def confirm(change_id: UUID, *, dry_run: bool, as_json: bool) -> None:
    """Stand in for the second administrator."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.second_person import confirm_change
    from ioc.management.queries.pending import pending_change

    at: datetime = now()
    with refusals():
        change = pending_change(change_id, actor=SYSTEM, at=at).change
        if not dry_run:
            confirm_change(change_id=change_id, actor=SYSTEM, at=at)
    sentence = _("Would give %(rights)s: %(what)s") if dry_run else _("Confirmed: %(what)s")
    facts = {"dry_run": dry_run, "what": change.record_name, "rights": ", ".join(change.rights)}
    answer(facts, sentence, as_json=as_json)


@rights.command(help=_("Explain whether somebody may do something, and why."))
@click.argument("login", help=_("Whose login."))
@click.argument("right", help=_("Which right, by its code."))
@click.option("--report", "code", default="", help=_("One report, by its code."))
@as_json
def why(login: str, right: str, code: str, as_json: bool) -> None:
    """Each position answers for itself."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import local_date, now
    from ioc.management.queries.explaining import Question, explain
    from ioc.management.views.rights_words import reason_sentence

    person = person_id(login)
    with refusals():
        found = explain(person_id=person, question=Question(right, code=code), actor=SYSTEM, day=local_date(now()))
    reasons = [reason_sentence(reason) for reason in [*found.giving, *found.others]]
    if as_json:
        put({"allowed": found.allowed, "reasons": reasons})
        return
    click.echo(_("yes") if found.allowed else _("no"))
    for reason in reasons:
        click.echo(f"- {reason}")
