"""Commands about areas: load the list of units, compare and import boundaries, undo an import, list."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ioc.conf.cli.connecting import connect
from ioc.conf.cli.showing import (
    DAY,
    IN_FILE,
    answer,
    as_json,
    day_of,
    dry_run,
    figure,
    progress,
    put,
    refusals,
    said,
    word,
)
from ioc.conf.cli.words import _

if TYPE_CHECKING:
    from ioc.management.queries.boundary_check import Checked

_LEVEL = click.Choice(["commune", "district", "province"])


def _about_a_file(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--crs", default="", help=_("Coordinates of a file that does not say, e.g. EPSG:3405.")),
        click.option("--level", type=_LEVEL, default="commune", show_default=True, help=_("Which units the file has.")),
        click.option("--as-of", type=DAY, help=_("The day whose map it is for.  [default: today]")),
        click.argument("file", type=IN_FILE, help=_("GeoJSON, a Shapefile as one .zip, or a GeoPackage.")),
    ):
        command = option(command)
    return command


@click.group(help=_("Administrative units, their history and boundaries."))
def areas() -> None:
    """Commands about areas."""


@areas.command(name="load", help=_("Load a province's units, before and after 1 July 2025, with what went into what."))
@click.option("--province", required=True, help=_("Code of the province today, e.g. 24 for Bắc Ninh."))
@click.option("--as-of", type=DAY, help=_("Only the units that stood on this day."))
@dry_run
@as_json
def load(province: str, as_of: datetime | None, dry_run: bool, as_json: bool) -> None:
    """What is here already stays as it is, so it may be run again."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.area_lists import load_province

    with refusals(), progress(_("Units"), quiet=as_json) as tell:
        done = load_province(
            code=province, as_of=as_of.date() if as_of else None, only_look=dry_run, actor=SYSTEM, at=now(), tell=tell
        )
    facts = {"added": done.added, "kept": done.kept, "tied": done.tied, "estimated": done.estimated,
             "differing": done.differing, "dry_run": dry_run}  # fmt: skip
    if as_json:
        put(facts)
        return
    sentence = (
        _("Would add %(added)s units and %(tied)s ties; %(kept)s units were here already.")
        if dry_run
        else _("Added %(added)s units and %(tied)s ties; %(kept)s units were here already.")
    )
    click.echo(said(sentence, **facts))
    for code, here, listed in done.differing:
        line = _("  %(code)s: here “%(here)s”, in the list “%(listed)s”: left as it is")
        click.echo(said(line, code=code, here=here, listed=listed))
    rough = _(
        "Middle points estimated for %(estimated)s units; all boundaries are approximate until a file is imported:"
        " ioc areas import FILE"
    )
    click.echo(said(rough, estimated=done.estimated))


@areas.command(help=_("Compare a file of boundaries with the map; changes nothing."))
@_about_a_file
@as_json
def diff(file: Path, as_of: datetime | None, level: str, crs: str, as_json: bool) -> None:
    """What is new, changed, unmatched; where neighbours overlap or leave gaps."""
    connect()
    checked = _checked(file, as_of, level, crs, quiet=as_json)
    _say_checked(checked, as_json=as_json)


@areas.command(name="import", help=_("Put the boundaries of a file in the place of the present ones, which are kept."))
@_about_a_file
@click.option("--source", default="", help=_("Where the file comes from: office, document, year."))
@click.option("--dry-run", is_flag=True, help=_("Compare only; the same as ioc areas diff."))
@as_json
def import_boundaries(
    file: Path, as_of: datetime | None, level: str, crs: str, source: str, dry_run: bool, as_json: bool
) -> None:
    """Rows that are no unit's are told; the rest is taken. `ioc areas restore` undoes it."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.boundaries import apply_boundaries, read_boundaries

    if dry_run:
        _say_checked(_checked(file, as_of, level, crs, quiet=as_json), as_json=as_json)
        return
    with refusals(), _steps(quiet=as_json) as tell:
        made = read_boundaries(
            content=file.read_bytes(), file_name=file.name, day=day_of(as_of), level=level, system=crs, source=source,
            actor=SYSTEM, at=now(), tell=tell,
        )  # fmt: skip
        count = apply_boundaries(import_id=made.pk, actor=SYSTEM, at=now())
    if as_json:
        put({"import": made.pk, "applied": count, **made.findings})
        return
    _say_findings(made.findings)
    done = _("Import %(number)s: %(count)s boundaries applied. To undo: ioc areas restore %(number)s")
    click.echo(said(done, number=str(made.pk), count=count))


@areas.command(help=_("Give the units the boundaries back that they had before an import."))
@click.argument("number", type=int, help=_("The import's number, as ioc areas list shows it."))
@dry_run
@as_json
def restore(number: int, dry_run: bool, as_json: bool) -> None:
    """The last import of the same units must be undone first."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.kernel.clock import now
    from ioc.management.actions.boundaries import restore_boundaries
    from ioc.management.queries.boundaries import boundary_import

    with refusals():
        found = boundary_import(import_id=number, actor=SYSTEM)
        count = len(found.rows) if dry_run else restore_boundaries(import_id=number, actor=SYSTEM, at=now())
    sentence = (
        _("Would restore %(restored)s boundaries from before %(file)s.")
        if dry_run
        else _("Restored %(restored)s boundaries from before %(file)s.")
    )
    facts = {"import": number, "file": found.file.file_name, "restored": count, "dry_run": dry_run}
    answer(facts, sentence, as_json=as_json)


