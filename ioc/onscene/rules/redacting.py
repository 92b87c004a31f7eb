"""Taking what says who somebody is out of a text that stays."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ioc.kernel.text import fold

MARK: Final = "[…]"
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IN_A_FIGURE: Final = r"(?<!\d)" + "".join(rf"(?<!\b\d{{{digits}}}[.,])" for digits in (1, 2, 3))
_PHONE: Final = re.compile(_IN_A_FIGURE + r"(?:\+?84|0)(?:[\s.\-]?\d){8,10}(?!\d)(?![.,]\d{1,3}\b)")
"""A comma or a full stop beside it hides no number; only one between digits of a sum or of coordinates does."""
_IDENTITY_NUMBER: Final = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")


def redacted(text: str, *, names: Iterable[str]) -> str:
    """`text` with `[…]` for e-mail addresses, phone numbers, numbers of identity cards, and for each of `names`.

    A name is found whatever its case and diacritics, as whole words; one of a single syllable is left, for it is a
    word of the language as well.
    """
    for pattern in (_EMAIL, _PHONE, _IDENTITY_NUMBER):
        text = pattern.sub(MARK, text)
    for name in names:
        if len(name.split()) > 1:
            text = _without(text, name)
    return text


def _without(text: str, name: str) -> str:
    """`text` without `name`: looked for in the folded text, taken out of the real one at the same places."""
    folded, places = _folded(text)
    wanted = re.compile(rf"(?<!\w){re.escape(fold(name))}(?!\w)")
    kept, last = [], 0
    for match in wanted.finditer(folded):
        kept += [text[last : places[match.start()]], MARK]
        last = places[match.end()]
    return "".join([*kept, text[last:]])


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters (and its end) where it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = fold(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), [*places, len(text)]


def redacted_values(value: Any, *, names: Iterable[str]) -> Any:
    """A value as JSON keeps it, with every text in it redacted."""
    wanted = list(names)
    if isinstance(value, str):
        return redacted(value, names=wanted)
    if isinstance(value, Mapping):
        return {key: redacted_values(one, names=wanted) for key, one in value.items()}
    if isinstance(value, list):
        return [redacted_values(one, names=wanted) for one in value]
    return value
