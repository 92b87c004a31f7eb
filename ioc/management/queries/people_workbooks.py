"""Workbooks of people: the template to fill in, and the rows that could not be taken with the reason beside them."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.models import valid_on
from ioc.management.queries.reach import givable_roles, manageable_organizations
from ioc.management.rules.people_cells import COLUMNS, HEADINGS
from ioc.management.rules.people_import import Planned

_WIDTHS: Final = {"full_name": 28, "email": 30, "organization": 34, "role": 22, "title": 24}
_HEAD: Final = PatternFill("solid", fgColor="DCE6F5")
_WRONG: Final = PatternFill("solid", fgColor="FBE3E0")
_FILLED: Final = 2000
"""Rows of the template that offer the agencies and roles to choose from."""


def template(*, actor: Actor) -> bytes:
    """An Excel file with the headings, and the agencies and roles that the actor may use to choose from.

    Raises:
        Forbidden: the actor manages no people.
    """
    today = local_date(now())
    organizations = manageable_organizations(actor=actor).filter(valid_on(today)).order_by("name")
    agencies = list(organizations.values_list("code", "name"))
    roles = list(givable_roles(actor=actor).order_by("name").values_list("code", "name"))
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("People")
    _write_head(sheet, [str(HEADINGS[column]) for column in COLUMNS], list(COLUMNS))
    for column, (title, rows) in {
        "organization": (_("Agencies"), agencies),
        "role": (_("Roles"), roles),
    }.items():
        _offer(book, sheet, column, title, rows)
    for column in ("phone", "valid_from", "valid_to"):
        letter = get_column_letter(list(COLUMNS).index(column) + 1)
        for number in range(2, _FILLED + 2):
            sheet[f"{letter}{number}"].number_format = "@" if column == "phone" else "DD/MM/YYYY"
    return _bytes(book)


def wrong_rows(*, headers: Mapping[str, str], planned: Iterable[Planned]) -> bytes:
    """An Excel file of the wrong rows as they were, each with its row number and what is wrong; ready to be mended
    and sent again."""
    columns = [column for column in COLUMNS if column in headers]
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("To mend")
    _write_head(sheet, [*(headers[column] for column in columns), _("Row in the file"), _("What is wrong")], columns)
    for number, row in enumerate(planned, start=2):
        said = " ".join(f"{headers.get(one.column) or HEADINGS[one.column]}: {one.text}" for one in row.problems)
        _write_row(sheet, number, [*(row.cells.get(column, "") for column in columns), row.number, said])
        for problem in row.problems:
            if problem.column in columns:
                sheet.cell(number, columns.index(problem.column) + 1).fill = _WRONG
    sheet.column_dimensions[get_column_letter(len(columns) + 2)].width = 70
    return _bytes(book)


def _write_head(sheet: Worksheet, headings: Sequence[str], columns: Sequence[str]) -> None:
    for place, heading in enumerate(headings, start=1):
        cell: Any = sheet.cell(1, place, heading)
        cell.font, cell.fill = Font(bold=True), _HEAD
        name = columns[place - 1] if place <= len(columns) else ""
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 16)
    sheet.freeze_panes = "A2"


def _write_row(sheet: Worksheet, number: int, values: Sequence[object]) -> None:
    """Text stays text: what begins with = is not a formula."""
    for place, value in enumerate(values, start=1):
        cell: Any = sheet.cell(number, place)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=place > len(values) - 1, vertical="top")


def _offer(book: Workbook, sheet: Worksheet, column: str, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """A sheet with what may stand in `column`, offered in each of its cells."""
    other: Any = book.create_sheet(title)
    _write_head(other, [_("Its name"), _("Code")], ["organization", "role"])
    for number, (code, name) in enumerate(rows, start=2):
        _write_row(other, number, [name, code])
    choice = DataValidation(type="list", formula1=f"'{title}'!$A$2:$A${max(len(rows) + 1, 2)}", allow_blank=True)
    choice.showErrorMessage = False
    letter = get_column_letter(list(COLUMNS).index(column) + 1)
    choice.add(f"{letter}2:{letter}{_FILLED + 1}")
    sheet.add_data_validation(choice)


def _bytes(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def file_name(stem: str, day: date) -> str:
    """A name for a file to download, with its day."""
    return f"{stem}-{day:%Y%m%d}.xlsx"