@areas.command(name="list", help=_("The units that stand on a day, and the files of boundaries."))
@click.option("--as-of", type=DAY, help=_("The day.  [default: today]"))
@click.option("--level", type=_LEVEL, help=_("Only this level."))
@as_json
def list_areas(as_of: datetime | None, level: str | None, as_json: bool) -> None:
    """One line a unit: code, level, name, validity, boundary."""
    connect()
    from ioc.kernel.actors import SYSTEM
    from ioc.management.queries.boundaries import imports, standing

    rows = standing(day=day_of(as_of), level=level or "", actor=SYSTEM)
    files = imports(actor=SYSTEM)
    if as_json:
        put({"areas": rows, "imports": [one.facts() for one in files]})
        return
    for row in rows:
        validity = f"{row['valid_from']} – {row['valid_to'] or ''}"
        click.echo(
            f"{row['code']:<6}{word(row['level']):<10}{row['name']:<40}{validity:<25}{_BOUNDARY[row['boundary']]}"
        )
    line = _("import %(number)s (%(state)s): %(file)s, %(count)s boundaries, map of %(day)s")
    for one in files:
        state = _STATES[one.state]
        click.echo(said(line, number=str(one.id), state=state, file=one.file_name, count=one.count, day=one.day))


_BOUNDARY = {"none": _("no boundary"), "approximate": _("approximate"), "file": _("from a file")}
_STATES = {"draft": _("being looked at"), "applied": _("applied"), "restored": _("undone")}


def _checked(file: Path, as_of: datetime | None, level: str, crs: str, *, quiet: bool) -> "Checked":
    from ioc.management.queries.boundary_check import check_boundaries

    with refusals(), _steps(quiet=quiet) as tell:
        return check_boundaries(file.read_bytes(), day=day_of(as_of), level=level, system=crs, tell=tell)


def _say_checked(checked: "Checked", *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {"code": one.area.code, "name": one.area.name, "kind": one.kind, "changed": one.changed,
         "before_ha": one.before_ha, "area_ha": one.area_ha}
        for one in checked.changes
    ]  # fmt: skip
    if as_json:
        put({"format": checked.format, "crs": checked.system, "changes": rows, **checked.findings()})
        return
    click.echo(f"{checked.format}, {checked.system}")
    for row in rows:
        share = "" if row["kind"] == "new" else f"{figure(100 * row['changed'], 1)}%"
        size = f"{figure(row['area_ha'], 1)} ha"
        click.echo(f"{row['code']:<6}{row['name']:<36}{_KINDS[row['kind']]:<12}{share:>8}  {size:>16}")
    _say_findings(checked.findings())


_KINDS = {"new": _("new"), "changed": _("changed"), "same": _("the same")}
_WHY = {
    "unknown": _("no unit of the map"),
    "ambiguous": _("several units are called so"),
    "no-outline": _("no outline"),
}
_LISTS = {
    "unmatched": _("rows that are no unit's"),
    "repaired": _("outlines mended"),
    "missing": _("units not in the file"),
    "overlaps": _("overlaps"),
    "gaps": _("gaps"),
    "outside": _("parts outside the province"),
}


def _say_findings(found: dict[str, Any]) -> None:
    sentence = _("%(matched)s boundaries for units of the map, from %(rows)s rows.")
    click.echo(said(sentence, matched=found["matched"], rows=found["rows"]))
    for line in _lines(found):
        click.echo(f"  {line}")
    more = _("  %(what)s: %(total)s altogether; the first %(shown)s are shown")
    for name, what in _LISTS.items():
        if found[f"{name}_total"] > len(found[name]):
            click.echo(said(more, what=what, total=found[f"{name}_total"], shown=len(found[name])))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the file, a line each."""
    wrong, mended = _("row %(row)s “%(label)s”: %(why)s"), _("row %(row)s “%(label)s” was mended: %(why)s")
    yield from (said(wrong, row=row, label=label, why=_WHY[why]) for row, label, why in found["unmatched"])
    yield from (said(mended, row=row, label=label, why=why) for row, label, why in found["repaired"])
    yield from (said(_("not in the file: %(name)s"), name=name) for name in found["missing"])
    for sort, sentence in (
        ("overlaps", _("overlap of %(size)s ha: %(names)s")),
        ("gaps", _("gap of %(size)s ha: %(names)s")),
    ):
        yield from (said(sentence, size=figure(size, 2), names=", ".join(names)) for names, size in found[sort])
    beyond = _("%(size)s ha outside the province: %(name)s")
    yield from (said(beyond, size=figure(size, 2), name=name) for name, size in found["outside"])


@contextmanager
def _steps(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for the steps of a check."""
    with progress(_("Units"), quiet=quiet) as tell:
        yield lambda _step, done, total: tell(done, total)
