"""Files of other systems: mappings in YAML, tables in CSV, and the list of what could not be taken."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

import yaml
from django.utils.translation import gettext as _

from ioc.kernel.errors import Invalid
from ioc.onscene.rules.importing import ImportMapping, MappingInvalid, RowRefused
from ioc.onscene.rules.mapping import Document, Node, mapping_from

LONGEST_VALUE: Final = 1_000_000
"""Letters in one value; more means that a quotation mark lacks its mate."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file: the line in which it begins, its values; or why it could not be read."""

    number: int
    values: Sequence[str] = ()
    broken: str = ""


class Table:
    """The rows of an open file, read as they are asked for."""

    def __init__(self, source: TextIO, mapping: ImportMapping) -> None:
        csv.field_size_limit(LONGEST_VALUE)
        self._source = source
        self._mapping = mapping
        self._reader = csv.reader(source, delimiter=mapping.delimiter, strict=True)
        self.header = self._header()

    def lines(self) -> Iterator[Line]:
        """The rows after those read already; empty lines are passed over."""
        while True:
            number = self._reader.line_num + 1
            try:
                values = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(number, broken=self._broken(number, error))
                continue
            if values:
                yield Line(number, values)

    def row(self, line: Line) -> Mapping[str, str]:
        """Column → value.

        Raises:
            RowRefused: the row is not whole or not readable.
        """
        if line.broken:
            raise RowRefused(line.broken)
        if len(line.values) != len(self.header):
            raise RowRefused(
                _("%(found)s values where the header has %(expected)s columns")
                % {"found": len(line.values), "expected": len(self.header)}
            )
        _check_letters("".join(line.values), self._mapping.encoding)
        return dict(zip(self.header, line.values, strict=True))

    def position(self) -> int:
        """How many bytes of the file have been read."""
        return self._source.buffer.tell()

    def _broken(self, number: int, error: csv.Error) -> str:
        last = self._reader.line_num
        if last > number:
            return _("lines %(first)s to %(last)s cannot be read: a quotation mark lacks its mate") % {
                "first": number,
                "last": last,
            }
        return _("cannot be read: %(why)s") % {"why": error}

    def _header(self) -> list[str]:
        first = next(self.lines(), None)
        if first is None:
            raise Invalid(_("The file is empty."))
        header = [name.strip() for name in first.values]
        for column, line in self._mapping.columns().items():
            if header.count(column) != 1:
                raise MappingInvalid(line, _column_problem(column, header))
        return header


def _column_problem(column: str, header: list[str]) -> str:
    if column in header:
        return _("the file has the column “%(column)s” more than once.") % {"column": column}
    columns = ", ".join(name.encode(errors="replace").decode() for name in header)[:500]
    return _("the file has no column “%(column)s”; it has: %(columns)s.") % {"column": column, "columns": columns}


def _check_letters(text: str, encoding: str) -> None:
    """Bytes that are no letters in the file's encoding have been read as lone surrogates."""
    if "\x00" in text:
        raise RowRefused(_("contains a NUL character"))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RowRefused(_("not readable as %(encoding)s") % {"encoding": encoding}) from None


@contextmanager
def opened(file: Path, mapping: ImportMapping) -> Iterator[Table]:
    """The table in `file`.

    Raises:
        Invalid: it is empty, lacks a column of the mapping, or is in quite another encoding.
    """
    try:
        with file.open(newline="", encoding=mapping.encoding, errors="surrogateescape") as source:
            yield Table(source, mapping)
    except UnicodeError as error:
        raise Invalid(_("The file cannot be read as %(encoding)s.") % {"encoding": mapping.encoding}) from error


class Refusals:
    """The file of rows that could not be taken: line, reason, and the row as it was. None is left when all could.

    Written as UTF-8 with the mark that spreadsheets look for; bytes that were not readable stay as they were.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._path = path
        self._file = path.open("w", newline="", encoding="utf-8-sig", errors="surrogateescape")
        self._writer: Any = csv.writer(self._file)
        self._writer.writerow(["line", "reason", *header])
        self._count = 0

    def add(self, line: Line, reason: str) -> None:
        """Write one down."""
        self._count += 1
        self._writer.writerow([line.number, reason, *line.values])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if not self._count:
            self._path.unlink()


def read_mapping(text: str) -> ImportMapping:
    """The mapping in a YAML document.

    Raises:
        MappingInvalid: says the line and what is wrong there.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        raise MappingInvalid(mark.line + 1 if mark else 1, what) from error
    lines: dict[str, int] = {}
    return mapping_from(Document(_plain(root, "", lines) if root else {}, lines))


def _plain(node: yaml.Node, path: str, lines: dict[str, int]) -> Node:
    """The document as tables, lists and texts: no value is taken for a number or a truth."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        table: dict[str, Node] = {}
        for key, value in node.value:
            inner = f"{path}.{key.value}".lstrip(".")
            lines[inner] = key.start_mark.line + 1
            table[str(key.value)] = _plain(value, inner, lines)
        return table
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, f"{path}.{number}", lines) for number, one in enumerate(node.value)]
    return str(node.value)
