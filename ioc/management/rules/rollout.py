"""Which system is open for whom, where and when.

A row opens one system to one audience in an area and all below it, from a day (included) to a day (not included). A
system without any row for an audience is not limited for it: it is open everywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Final

WHOLE_PROVINCE: Final = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A row as the rules see it.

    `area_paths` are the materialised paths that it opens: that of its area and, where the area has ended, those of
    the areas that followed it; "" is the whole province.
    """

    id: int
    system: str
    audience: str
    area_paths: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    note: str = ""
    note_en: str = ""
    legal_basis: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def covers(self, area_path: str) -> bool:
        """Whether the area at `area_path` lies within."""
        return any(area_path.startswith(path) for path in self.area_paths)

    def touches(self, area_path: str) -> bool:
        """Whether the area at `area_path` lies within, or holds a part that does."""
        return any(area_path.startswith(path) or path.startswith(area_path) for path in self.area_paths)


@dataclass(frozen=True)
class Openings:
    """All rows, and the questions that the other rooms ask. Nothing here reads a database."""

    rows: tuple[Opening, ...] = ()

    @cached_property
    def _by_path(self) -> Mapping[tuple[str, str], Mapping[str, list[Opening]]]:
        """(system, audience) → path → rows: a look-up costs one step for each level of the area tree."""
        found: dict[tuple[str, str], dict[str, list[Opening]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            for path in row.area_paths:
                found[row.system, row.audience][path].append(row)
        return found

    def is_limited(self, system: str, audience: str) -> bool:
        """Whether there is any row for the system and audience; without one it is open everywhere."""
        return (system, audience) in self._by_path

    def is_open(self, *, system: str, area_path: str, day: date, audience: str) -> bool:
        """Whether the system is open to the audience in the area on `day`. In memory."""
        if not self.is_limited(system, audience):
            return True
        return any(row.holds_on(day) for row in self._covering(system, area_path, audience))

    def is_open_within(self, *, system: str, area_path: str, day: date, audience: str) -> bool:
        """Whether the system is open in the area or in some part of it: what matters to who works over all of it."""
        if not self.is_limited(system, audience):
            return True
        rows = (row for row in self.rows if row.system == system and row.audience == audience)
        return any(row.holds_on(day) and row.touches(area_path) for row in rows)

    def next_opening(self, *, system: str, area_path: str, day: date, audience: str) -> Opening | None:
        """The row that opens the area first after `day`; None when none is planned."""
        coming = [row for row in self._covering(system, area_path, audience) if row.valid_from > day]
        return min(coming, key=lambda row: (row.valid_from, row.id), default=None)

    def gaps(self, *, system: str, area_path: str, since: date, audience: str) -> list[tuple[date, date | None]]:
        """From when to when (not included; None: for good) the system is closed to the audience in the area."""
        if not self.is_limited(system, audience):
            return []
        found: list[tuple[date, date | None]] = []
        closed = since
        for row in sorted(self._covering(system, area_path, audience), key=lambda one: one.valid_from):
            if row.valid_to is not None and row.valid_to <= closed:
                continue
            if row.valid_from > closed:
                found.append((closed, row.valid_from))
            if row.valid_to is None:
                return found
            closed = row.valid_to
        return [*found, (closed, None)]

    def with_rows(self, rows: Iterable[Opening]) -> "Openings":
        """These and `rows`: for a preview of what would be."""
        return Openings((*self.rows, *rows))

    def _covering(self, system: str, area_path: str, audience: str) -> Iterator[Opening]:
        by_path = self._by_path.get((system, audience), {})
        for path in prefixes(area_path):
            yield from by_path.get(path, ())


def prefixes(area_path: str) -> Iterator[str]:
    """The paths of an area and of all above it: "/1/7/" gives "", "/1/", "/1/7/" (and "/" of a path that is none)."""
    yield WHOLE_PROVINCE
    end = area_path.find("/", 1)
    while end != -1:
        yield area_path[: end + 1]
        end = area_path.find("/", end + 1)


def overlap(one: Opening, other: Opening) -> bool:
    """Whether two rows open the same thing twice at the same time somewhere."""
    same = one.system == other.system and one.audience == other.audience
    begins_in_time = other.valid_to is None or one.valid_from < other.valid_to
    ends_in_time = one.valid_to is None or other.valid_from < one.valid_to
    return same and begins_in_time and ends_in_time and any(one.touches(path) for path in other.area_paths)


def overlaps(rows: Sequence[Opening]) -> list[tuple[Opening, Opening]]:
    """The pairs of rows of which one says what the other says already."""
    groups: dict[tuple[str, str], list[Opening]] = defaultdict(list)
    for row in rows:
        groups[row.system, row.audience].append(row)
    return [pair for group in groups.values() for pair in combinations(group, 2) if overlap(*pair)]


@dataclass(frozen=True, slots=True)
class Change:
    """What a system's state becomes for an audience: the areas (ids) that open and those that close."""

    system: str
    audience: str
    opens: tuple[int, ...]
    closes: tuple[int, ...]


def changes(
    *,
    before: Openings,
    after: Openings,
    systems: Iterable[str],
    audiences: Sequence[str],
    areas: Mapping[int, str],
    day_before: date,
    day_after: date,
) -> list[Change]:
    """What differs between `before` on `day_before` and `after` on `day_after`; `areas` maps ids to paths."""
    found = []
    for system in systems:
        for audience in audiences:
            was = _open_areas(before, system, audience, areas, day_before)
            will = _open_areas(after, system, audience, areas, day_after)
            if was != will:
                found.append(Change(system, audience, tuple(sorted(will - was)), tuple(sorted(was - will))))
    return found


def _open_areas(openings: Openings, system: str, audience: str, areas: Mapping[int, str], day: date) -> set[int]:
    return {
        area
        for area, path in areas.items()
        if openings.is_open(system=system, area_path=path, day=day, audience=audience)
    }
