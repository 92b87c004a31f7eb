"""`ioc health`: whether all is well, and what somebody must see to, for a person at night or a watching program."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import as_json, figure, moment, put, said, size
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.system import SystemState

_PARTS = {
    "database": _("Database"),
    "worker": _("Background work"),
    "live": _("Live updates"),
    "files": _("Files"),
}


@click.command(
    help=_(
        "Say whether all is well. Shows what needs somebody, the parts, the queue, the disk; exit code 1 when a part"
        " does not work or something must not wait."
    )
)
@as_json
def health(as_json: bool) -> None:
    """What the health page shows, without its tables."""
    _find_processes()
    connect()
    facts = _facts()
    if as_json:
        put(facts)
    else:
        click.echo("\n".join(_lines(facts)))
    if not facts["ok"]:
        raise click.exceptions.Exit(1)


def _find_processes() -> None:
    """Name the sockets of the processes that `ioc run` started on this machine, so that they are asked too."""
    from ioc.conf.running.layout import run_folder

    run = run_folder(Path(os.environ["IOC_DATA"]))
    if any(run.glob("*.pid")):
        os.environ.setdefault("IOC_RUN", str(run))
        os.environ.setdefault("IOC_LIVE_SOCKET", str(run / "live.sock"))


def _facts() -> dict[str, Any]:
    """A database that is down is said as such: nothing else can be asked then."""
    from ioc.kernel import health as kernel
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.queries.system import system_state
    from ioc.management.queries.worries import about_certificate

    parts = kernel.parts()
    if not parts["database"]:
        return {"ok": False, "parts": parts, "worries": []}
    at = now()
    state = system_state(actor=SYSTEM, at=at)
    worries = [*about_certificate(state.certificate_ends_at, at=at), *state.worries]
    return {
        "ok": all(state.parts.values()) and not any(one.is_grave for one in worries),
        "worries": [{"text": str(one.text), "grave": one.is_grave, "page": one.href} for one in worries],
        "parts": state.parts,
        **_sizes(state),
    }


def _sizes(state: "SystemState") -> dict[str, Any]:
    return {
        "queue": {
            "waiting": state.queue.waiting, "failed_within_a_day": state.queue.failed,
            "longest_wait_seconds": int(state.waited.total_seconds()),
        },
        "disk": {"free": state.disk.free, "total": state.disk.total},
        "database_size": state.database_size,
        "files": {"count": state.files, "size": state.files_size},
        "figures": {str(label): number for label, number in state.figures},
        "processes": [{"name": one.name, "since": one.since, "memory": one.memory} for one in state.processes],
        "certificate_ends_at": state.certificate_ends_at,
        "outside": [
            {"name": str(one.name), "address": one.address, "problem": problem}
            for one, problem in state.outside
        ],
    }  # fmt: skip


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    for worry in facts["worries"]:
        yield f"{'!!' if worry['grave'] else '! '} {worry['text']}"
    for part, works in facts["parts"].items():
        state = _("works") if works else _("does not work")
        yield f"{'  ' if works else '!!'} {_PARTS.get(part, part)}: {state}"
    if "queue" in facts:
        yield from _machine_lines(facts)
    if facts["ok"] and not facts["worries"]:
        yield _("All is well.")


def _machine_lines(facts: dict[str, Any]) -> Iterator[str]:
    queue, disk = facts["queue"], facts["disk"]
    yield "   " + said(
        _("Background work: %(waiting)s waiting, the longest for %(longest_wait_seconds)s s;"
          " %(failed_within_a_day)s failed within a day"),
        **queue,
    )  # fmt: skip
    share = figure(100 * disk["free"] / max(disk["total"], 1))
    free = _("Disk of the files: %(free)s of %(total)s free (%(share)s%%)")
    yield "   " + said(free, free=size(disk["free"]), total=size(disk["total"]), share=share)
    stored = _("Database: %(database)s; stored files: %(count)s, %(size)s")
    yield "   " + said(
        stored, database=size(facts["database_size"]), count=facts["files"]["count"], size=size(facts["files"]["size"])
    )
    if facts["certificate_ends_at"]:
        yield "   " + said(_("Certificate good until %(end)s"), end=moment(facts["certificate_ends_at"]))
    for label, number in facts["figures"].items():
        yield f"   {label}: {figure(number)}"
    for one in facts["outside"]:
        state = one["problem"] or _("answers")
        yield f"{'! ' if one['problem'] else '  '} {one['name']}: {state}"
