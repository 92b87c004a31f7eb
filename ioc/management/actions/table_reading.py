"""Reading a table that somebody made, Excel, OpenDocument or CSV, into headings and numbered rows of text."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Invalid
from ioc.kernel.workbooks import WorkbookUnreadable, first_sheet
from ioc.management.rules.headings import Columns, match_headers

MOST_BYTES: Final = 10 * 1024 * 1024
_MOST_UNPACKED: Final = 300 * 1024 * 1024
_MOST_PARTS: Final = 2000
_HEADER_WITHIN: Final = 10
_LONGEST_CELL: Final = 500
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp1258")


class Unreadable(Invalid):
    """The file is not one that can be read."""

    code = "file-unreadable"
    message = _("This file cannot be read.")
    remedy = _("Take the template, fill it in and send it as Excel or CSV.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The headings as they stand in the file, by column, and each row that is not empty: its number and cells."""

    headers: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Form:
    """What a file is expected to hold: its columns, what the screens call them, which of those that it has not it
    must have (`missing`, from those that it has), and the most rows."""

    columns: Columns
    headings: Mapping[str, str | Promise]
    missing: Callable[[Iterable[str]], list[str]]
    most_rows: int


def read_table(content: bytes, *, name: str, form: Form) -> Sheet:
    """The rows of the file `name`; the row of headings may stand below a title.

    Raises:
        Unreadable: it is no table, has no headings that are known, lacks a needed column, or is too long.
    """
    lines = _lines(content, name)
    start, columns = _header(lines, form)
    rows = list(_rows(lines, start, columns))
    if len(rows) > form.most_rows:
        raise Unreadable(_("This file is too long: at most %(most)s rows.") % {"most": form.most_rows})
    if not rows:
        raise Unreadable(_("There is nothing below the headings."))
    return Sheet({column: lines[start][place] for place, column in columns.items()}, rows)


def _lines(content: bytes, name: str) -> list[list[str]]:
    """The cells of a table in the file `name`, row by row."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("This file is too large: at most 10 MB."))
    is_text = PurePath(name).suffix.lower() in {".csv", ".txt", ".tsv"}
    return [[cell.strip()[:_LONGEST_CELL] for cell in line] for line in (_csv if is_text else _workbook)(content)]


def _workbook(content: bytes) -> list[list[str]]:
    try:
        _check_unpacked(content)
        return first_sheet(content)
    except (WorkbookUnreadable, zipfile.BadZipFile) as error:
        raise Unreadable from error


def _check_unpacked(content: bytes) -> None:
    """Refuse a small archive that unpacks into a huge one."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise Unreadable(_("This file is too large: at most 10 MB."))


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable from error


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel writes: UTF-16 with its mark, else the Vietnamese code page."""
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(remedy=_("Save the file as CSV UTF-8."))


def _header(lines: Sequence[Sequence[str]], form: Form) -> tuple[int, dict[int, str]]:
    """Where the headings stand, and which place is which column."""
    found = [(number, match_headers(line, form.columns)) for number, line in enumerate(lines[:_HEADER_WITHIN])]
    number, columns = max(found, key=lambda one: len(one[1]), default=(0, {}))
    missing = form.missing(columns.values())
    if missing:
        names = ", ".join(str(form.headings[column]) for column in missing)
        raise Unreadable(_("Columns are missing: %(names)s.") % {"names": names})
    return number, columns


def _rows(lines: Sequence[Sequence[str]], start: int, columns: dict[int, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the headings, numbered as a spreadsheet does; empty ones are left out."""
    for number, line in enumerate(lines[start + 1 :], start=start + 2):
        cells = {column: line[place] for place, column in columns.items() if place < len(line)}
        if any(cells.values()):
            yield number, cells
