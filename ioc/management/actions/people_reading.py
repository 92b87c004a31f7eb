"""Reading a file of people into headings and numbered rows of text."""

from typing import Final

from ioc.management.actions.table_reading import Form, Sheet, read_table
from ioc.management.rules.people_cells import COLUMNS, HEADINGS, missing_columns

_FORM: Final = Form(COLUMNS, HEADINGS, missing_columns, most_rows=20_000)


def read_people(content: bytes, *, name: str) -> Sheet:
    """The people in the file `name`; the row of headings may stand below a title.

    Raises:
        Unreadable: it is no table, has no headings that are known, lacks a needed column, or is too long.
    """
    return read_table(content, name=name, form=_FORM)
