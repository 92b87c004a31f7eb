"""Commands about agencies, for who looks after the installation at night."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import DAY, answer, as_json, day_of, dry_run, put, refusals, said, word
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.organizations import Node
    from ioc.management.queries.reorganizing import Preview
    from ioc.management.rules.reorganizing import Plan

_code = click.argument("code", help=_("The agency's code, as ioc organizations tree shows it."))


@click.group(help=_("Agencies: the tree, and what becomes of them."))
def organizations() -> None:
    """Commands about agencies."""


@organizations.command(help=_("Show the agencies as they stand on a day."))
@click.option("--day", type=DAY, help=_("YYYY-MM-DD, today when left out."))
@click.option("--search", default="", help=_("Words, with or without diacritics."))
@as_json
def tree(day: datetime | None, search: str, as_json: bool) -> None:
    """Print the tree."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries import organizations as queries

    found = queries.tree(day=day_of(day), words=search, actor=SYSTEM)
    if as_json:
        put([_plain(node) for node in found.tops])
        return
    _print(found.tops, 0)


def _print(nodes: Iterable["Node"], depth: int) -> None:
    for node in nodes:
        click.echo(f"{'  ' * depth}{node.name}  [{node.code}]")
        _print(node.children, depth + 1)


def _plain(node: "Node") -> dict[str, Any]:
    return {
        "code": node.code, "name": node.name, "kind": node.kind, "codes": node.codes, "people": node.people,
        "below": [_plain(child) for child in node.children],
    }  # fmt: skip


def _reason(command: Any) -> Any:
    for option in reversed(
        (
            click.option("--on", "day", type=DAY, help=_("YYYY-MM-DD, today (at once) when left out.")),
            click.option("--legal-basis", default="", help=_("Number and date of the decision.")),
            click.option("--reason", default="", help=_("Why, where no decision is named.")),
            dry_run,
            as_json,
        )
    ):
        command = option(command)
    return command


@organizations.command(help=_("Merge agencies into one that stands."))
@click.argument("codes", nargs=-1, required=True, help=_("Codes of the agencies that end."))
@click.option("--into", required=True, help=_("Code of the agency that takes over."))
@_reason
def merge(codes: tuple[str, ...], into: str, **given: Any) -> None:
    """Merge, or show what would happen."""
    connect()
    from ioc.management.rules.reorganizing import MERGE, Part, Plan

    parts = (Part(organization_id=_id(into)),)
    _do(Plan(kind=MERGE, sources=tuple(_id(code) for code in codes), parts=parts), **given)


@organizations.command(help=_("Close an agency, with a successor."))
@_code
@click.option("--successor", default="", help=_("Code of the agency that takes over."))
@_reason
def close(code: str, successor: str, **given: Any) -> None:
    """Close, or show what would happen."""
    connect()
    from ioc.management.rules.reorganizing import CLOSE, Part, Plan

    parts = (Part(organization_id=_id(successor)),) if successor else ()
    _do(Plan(kind=CLOSE, sources=(_id(code),), parts=parts), **given)


@organizations.command(help=_("Split an agency: parts of it go to agencies that stand."))
@_code
@click.option("--into", multiple=True, required=True, help=_("Code of an agency that takes a part over; repeat it."))
@click.option("--goes-on", is_flag=True, help=_("The agency itself goes on and keeps what is not sent away."))
@click.option("--send", multiple=True, help=_("WHAT=CODE: what goes to which part, named as --dry-run names it."))
@_reason
def split(code: str, into: tuple[str, ...], goes_on: bool, send: tuple[str, ...], **given: Any) -> None:
    """Split, or show what would happen."""
    connect()
    from ioc.management.rules.reorganizing import SPLIT, Part, Plan

    parts = tuple(Part(organization_id=_id(one)) for one in into)
    sent = _sent(send, into)
    plan = Plan(
        kind=SPLIT, sources=(_id(code),), parts=parts, sources_end=not goes_on,
        positions=sent["positions"], routing=sent["routing"], work=sent["work"],
    )  # fmt: skip
    _do(plan, **given)


