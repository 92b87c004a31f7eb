"""Files of people, as an office would send them."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

HEADINGS = ("Họ và tên", "E-mail", "Điện thoại", "Đơn vị", "Vai trò", "Chức danh", "Từ ngày", "Đến hết ngày")


def excel(rows: Iterable[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, title: str = "") -> bytes:
    """An Excel file with `headings` and `rows`; a `title` stands above."""
    book = Workbook()
    sheet: Any = book.active
    if title:
        sheet.append([title])
        sheet.append([])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def officers(count: int, *, agencies: Sequence[str]) -> list[tuple[Any, ...]]:
    """So many officers, spread over `agencies`."""
    return [
        (
            f"Nguyễn Văn {number}", f"cb{number}@bacgiang.vn", 912000000 + number, agencies[number % len(agencies)],
            "officer", "Cán bộ", "01/12/2026", None,
        )
        for number in range(count)
    ]  # fmt: skip
