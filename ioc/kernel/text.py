"""Vietnamese text, found with and without diacritics."""

import re
import unicodedata
from itertools import pairwise
from typing import Final

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_WORD: Final = re.compile(r"[a-z0-9]+")
_LONGEST_TERM: Final = 2000  # PostgreSQL refuses the whole text for a word of 2 kB


def fold(text: str) -> str:
    """`text` in lower case without diacritics: "Đường Hùng Vương" becomes "duong hung vuong"."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def syllables(text: str) -> list[str]:
    """The folded syllables of `text` in order."""
    return _WORD.findall(fold(text))


def search_terms(text: str) -> list[str]:
    """Syllables and pairs of neighbouring syllables.

    Pairs carry the meaning in Vietnamese ("racthai"); measured better than word segmenters, which fail on text
    typed without diacritics.
    """
    singles = syllables(text)
    pairs = [left + right for left, right in pairwise(singles)]
    return singles + pairs


def search_words(*parts: str) -> str:
    """The terms of `parts` as a tsvector literal: the terms hold letters and digits only, so nothing is quoted."""
    terms = dict.fromkeys(term for part in parts for term in search_terms(part))
    return " ".join(term for term in terms if len(term) <= _LONGEST_TERM)


def clean(text: str) -> str:
    """`text` without what a database or a reader cannot take: NUL and other controls, lone surrogates, outer space."""
    readable = text.encode("utf-8", "ignore").decode()
    return _CONTROL.sub("", readable.replace("\r\n", "\n")).strip()


def similarity(left: str, right: str) -> float:
    """How alike two texts are, from 0 to 1: the Jaccard index of their syllables and pairs."""
    first, second = set(search_terms(left)), set(search_terms(right))
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


def first_line(text: str, *, limit: int = 90) -> str:
    """A title for `text`: its first sentence or line, cut at a word within `limit` characters."""
    line = re.split(r"(?<=[.!?…])\s|\n", text.strip(), maxsplit=1)[0].strip().rstrip(".")
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(",;:") + "…"
