"""Pages by key: the next page starts after the last row of this one, so page 1,000 costs what page 1 does."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and where the next ones start (empty: there are none)."""

    rows: Sequence[T]
    next_cursor: str = ""


class Numbered:
    """What a pager asks of a page that has a number (from 1) and knows whether more come after it."""

    __slots__ = ()
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def previous_page_number(self) -> int:
        """The page before."""
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        """The page after."""
        return self.number + 1


def encode_cursor(*parts: str | int) -> str:
    """A cursor for an address: opaque to readers."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> list[str | int]:
    """The parts of a cursor; empty when it is not one of ours: a spoilt address shows the first page."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, UnicodeDecodeError):
        return []
    return parts if isinstance(parts, list) else []
