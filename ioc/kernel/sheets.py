"""Tables as files: CSV that Excel opens in Vietnamese, and Excel's own format; both written as the rows come."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ioc.kernel.clock import local
from ioc.kernel.text import syllables

BOM: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDTH: Final = 28
_NO_LETTERS: Final = "\ufffe\uffff"  # XML, which an Excel file is made of, has none of them
_LONGEST_CELL: Final = 32_767  # Excel's own limit, in letters

Cells = Sequence[Any]


def csv_lines(heads: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    """A CSV file piece by piece: UTF-8 with the mark that Excel looks for.

    A text that a spreadsheet would take for a formula gets an apostrophe before it: a name typed by a stranger must
    not run on an official's computer.
    """
    line = io.StringIO()
    writer = csv.writer(line)
    yield BOM.encode()
    writer.writerow([_safe(head) for head in heads])
    for cells in rows:
        writer.writerow([_safe(cell) for cell in cells])
        if line.tell() > 32_000:
            yield _taken(line)
    yield _taken(line)


def _taken(line: io.StringIO) -> bytes:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode()


def _safe(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{local(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date | int | float):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def workbook(title: str, heads: Cells, rows: Iterable[Cells]) -> IO[bytes]:
    """An Excel file, open at its beginning; it lies in a temporary file that goes when it is closed.

    Written row by row: a hundred thousand rows need a few megabytes of memory.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number in range(len(heads)):
        sheet.column_dimensions[get_column_letter(number + 1)].width = _WIDTH
    sheet.append([_head(sheet, head) for head in heads])
    for cells in rows:
        sheet.append([_cell(sheet, cell) for cell in cells])
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the answer closes it when it is sent
    book.save(file)
    file.seek(0)
    return file


def _sheet_name(title: str) -> str:
    """A title as Excel takes it: 31 letters, none of its own marks."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:31] or "1"


def _head(sheet: Any, head: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=str(head))
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """Numbers and days as such, everything else as text, also what looks like a formula."""
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | date):
        return value
    cell = WriteOnlyCell(sheet, value=_readable(str(value)))
    cell.data_type = "s"
    return cell


def _readable(text: str) -> str:
    """`text` without what an Excel file cannot hold."""
    kept = (letter for letter in text if (letter >= " " or letter in "\n\t") and letter not in _NO_LETTERS)
    return "".join(kept)[:_LONGEST_CELL]


def file_name(title: str, *, day: date, form: str) -> str:
    """What a downloaded list is called: its title and day, in letters that every system takes."""
    return f"{'-'.join(syllables(title)) or 'list'}-{day:%Y-%m-%d}.{form}"
