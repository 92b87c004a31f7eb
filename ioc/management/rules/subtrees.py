"""What lies below what in a tree kept as paths: "/1/7/" is above "/1/7/9/"."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

_AFTER_ALL: Final = "\U0010ffff"


class Subtrees:
    """The ids of a tree by path. A look-up costs two searches in a sorted list, however large the tree is."""

    def __init__(self, rows: Iterable[tuple[str, int]]) -> None:
        ordered = sorted(rows)
        self._paths = [path for path, _ in ordered]
        self._ids = tuple(row_id for _, row_id in ordered)

    def below(self, path: str) -> tuple[int, ...]:
        """The ids at `path` and below it, in the order of their paths; an empty path is above all."""
        first = bisect_left(self._paths, path)
        return self._ids[first : bisect_left(self._paths, path + _AFTER_ALL)]
