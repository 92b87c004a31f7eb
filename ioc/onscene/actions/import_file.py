"""Reading an export file row by row and taking it in batch by batch; what cannot be taken is written to a file.

Memory stays the same whatever the file's length: rows are read as they come and let go of after their batch.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from django.db import DatabaseError, DataError, IntegrityError
from django.utils.translation import gettext as _

from ioc.kernel.actors import Actor
from ioc.kernel.rights import IMPORT
from ioc.management.queries import loading
from ioc.management.queries.reference import AreaRef, Reference
from ioc.onscene.actions.importing import ImportRow, import_batch, known_identifiers
from ioc.onscene.actions.reading import Line, Refusals, Table, opened
from ioc.onscene.models import Channel
from ioc.onscene.rules.importing import ImportMapping, Incoming, MappingInvalid, RowRefused, read_row

BATCH: Final = 500


@dataclass
class Progress:
    """How far an import is, in bytes of the file and in rows."""

    total_bytes: int
    done_bytes: int = 0
    read: int = 0
    added: int = 0
    already: int = 0
    refused: int = 0


def import_file(
    *,
    file: Path,
    mapping: ImportMapping,
    errors: Path,
    actor: Actor,
    at: datetime,
    limit: int | None = None,
    only_check: bool = False,
    tell: Callable[[Progress], object] = lambda _progress: None,
) -> Progress:
    """Take in the first `limit` rows (None: all) of `file`; what cannot be taken goes to `errors` with line and reason.

    Running it again adds nothing: each identifier of a source is taken once. `only_check` reads and checks
    everything and writes nothing but `errors`. `tell` hears of the progress after each batch.

    Raises:
        Forbidden: the actor may not import.
        Invalid: the file is empty or unreadable, lacks a column that the mapping names, or the mapping names what
            there is not here.
    """
    actor.require(IMPORT)
    reference = loading.current()
    _check_codes(mapping, reference)
    progress = Progress(total_bytes=file.stat().st_size)
    with opened(file, mapping) as table, Refusals(errors, table.header) as refusals:
        run = _Run(mapping, table, refusals, reference, actor, at, progress, only_check=only_check)
        rows = islice(table.lines(), limit)
        while batch := list(islice(rows, BATCH)):
            run.take(batch)
            tell(progress)
    return progress


@dataclass
class _Run:
    """One import of one file. `seen` remembers identifiers (as numbers) where only a check is made."""

    mapping: ImportMapping
    table: Table
    refusals: Refusals
    reference: Reference
    actor: Actor
    at: datetime
    progress: Progress
    only_check: bool = field(kw_only=True)
    seen: set[int] = field(default_factory=set)

    def take(self, lines: Iterable[Line]) -> None:
        """Check a batch of lines and take in what is right."""
        good: list[tuple[Line, ImportRow]] = []
        for line in lines:
            self.progress.read += 1
            try:
                good.append((line, self._checked(line)))
            except RowRefused as error:
                self._refuse(line, str(error))
        if good:
            self._write(good)
        self.progress.done_bytes = self.table.position()

    def _checked(self, line: Line) -> ImportRow:
        incoming = read_row(self.mapping, self.table.row(line), now=self.at)
        if incoming.category not in self.reference.categories_by_code:
            raise RowRefused(_("there is no category “%(code)s” here") % {"code": incoming.category})
        if incoming.agency and incoming.agency not in _agencies(self.reference):
            raise RowRefused(_("there is no agency “%(code)s” here") % {"code": incoming.agency})
        if incoming.channel and incoming.channel not in Channel.values:
            raise RowRefused(_("there is no channel “%(code)s” here") % {"code": incoming.channel})
        return ImportRow(incoming=incoming, area=self._area(incoming))

    def _area(self, incoming: Incoming) -> AreaRef | None:
        if incoming.latitude is None or incoming.longitude is None:
            return None
        day = self.reference.map_day(incoming.filed_at)
        found = self.reference.commune_at(latitude=incoming.latitude, longitude=incoming.longitude, day=day)
        if found is None and not self.mapping.keeps_outside:
            raise RowRefused(_("the place lies outside the province"))
        return found

    def _write(self, good: list[tuple[Line, ImportRow]]) -> None:
        rows = [row for _line, row in good]
        if self.only_check:
            repeated = self._look(rows)
        else:
            try:
                done = import_batch(source=self.mapping.source, rows=rows, actor=self.actor, at=self.at)
            except (DataError, IntegrityError) as error:
                self._halve(good, error)
                return
            self.progress.added += done.added
            self.progress.already += done.already
            repeated = {id(row) for row in done.repeated}
        for line, row in good:
            if id(row) in repeated:
                self._refuse(line, _("the identifier stands in this file more than once"))

    def _look(self, rows: list[ImportRow]) -> set[int]:
        """Count what would be taken in; the rows whose identifier came before in this file."""
        known = known_identifiers(self.mapping.source, rows)
        repeated: set[int] = set()
        for row in rows:
            mark = hash(row.incoming.source_id)
            if row.incoming.source_id in known:
                self.progress.already += 1
            elif mark in self.seen:
                repeated.add(id(row))
            else:
                self.seen.add(mark)
                self.progress.added += 1
        return repeated

    def _halve(self, good: list[tuple[Line, ImportRow]], error: DatabaseError) -> None:
        """Find what the database refuses all the same by halving, so that the rest is kept."""
        if len(good) == 1:
            self._refuse(good[0][0], str(error).split("\n", maxsplit=1)[0])
            return
        middle = len(good) // 2
        self._write(good[:middle])
        self._write(good[middle:])

    def _refuse(self, line: Line, reason: str) -> None:
        self.progress.refused += 1
        self.refusals.add(line, reason)


def _check_codes(mapping: ImportMapping, reference: Reference) -> None:
    """Pass in silence when every code in the mapping's tables exists here."""
    known = {
        "category": set(reference.categories_by_code),
        "agency": _agencies(reference),
        "channel": set(Channel.values),
    }
    for name, codes in known.items():
        source = mapping.fields.get(name)
        missing = sorted(source.results() - codes) if source else []
        if source and missing:
            raise MappingInvalid(
                source.line,
                _("“%(field)s” leads to “%(code)s”, which there is not here.") % {"field": name, "code": missing[0]},
            )


def _agencies(reference: Reference) -> set[str]:
    return {organization.code for organization in reference.agencies.values()}
