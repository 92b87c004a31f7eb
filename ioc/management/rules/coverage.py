"""Where the routing table has gaps, and where two rows contradict each other.

The whole table is looked at for one day: rows are kept by the category and area that they name, so that a case costs
a dozen look-ups and a matrix of sixty categories by two hundred communes some milliseconds.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from ioc.management.rules.routing import Route


class Coverage(StrEnum):
    """How the table answers a case."""

    COVERED = "covered"
    CONFLICT = "conflict"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the table says of a case: who leads, and the ids of the rows that say so (several in a conflict)."""

    coverage: Coverage
    lead: int | None = None
    routes: tuple[int, ...] = ()


NOBODY = Answer(Coverage.GAP)


@lru_cache(maxsize=8192)
def ancestors(path: str) -> tuple[str, ...]:
    """A materialised path and those above it, the nearest first: "/1/7/" → "/1/7/", "/1/", ""."""
    parts = [part for part in path.split("/") if part]
    whole = tuple(f"/{'/'.join(parts[:count])}/" for count in range(len(parts), 0, -1))
    return (*whole, "")


class Table:
    """The routing rows in force on a day."""

    def __init__(self, routes: Sequence[Route], *, day: date) -> None:
        self._rows: dict[str, dict[str, list[Route]]] = defaultdict(dict)
        for row in sorted(routes, key=lambda row: row.precision, reverse=True):
            if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
                self._rows[row.category_path].setdefault(row.area_path, []).append(row)

    def answer(self, *, category_path: str, area_path: str, committees: Mapping[str, int]) -> Answer:
        """Who leads a matter of the category in the area: as `rules.routing.route`, and whether that is contested.

        Two rows conflict when both are the most precise that speak of the case and name different agencies. The
        newer one is followed, but nobody decided so.
        """
        for rows in self._by_precision(category_path, area_path):
            if len(rows) == 1 and (lead := _lead(rows[0], committees)) is not None:
                return Answer(Coverage.COVERED, lead, (rows[0].id,))
            leads = [(_lead(row, committees), row.id) for row in rows]
            named = [(lead, row_id) for lead, row_id in leads if lead is not None]
            if named:
                coverage = Coverage.CONFLICT if len({lead for lead, _ in named}) > 1 else Coverage.COVERED
                return Answer(coverage, named[0][0], tuple(row_id for _, row_id in named))
        return NOBODY

    def _by_precision(self, category_path: str, area_path: str) -> Iterator[list[Route]]:
        """Rows that speak of the case, in groups of equal precision, the most precise first."""
        for category in ancestors(category_path):
            by_area = self._rows.get(category)
            for area in ancestors(area_path) if by_area else ():
                if by_area and area in by_area:
                    yield by_area[area]


def _lead(row: Route, committees: Mapping[str, int]) -> int | None:
    return row.lead if row.lead is not None else committees.get(row.lead_level)