def _sent(send: tuple[str, ...], into: tuple[str, ...]) -> dict[str, dict[Any, int]]:
    """What was sent to which part: "positions:12=CODE"."""
    sent: dict[str, dict[Any, int]] = {"positions": {}, "routing": {}, "work": {}}
    for one in send:
        what, _mark, code = one.rpartition("=")
        sort, _colon, key = what.partition(":")
        if sort not in sent or code not in into or not key or (sort != "work" and not key.isdigit()):
            raise click.ClickException(said(_("%(what)s is not understood. See: --dry-run"), what=one))
        sent[sort][key if sort == "work" else int(key)] = into.index(code)
    return sent


@organizations.command(help=_("Move an agency, with all below it, under another."))
@_code
@click.option("--under", default="", help=_("Code of the agency that it comes under."))
@click.option("--top", is_flag=True, help=_("It comes under no agency."))
@_reason
def move(code: str, under: str, top: bool, **given: Any) -> None:
    """Move, or show whose rights would change."""
    connect()
    from ioc.management.rules.reorganizing import MOVE, Plan

    if bool(under) == top:
        raise click.ClickException(_("Say either --under CODE or --top."))
    parent_id = _id(under) if under else None
    _do(Plan(kind=MOVE, sources=(_id(code),), sources_end=False, parent_id=parent_id), **given)


@organizations.command(help=_("Give an agency a new name."))
@_code
@click.option("--name", required=True, help=_("The new name."))
@click.option("--short-name", required=True, help=_("The new short name."))
@click.option("--name-en", default="", help=_("The new name in English."))
@_reason
def rename(code: str, name: str, short_name: str, name_en: str, **given: Any) -> None:
    """Rename, or show what would happen."""
    connect()
    from ioc.management.rules.reorganizing import RENAME, Plan

    _do(Plan(kind=RENAME, sources=(_id(code),), name=name, short_name=short_name, name_en=name_en), **given)


@organizations.command(help=_("List planned and past changes."))
@click.option("--state", type=click.Choice(["planned", "done", "withdrawn"]), help=_("Only those in this state."))
@as_json
def changes(state: str | None, as_json: bool) -> None:
    """Print the changes."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries import organizations as queries

    rows = [
        {
            "id": row.pk, "day": row.day.isoformat(), "kind": row.kind, "state": row.state,
            "before": [party.name for party in row.parties.all() if party.role == "before"],
            "after": [party.name for party in row.parties.all() if party.role == "after"],
            "legal_basis": row.legal_basis, "moved": row.moved, "failure": row.failure,
        }
        for row in queries.changes(actor=SYSTEM, state=state or "")
    ]  # fmt: skip
    if as_json:
        put(rows)
        return
    for row in rows:
        sides = f"{', '.join(row['before'])} → {', '.join(row['after'])}"
        state, kind = word(row["state"]), _KINDS[row["kind"]]
        click.echo(f"{row['id']:>5}  {row['day']}  {state:<12}  {kind:<12}  {sides}  {row['failure']}".rstrip())
    if not rows:
        click.echo(_("No change is planned, and none was made."))


_KINDS = {
    "rename": _("renamed"),
    "merge": _("merged"),
    "split": _("split"),
    "close": _("dissolved"),
    "move": _("moved"),
}


@organizations.command(help=_("Withdraw a planned change."))
@click.argument("number", type=int, help=_("The change's number, as ioc organizations changes shows it."))
@click.option("--reason", default="", help=_("Why; kept in the audit log."))
@dry_run
@as_json
def withdraw(number: int, reason: str, dry_run: bool, as_json: bool) -> None:
    """Take a planned change back."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.reorganizing import withdraw_change
    from ioc.management.queries import organizations as queries

    with refusals():
        found = [row for row in queries.changes(actor=SYSTEM, state="planned") if row.pk == number]
        if not dry_run:
            withdraw_change(change_id=number, actor=SYSTEM, at=now(), reason=reason)
    if not found:
        raise click.ClickException(_("There is no planned change of this number."))
    sentence = _("Would withdraw: %(what)s") if dry_run else _("Withdrawn. Nothing changes.")
    answer({"id": number, "what": str(found[0]), "dry_run": dry_run}, sentence, as_json=as_json)


