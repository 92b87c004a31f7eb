"""`ioc data-requests`: what people ask about their own data. Nobody is named."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import as_json, moment, put, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.models import DataRequest


@click.group("data-requests", help=_("Requests of people about their own data."))
def data_requests() -> None:
    """Commands about such requests."""


@data_requests.command(name="list", help=_("List the open requests, the most urgent first, with when they are due."))
@as_json
def list_open(as_json: bool) -> None:
    """As the screen shows them: a code, never who asks."""
    connect()
    from ioc.kernel.clock import now

    rows, at = list(_open()), now()
    if as_json:
        put([_plain(row, at) for row in rows])
        return
    for row in rows:
        click.echo(_line(row, at))
    if not rows:
        click.echo(_("No open requests"))


def _open() -> "Iterator[DataRequest]":
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries.data_requests import data_requests as page_of

    cursor = ""
    while True:
        page = page_of(actor=SYSTEM, only_open=True, cursor=cursor)
        yield from page.rows
        cursor = page.older
        if not cursor:
            return


def _due(row: "DataRequest") -> datetime:
    return row.answer_by if row.state == "received" else row.carry_out_by


def _plain(row: "DataRequest", at: datetime) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "state": row.state,
        "is_certain_who": bool(row.verified_how),
        "asked_at": row.asked_at,
        "due_at": _due(row),
        "is_late": _due(row) < at,
    }


def _line(row: "DataRequest", at: datetime) -> str:
    due = said(_("due %(due)s"), due=moment(_due(row)))
    unsure = "" if row.verified_how else _("not certain yet who asks")
    parts = (row.code, row.get_kind_display(), row.get_state_display(), due, unsure)
    return ("!! " if _due(row) < at else "") + "  ".join(part for part in parts if part)
