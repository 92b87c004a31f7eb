"""Which unit each row of a file of boundaries is: by its official code, else by its name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ioc.kernel.text import fold

_CODE_DIGITS: Final = {2, 3, 5}  # province, district, commune (Decision 124/2004/QĐ-TTg, 19/2025/QĐ-TTg)


class Why(StrEnum):
    """Why a row is no unit's."""

    NO_OUTLINE = "no-outline"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the map that rows may be of."""

    id: int
    code: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Match:
    """A row (from 1) with the unit that it is (None: none), what it calls itself, and why it is none."""

    row: int
    unit_id: int | None
    label: str
    why: Why | None = None


def match_rows(rows: Sequence[Mapping[str, Any]], units: Iterable[Unit]) -> list[Match]:
    """The unit of each row.

    The column that holds the most codes of units decides; rows that have nothing there go by the column with the
    most names, whole ("Phường Kinh Bắc") before short ("Kinh Bắc"), and only where one unit alone is called so.
    """
    known = list(units)
    codes = {unit.code: unit.id for unit in known}
    whole, short = _by_name(known, short=False), _by_name(known, short=True)
    by_code = _best_column(rows, lambda text: _code(text) in codes)
    by_name = _best_column(rows, lambda text: fold(text).strip() in whole or fold(text).strip() in short)
    return [_match(number, row, by_code, by_name, codes, whole, short) for number, row in enumerate(rows, start=1)]


def _match(
    number: int,
    row: Mapping[str, Any],
    by_code: str,
    by_name: str,
    codes: Mapping[str, int],
    whole: Mapping[str, list[int]],
    short: Mapping[str, list[int]],
) -> Match:
    code, name = _code(_text(row.get(by_code))), _text(row.get(by_name))
    label = " ".join(part for part in (name or _first_words(row), code) if part)
    if code in codes:
        return Match(number, codes[code], label)
    if code:  # another unit's: one of the same name in another province is not ours
        return Match(number, None, label, Why.UNKNOWN)
    folded = fold(name).strip()
    candidates = whole.get(folded) or short.get(folded) or []
    if len(candidates) == 1:
        return Match(number, candidates[0], label)
    return Match(number, None, label, Why.AMBIGUOUS if candidates else Why.UNKNOWN)


def _by_name(units: Iterable[Unit], *, short: bool) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for unit in units:
        found[fold(unit.short_name if short else unit.name).strip()].append(unit.id)
    return found


def _best_column(rows: Sequence[Mapping[str, Any]], fits: Any) -> str:
    """The column in which the most rows fit; empty when none does. Of equals the first by name."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(column for column, value in row.items() if fits(_text(value)))
    return min(counts, key=lambda column: (-counts[column], column), default="")


def _text(value: Any) -> str:
    """A value as text: codes that came as numbers lose their point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()


def _code(text: str) -> str:
    """An official code with the zeros in front that a number loses."""
    if not (text.isascii() and text.isdigit()):
        return text
    return text if len(text) in _CODE_DIGITS else text.zfill(5)


def _first_words(row: Mapping[str, Any]) -> str:
    """Something to know the row by: its first text."""
    return next((value.strip()[:60] for value in row.values() if isinstance(value, str) and value.strip()), "")
