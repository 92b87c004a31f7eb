"""Finding the articles in the text of a regulation, and what changed between two versions.

Vietnamese normative texts have parts, chapters, sections and articles ("Phần", "Chương", "Mục", "Điều"), each
on a line of its own (Law on Promulgation of Legal Normative Documents 64/2025/QH15; Decree 78/2025/ND-CP, Appendix
of forms). An article's heading is "Điều 5. Tiếp nhận phản ánh".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ioc.kernel.text import fold

_HEADING: Final = re.compile(r"\s*(phần|chương|mục|điều)\s+([0-9]+[a-zđ]?|[ivxlcdm]+)\b([.:]?)\s*(.*)", re.IGNORECASE)
_LEVELS: Final = {"phần": 1, "chương": 2, "mục": 3, "điều": 4}
ARTICLE: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with the text below it. `level`: 1 part, 2 chapter, 3 section, 4 article; 0 what comes before."""

    anchor: str
    label: str
    heading: str
    level: int
    text: str


class Changed(StrEnum):
    """What became of an article."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


def parts_of(text: str) -> list[Part]:
    """The text cut at its headings, in order; nothing of it is lost. Anchors are unique: "dieu-5", "chuong-ii"."""
    parts: list[Part] = []
    title, lines = ("", "", 0), list[str]()
    for line in text.splitlines():
        heading = _heading(line)
        if heading is None:
            lines.append(line)
            continue
        _add(parts, title, lines)
        title, lines = heading, []
    _add(parts, title, lines)
    return parts


def _heading(line: str) -> tuple[str, str, int] | None:
    """Label, words and level of a heading. "Điều 5 của Luật này …" at the start of a line is none."""
    found = _HEADING.fullmatch(line)
    if found is None:
        return None
    word, number, mark, words = found[1].lower(), found[2], found[3], found[4].strip()
    if words and not mark and (word == "điều" or words != words.upper()):
        return None
    return f"{word.capitalize()} {number}", words, _LEVELS[word]


def _add(parts: list[Part], title: tuple[str, str, int], lines: Sequence[str]) -> None:
    label, heading, level = title
    text = "\n".join(lines).strip()
    if not label and not text:
        return
    anchor = _anchor(label, {part.anchor for part in parts})
    parts.append(Part(anchor=anchor, label=label, heading=heading, level=level, text=text))


def _anchor(label: str, taken: set[str]) -> str:
    """A name for the address; sections begin anew in each chapter, so the second "Mục 1" is "muc-1-2"."""
    plain = "-".join(fold(label).split()) or "mo-dau"
    number, anchor = 1, plain
    while anchor in taken:
        number += 1
        anchor = f"{plain}-{number}"
    return anchor


def articles_of(text: str) -> list[Part]:
    """Only the articles."""
    return [part for part in parts_of(text) if part.level == ARTICLE]


def changes(before: str, after: str) -> Mapping[str, Changed]:
    """Anchor of an article → what became of it from one text to the next; articles that stayed are left out."""
    old = {part.anchor: part for part in articles_of(before)}
    new = {part.anchor: part for part in articles_of(after)}
    found: dict[str, Changed] = {anchor: Changed.ADDED for anchor in new if anchor not in old}
    found |= {anchor: Changed.REMOVED for anchor in old if anchor not in new}
    same = (anchor for anchor in new if anchor in old)
    found |= {anchor: Changed.REWORDED for anchor in same if _words(old[anchor]) != _words(new[anchor])}
    return found


def _words(part: Part) -> list[str]:
    """What is said, however it is broken into lines."""
    return f"{part.heading} {part.text}".split()
