"""Reading a spreadsheet that a stranger may have made, in a process of its own.

A few kilobytes of Excel can name a cell in the last column of the last row: the library then asks for half a terabyte
and ends its process. That process is a child with bounds on memory and time, so the server goes on.
"""

import json
import resource
import subprocess
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

_MOST_MEMORY: Final = 1 << 30
_MOST_SECONDS: Final = 60


class WorkbookUnreadable(Exception):
    """It is no spreadsheet, or reading it takes more than it may."""


def first_sheet(content: bytes) -> list[list[str]]:
    """The cells of the first sheet as texts, row by row: days as 2026-12-31, whole numbers without a decimal point.

    Raises:
        WorkbookUnreadable: it cannot be read within a gigabyte of memory and a minute.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and this file
            [sys.executable, "-I", __file__], input=content, capture_output=True, timeout=_MOST_SECONDS, check=True
        )
    except subprocess.SubprocessError as error:
        raise WorkbookUnreadable from error
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


def text_of(cell: Any) -> str:
    """A cell as people see it."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _child() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - in the child only

    sheet = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
    json.dump([[text_of(cell) for cell in line] for line in sheet.to_python()], sys.stdout)


if __name__ == "__main__":
    _child()