@organizations.command(name="carry-out", help=_("Carry out what is due."))
@dry_run
@as_json
def carry_out(dry_run: bool, as_json: bool) -> None:
    """Carry out the planned changes whose day has come."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import local_date, now
    from ioc.management.actions.reorganizing import carry_out_due
    from ioc.management.queries import organizations as queries

    if dry_run:
        due = [row for row in queries.changes(actor=SYSTEM, state="planned") if row.day <= local_date(now())]
        if as_json:
            put({"dry_run": True, "due": [{"id": row.pk, "what": str(row)} for row in due]})
        else:
            click.echo("\n".join(f"{row.pk}  {row}" for row in due) or _("Nothing is due."))
        return
    facts = {"done": carry_out_due(at=now()), "failing": queries.failing(), "dry_run": False}
    answer(facts, _("Carried out: %(done)s. Could not be done: %(failing)s."), as_json=as_json)
    if facts["failing"]:
        raise click.exceptions.Exit(1)


def _id(code: str) -> int:
    from ioc.management.queries import loading

    found = next((one.id for one in loading.current().organizations.values() if one.code == code), None)
    if found is None:
        raise click.ClickException(said(_("No agency has the code %(code)s. See: ioc organizations tree"), code=code))
    return found


def _do(plan: "Plan", *, day: datetime | None, legal_basis: str, reason: str, dry_run: bool, as_json: bool) -> None:
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.reorganizing import plan_change
    from ioc.management.queries.reorganizing import preview

    on = day_of(day)
    with refusals():
        seen = preview(plan=plan, day=on, actor=SYSTEM)
        told: dict[str, Any] = {"day": on.isoformat(), "dry_run": dry_run, **_told(seen)}
        if not dry_run:
            made = plan_change(plan=plan, day=on, legal_basis=legal_basis, reason=reason, actor=SYSTEM, at=now())
            told |= {"id": made.pk, "state": made.state, "moved": made.moved}
    if as_json:
        put(told)
    else:
        click.echo(_lines(told))


def _told(seen: "Preview") -> dict[str, Any]:
    return {
        "goes_along": {str(sort.title): sort.count for sort in seen.sorts},
        "also": {str(label): count for label, count in seen.along},
        "warnings": [str(one) for one in seen.warnings],
        "choices": [
            {"what": f"{sort.field}:{row.key}", "name": str(row.what), "to": row.to}
            for sort in seen.sorts
            for row in sort.rows
            if sort.field
        ],
        **_moving(seen),
    }


def _moving(seen: "Preview") -> dict[str, Any]:
    """Whose reach changes; nothing where no agency moves."""
    if seen.moving is None:
        return {}
    gains, loses = (
        [
            {"person": one.person, "role": one.role, "agency": one.organization, "rights": list(one.rights)}
            for one in side
        ]
        for side in (seen.moving.gains, seen.moving.loses)
    )
    return {"gains": gains, "loses": loses, "below": seen.moving.below, "work": seen.moving.work}


def _lines(told: dict[str, Any]) -> str:
    rows = [f"{label}: {count}" for sort in ("goes_along", "also") for label, count in told[sort].items()]
    rows += [f"! {warning}" for warning in told["warnings"]]
    if told["dry_run"]:
        rows += [f"  {one['what']}  {one['name']} → {one['to'] or '–'}" for one in told["choices"]]
    rows += _reach_lines(told)
    done = (
        ""
        if told["dry_run"]
        else said("%(state)s (%(day)s), %(id)s", state=word(told["state"]), day=told["day"], id=str(told["id"]))
    )
    rows.append(done or _("Nothing was changed."))
    return "\n".join(rows)


def _reach_lines(told: dict[str, Any]) -> list[str]:
    """Who gains and who loses reach, a line each."""
    words = {"gains": _("Gains reach: %(who)s (%(rights)s)"), "loses": _("Loses reach: %(who)s (%(rights)s)")}
    rows = [
        said(words[side], who=f"{one['person']} – {one['role']}, {one['agency']}", rights=", ".join(one["rights"]))
        for side in words
        for one in told.get(side, ())
    ]
    if "below" in told:
        along = said(_("Agencies that come along: %(below)s. Open matters: %(work)s"), **_numbers(told))
        rows.append(along)
    return rows


def _numbers(told: dict[str, Any]) -> dict[str, str]:
    return {name: str(told[name]) for name in ("below", "work")}
