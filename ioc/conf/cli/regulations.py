"""`ioc regulations`: which there are, who has not read one, and reminding them."""

from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import answer, as_json, day_of, dry_run, put, reason, refusals, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.models import Regulation
    from ioc.management.queries.regulations import Managed

_number = click.argument("number", help=_("The regulation's number, as ioc regulations list shows it."))


@click.group(help=_("Regulations: which there are, and who has not read them."))
def regulations() -> None:
    """Commands about regulations."""


@regulations.command(name="list", help=_("List the regulations with their newest published version."))
@as_json
def list_all(as_json: bool) -> None:
    """By number."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries.screens import every_record

    _count, rows = every_record(kind="regulation", filters={}, day=day_of(None), actor=SYSTEM)
    found = [_plain(row) for row in rows]
    if as_json:
        put(found)
        return
    for one in found:
        since = said(_("version %(version)s from %(from)s"), **one) if one["version"] else _("draft")
        owed = _("must be read") if one["must_be_read"] else ""
        click.echo("  ".join(part for part in (one["number"], one["title"], since, owed) if part))
    if not found:
        click.echo(_("There is none."))


def _plain(row: "Regulation") -> dict[str, Any]:
    published = [one for one in row.versions.all() if one.published_at is not None]
    newest = max(published, key=lambda one: one.number, default=None)
    return {
        "number": row.code,
        "title": row.title,
        "must_be_read": row.must_be_read,
        "is_public": row.is_public,
        "version": newest.number if newest else None,
        "from": newest.valid_from if newest else None,
        "to": newest.valid_to if newest else None,
    }


def _managed(number: str) -> "Managed":
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.queries.regulations import id_of, managed

    return managed(regulation_id=id_of(number, actor=SYSTEM), actor=SYSTEM, at=now())


@regulations.command(help=_("Who has not read the newest version of a regulation, agency by agency."))
@_number
@as_json
def unread(number: str, as_json: bool) -> None:
    """As the regulation's page shows it."""
    connect()
    with refusals():
        found = _managed(number)
    if as_json:
        agencies = [
            {"agency": one.name, "people": one.people, "read": one.read, "missing": [str(who) for who in one.missing]}
            for one in found.agencies
        ]
        put({"number": number, "missing": found.missing, "agencies": agencies})
        return
    for one in found.agencies:
        told = _("%(agency)s: %(read)s of %(people)s have read it")
        click.echo(said(told, agency=one.name, read=one.read, people=one.people))
        for who in one.missing:
            click.echo(f"  {who}")
    if not found.missing:
        click.echo(_("Nobody has to read it any more."))


@regulations.command(help=_("Remind those who have not read the newest version; at most twice a day."))
@_number
@reason
@dry_run
@as_json
def remind(number: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """They are told in the product."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions import regulations as actions

    with refusals():
        found = _managed(number)
        people = found.missing
        if not dry_run:
            people = actions.remind(regulation_id=found.regulation.pk, actor=SYSTEM, at=now(), reason=reason)
    sentence = _("Would remind %(people)s people.") if dry_run else _("Reminded %(people)s people.")
    answer({"number": number, "people": people, "dry_run": dry_run}, sentence, as_json=as_json)
