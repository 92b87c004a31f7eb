"""The headings of a table that somebody made: which column each of them means. Pure."""

import re
from collections.abc import Mapping, Sequence

from ioc.kernel.text import clean, fold

Columns = Mapping[str, tuple[str, ...]]
"""Column → the headings it goes by, folded: lower case, without diacritics and signs."""


def match_headers(headings: Sequence[str], columns: Columns) -> dict[int, str]:
    """Place in the row → column, for the headings that are known; the first of two that mean the same counts."""
    wanted = {name: column for column, names in columns.items() for name in names}
    found: dict[int, str] = {}
    for place, heading in enumerate(headings):
        column = wanted.get(plain_heading(heading))
        if column and column not in found.values():
            found[place] = column
    return found


def plain_heading(heading: str) -> str:
    """A heading without diacritics, signs and what stands in brackets."""
    words = re.sub(r"\(.*?\)|[*:]", " ", fold(clean(heading)))
    return " ".join(words.replace("e-mail", "email").replace("_", " ").split())
