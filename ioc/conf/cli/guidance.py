"""`ioc guidance`: announcements, guides and lessons."""

from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import as_json, put, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.models import Guide


@click.group(help=_("Announcements, guides and lessons, for citizens and for staff."))
def guidance() -> None:
    """Commands about guidance."""


@guidance.command(name="list", help=_("List the texts, newest first, with how often each was read."))
@as_json
def list_all(as_json: bool) -> None:
    """Those of all times."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries.guidance import written

    rows = written(actor=SYSTEM)
    if as_json:
        put([_plain(row) for row in rows])
        return
    for row in rows:
        period = f"{row.valid_from} – {row.valid_to or ''}".rstrip()
        read = said(_("read: %(read)s"), read=_read(row))
        click.echo(f"{row.title}  {row.get_kind_display()}, {row.get_readers_display()}  {period}  {read}")
    if not rows:
        click.echo(_("There is none."))


def _plain(row: "Guide") -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "kind": row.kind,
        "readers": row.readers,
        "from": row.valid_from,
        "to": row.valid_to,
        "read": _read(row),
    }


def _read(row: Any) -> int:
    """How many of the staff, or how often by citizens."""
    return (row.staff_read if row.readers == "staff" else row.citizens_read) or 0
