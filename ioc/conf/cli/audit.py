"""Commands about the audit log."""

from typing import TYPE_CHECKING

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import answer, as_json, figure, progress, put, said
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.audit_chain import Verified


@click.group(help=_("The audit log and the chain that shows whether somebody tampered with it."))
def audit() -> None:
    """Commands that read the log and keep its chain; none of them changes an entry."""


@audit.command(help=_("Follow the chain over all entries; exit code 1 when something is edited, missing or moved."))
@as_json
@click.option("--quiet", is_flag=True, help=_("No progress bar."))
@click.option("--keep", is_flag=True, help=_("Keep what was found for the screen, as the nightly check does."))
def verify(as_json: bool, quiet: bool, keep: bool) -> None:
    """Say what holds, and of what does not the numbers."""
    connect()
    from ioc.kernel.clock import now
    from ioc.management.actions.audit_checking import check_chain
    from ioc.management.queries import audit_chain

    with progress(_("Entries"), quiet=quiet or as_json) as tell:
        found = check_chain(at=now(), tell=tell) if keep else audit_chain.verify(tell=tell)
    if as_json:
        put(_facts(found))
    else:
        click.echo(_report(found))
    if not found.holds:
        raise click.exceptions.Exit(1)


def _facts(found: "Verified") -> dict[str, object]:
    return {
        "holds": found.holds,
        "verified_to": found.number,
        "rows": found.rows,
        "unchained": found.unchained,
        "checkpoints": found.checkpoints,
        "seconds": round(found.seconds, 3),
        "fault_count": found.fault_count,
        "faults": [fault.as_dict() for fault in found.faults],
    }


def _report(found: "Verified") -> str:
    from ioc.management.views.words import FAULTS

    head = said(
        _(
            "%(rows)s entries read in %(seconds)s s (%(pace)s/s), up to number %(number)s; %(checkpoints)s checkpoints;"
            " %(unchained)s not in the chain yet."
        ),
        rows=found.rows,
        seconds=figure(found.seconds, 1),
        pace=int(found.rows / max(found.seconds, 0.001)),
        number=found.number,
        checkpoints=found.checkpoints,
        unchained=found.unchained,
    )
    if found.holds:
        return "\n".join([head, _("The chain holds.")])
    lines = [f"  {_numbers(fault.first, fault.last)}: {FAULTS[fault.kind.value]}" for fault in found.faults]
    return "\n".join([head, said(_("The chain does NOT hold, %(n)s places:"), n=found.fault_count), *lines])


def _numbers(first: int, last: int) -> str:
    return figure(first) if first == last else said(_("%(first)s to %(last)s"), first=first, last=last)


@audit.command(help=_("Append the signed head of the chain to the file outside the database, and print it."))
@as_json
def checkpoint(as_json: bool) -> None:
    """What an hourly job does; print it and keep it on paper before somebody is given the database."""
    connect()
    from ioc.kernel.clock import now
    from ioc.management.actions.audit_chain import write_checkpoint
    from ioc.management.queries.audit_chain import head

    written = write_checkpoint(at=now()) is not None
    point = head()
    sentence = "%(number)s  %(digest)s" if written else _("%(number)s  %(digest)s  (there already)")
    answer({"number": point.number, "digest": point.digest, "written": written}, sentence, as_json=as_json)


@audit.command(
    "new-key", help=_("Put a new key of the chain in front; the earlier ones still verify what they sealed.")
)
@as_json
def new_key(as_json: bool) -> None:
    """After somebody who could read the keys has left."""
    connect()
    from ioc.kernel.clock import now
    from ioc.management.actions.audit_chain import add_key, write_checkpoint

    write_checkpoint(at=now())
    add_key()
    done = _("New key in use. Keep the earlier lines of secrets/audit.keys: what they sealed needs them.")
    answer({"new_key": True}, done, as_json=as_json)
