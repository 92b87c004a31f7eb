"""The cells of a file of populations: which heading is which column, and what may stand in each. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.text import clean, fold
from ioc.management.rules.headings import Columns

Text = str | Promise

COLUMNS: Final[Columns] = {
    "code": ("ma", "ma dvhc", "ma don vi hanh chinh", "ma xa", "ma don vi", "ma chinh thuc", "code", "official code"),
    "name": ("ten", "ten don vi", "don vi hanh chinh", "ten xa", "name", "its name", "area"),
    "year": ("nam", "year"),
    "people": ("dan so", "so dan", "so nguoi", "nhan khau", "population", "people"),
    "source": ("nguon", "nguon so lieu", "source"),
    "is_estimate": ("uoc tinh", "la uoc tinh", "estimate"),
}
NEEDED: Final = ("code", "year", "people", "source")
HEADINGS: Final[Mapping[str, Text]] = {
    "code": _("Official code"),
    "name": _("Its name"),
    "year": _("Year"),
    "people": _("Population"),
    "source": _("Source"),
    "is_estimate": _("Estimate"),
}
"""What the screens call each column; the name is for the reader only and is not looked at."""
_GROUPED: Final = re.compile(r"\d{1,3}([.,\s\u00a0]\d{3})+|\d+")
_YES: Final = frozenset({"x", "co", "yes", "1", "true", "dung"})
_NO: Final = frozenset({"", "khong", "no", "0", "false", "sai"})
_MOST: Final = 2_000_000_000
_LONGEST_SOURCE: Final = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the file: its number, its cells as they stand, what they mean, and what is wrong by column."""

    number: int
    cells: Mapping[str, str]
    year: int = 0
    people: int = 0
    is_estimate: bool = False
    problems: Mapping[str, Text] = field(default_factory=dict)


def missing_columns(found: Iterable[str]) -> list[str]:
    """The columns that a file must have and has not."""
    present = set(found)
    return [column for column in NEEDED if column not in present]


def read_row(number: int, cells: Mapping[str, str], *, this_year: int) -> Entry:
    """The row with what is wrong in it; nothing is asked of the database."""
    given = {column: " ".join(clean(cells.get(column, "")).split()) for column in COLUMNS}
    year, people = whole(given["year"]), whole(given["people"])
    marked = fold(given["is_estimate"])
    problems = dict(_problems(given, year, people, marked, this_year))
    return Entry(number, given, year or 0, people or 0, marked in _YES, problems)


def whole(text: str) -> int | None:
    """The number in "12345", "12.345" or "12 345"; None for what is none, "36.5" too."""
    return int(re.sub(r"\D", "", text)) if _GROUPED.fullmatch(text) and text.isascii() else None


def _problems(
    given: Mapping[str, str], year: int | None, people: int | None, marked: str, this_year: int
) -> Iterator[tuple[str, Text]]:
    for column in NEEDED:
        if not given[column]:
            yield column, _("This is empty. Fill it in.")
    if given["year"] and not (year and 1900 <= year <= this_year + 1):
        yield "year", _("This is not a year up to now. Write it as 2025.")
    if given["people"] and not (people and 0 < people <= _MOST):
        yield "people", _("This is not a number of people. Write it as 12345 or 12.345.")
    if len(given["source"]) > _LONGEST_SOURCE:
        yield "source", _("This is too long: at most %(most)s characters.") % {"most": _LONGEST_SOURCE}
    if marked not in _YES | _NO:
        yield "is_estimate", _("Write x for an estimate, or leave it empty.")
