"""`ioc run`: everything on one machine."""

import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import django

from ioc.conf.cli.connecting import embedded
from ioc.conf.cli.showing import figure, said
from ioc.conf.cli.words import _
from ioc.conf.running import preparing
from ioc.conf.running.layout import Layout, default_workers, front_trusts, run_folder
from ioc.conf.running.ownership import AlreadyRunning, take
from ioc.conf.running.supervisor import Supervisor


@click.command(help=_("Start the whole product and keep it up; Ctrl-C stops it."))
@click.option("--port", type=int, envvar="PORT", default=8000, show_default=True, help=_("Port to listen on."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("Address to listen on."))
@click.option("--demo", is_flag=True, help=_("Fill an empty installation with the demonstration province."))
@click.option("--workers", type=int, default=0, help=_("Web processes (default: one a core, two at least)."))
@click.option("--threads", type=int, default=4, show_default=True, help=_("Threads of each web process."))
def run(port: int, host: str, demo: bool, workers: int, threads: int) -> None:
    """Database, set-up, processes, then the addresses."""
    began = time.monotonic()
    data = Path(os.environ["IOC_DATA"])
    trusts = _trusts()
    with _owned(data):
        _require_free(host, port)
        here = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
        origin = os.environ.setdefault("IOC_ORIGIN", f"http://{here}:{port}")
        keep_up, stop_database = embedded(data)
        try:
            prepare(data, demo=demo)
            layout = Layout(
                data=data,
                host=host,
                port=port,
                database_url=os.environ["DATABASE_URL"],
                origin=origin,
                front_trusts=trusts,
            )
            shutil.rmtree(layout.counting_folder(), ignore_errors=True)
            layout.counting_folder().mkdir(mode=0o700)
            supervisor = Supervisor(
                layout.processes(workers=workers or default_workers(), threads=threads),
                keep_database_up=keep_up,
                port=port,
                host=here,
            )
            supervisor.run(when_ready=lambda: _announce(data, origin, time.monotonic() - began))
        finally:
            stop_database()


def _trusts() -> tuple[str, ...]:
    try:
        return front_trusts(os.environ.get("IOC_FRONT_TRUSTS", ""))
    except ValueError as error:
        raise click.ClickException(f"IOC_FRONT_TRUSTS: {error}") from error


def prepare(data: Path, *, demo: bool) -> None:
    """Tables, static files, and the demonstration province where it is asked for and nothing is there."""
    database_url = os.environ["DATABASE_URL"]
    if preparing.is_prepared(data=data, database_url=database_url, demo=demo):
        return
    django.setup()
    if preparing.migrate():
        click.echo(_("Tables brought up to date."))
    preparing.collect_static(data)
    if demo:
        from ioc.conf.running.demonstration import ensure_demonstration

        ensure_demonstration(say=click.echo)
    preparing.keep_mark(database_url=database_url)


@contextmanager
def _owned(data: Path) -> Iterator[None]:
    """Hold the installation, and end in good order on SIGTERM from the first moment."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        lock = take(run_folder(data))
    except AlreadyRunning:
        said_so = _(
            "Already running on %(folder)s. Stop it first, or choose another folder: --data, or make run DATA=…"
        )
        raise click.ClickException(said(said_so, folder=data)) from None
    with lock:
        yield


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            in_use = _("Port %(port)s is in use. Stop what uses it, or choose another: --port, or make run PORT=8010")
            raise click.ClickException(said(in_use, port=str(port))) from error


def _announce(data: Path, origin: str, seconds: float) -> None:
    up = _("%(origin)s   (up in %(seconds)s s, data in %(folder)s, Ctrl-C stops)")
    click.echo("\n  " + said(up, origin=origin, seconds=figure(seconds, 1), folder=data) + "\n")
    path = data / "demo.json"
    if not path.exists():
        click.echo("  " + _("Start with:") + "  ioc init --help\n")
        return
    facts = json.loads(path.read_text())
    facts["address"] = origin
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1))
    role, login, password, first = _("role"), _("login"), _("password"), _("try first")
    click.echo(f"  {role:<22}{login:<20}{password:<24}{first}")
    factor = _("second factor: %(secret)s  (code now: make code LOGIN=%(login)s)")
    for one in facts["roles"]:
        click.echo(f"  {one['role']:<22}{one['login']:<20}{one['password']:<24}{origin}{one['address']}")
        click.echo(f"  {'':<22}{one['try']}")
        if one.get("totp_secret"):
            click.echo(f"  {'':<22}{said(factor, secret=one['totp_secret'], login=one['login'])}")
    click.echo()
