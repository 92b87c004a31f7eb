"""Ready answers: words with fields, checked when they are written and filled in when they are used."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: Final[Mapping[str, str | Promise]] = {
    "code": _("the report's code"),
    "category": _("the category"),
    "agency": _("the lead agency"),
    "due": _("by when it is due"),
    "place": _("the place"),
    "centre": _("the name of the application"),
    "hotline": _("the centre's telephone number"),
}
"""What a field stands for."""
MISSING: Final = "…"
_FIELD: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_BRACE: Final = re.compile(r"\{\{|\}\}")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a text that cannot be filled in: where (from 1) and what stands there."""

    line: int
    column: int
    found: str


def flaws(text: str) -> list[Flaw]:
    """Fields that do not exist and braces without their fellow, in the order of the text."""
    found = [*_unknown(text), *_open(text)]
    return [_flaw(text, place, what) for place, what in sorted(found)]


def _unknown(text: str) -> Iterator[tuple[int, str]]:
    for match in _FIELD.finditer(text):
        if match[1] not in FIELDS:
            yield match.start(), match[0]


def _open(text: str) -> Iterator[tuple[int, str]]:
    """Pairs of braces that are not part of a field."""
    without = _FIELD.sub(lambda match: " " * len(match[0]), text)
    for match in _BRACE.finditer(without):
        yield match.start(), match[0]


def _flaw(text: str, place: int, found: str) -> Flaw:
    before = text[:place]
    return Flaw(line=before.count("\n") + 1, column=place - (before.rfind("\n") + 1) + 1, found=found)


def fill(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its fields filled in; what is not known yet becomes an ellipsis to be written over."""
    return _FIELD.sub(lambda match: facts.get(match[1]) or MISSING, text)
