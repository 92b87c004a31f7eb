"""Which agency a matter goes to: the most specific row of the routing table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Route:
    """A routing row as the rules see it. Empty paths mean any.

    `lead` names the agency; with `lead_level` it is instead the People's Committee of that level at the place.
    """

    id: int
    category_path: str
    area_path: str
    lead: int | None
    lead_level: str
    cooperating: tuple[int, ...]
    valid_from: date
    valid_to: date | None
    legal_basis: str

    def covers(self, *, category_path: str, area_path: str, day: date) -> bool:
        """Whether the row speaks of this category and place on `day`."""
        return (
            category_path.startswith(self.category_path)
            and area_path.startswith(self.area_path)
            and self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
        )

    @property
    def precision(self) -> tuple[int, int, date]:
        """Orders rows that cover a case: deeper category, then smaller area, then the newer."""
        return (len(self.category_path), len(self.area_path), self.valid_from)


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a matter should go, and the row that says so (for "why?")."""

    lead: int
    cooperating: tuple[int, ...]
    route: Route


def route(
    routes: Sequence[Route],
    *,
    category_path: str,
    area_path: str,
    committees: Mapping[str, int],
    day: date,
) -> Routed | None:
    """The agency for a category at a place on `day`; None when the table has a gap there.

    `committees` maps the levels at the place ("commune", "district", "province") to their People's Committee. A row
    whose level has no committee there is passed over for the next one.
    """
    covering = [row for row in routes if row.covers(category_path=category_path, area_path=area_path, day=day)]
    for row in sorted(covering, key=lambda row: row.precision, reverse=True):
        lead = row.lead if row.lead is not None else committees.get(row.lead_level)
        if lead is not None:
            return Routed(lead=lead, cooperating=row.cooperating, route=row)
    return None


class Verdict(StrEnum):
    """Why a row decides a case, or does not."""

    WINS = "wins"
    NO_COMMITTEE = "no_committee"
    SHALLOWER_CATEGORY = "shallower_category"
    LARGER_AREA = "larger_area"
    OLDER = "older"
    NOT_YET = "not_yet"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Considered:
    """A row that speaks of a case, the agency it names there, and why it wins or loses."""

    route: Route
    lead: int | None
    verdict: Verdict


def consider(
    routes: Sequence[Route],
    *,
    category_path: str,
    area_path: str,
    committees: Mapping[str, int],
    day: date,
) -> list[Considered]:
    """Every row that speaks of the category and place at some time: the winner first, then what came closest."""
    speaking = [
        row for row in routes if category_path.startswith(row.category_path) and area_path.startswith(row.area_path)
    ]
    winner = route(speaking, category_path=category_path, area_path=area_path, committees=committees, day=day)
    found = [
        Considered(row, _lead(row, committees), _verdict(row, winner.route if winner else None, committees, day))
        for row in speaking
    ]
    order = list(Verdict)
    found.sort(key=lambda one: one.route.precision, reverse=True)
    return sorted(found, key=lambda one: (one.verdict is not Verdict.WINS, order.index(one.verdict) > 4))


def _lead(row: Route, committees: Mapping[str, int]) -> int | None:
    return row.lead if row.lead is not None else committees.get(row.lead_level)


def _verdict(row: Route, winner: Route | None, committees: Mapping[str, int], day: date) -> Verdict:
    if row.valid_from > day:
        return Verdict.NOT_YET
    if row.valid_to is not None and row.valid_to <= day:
        return Verdict.ENDED
    if _lead(row, committees) is None:
        return Verdict.NO_COMMITTEE
    if winner is None or row.id == winner.id:
        return Verdict.WINS
    if len(row.category_path) < len(winner.category_path):
        return Verdict.SHALLOWER_CATEGORY
    return Verdict.LARGER_AREA if len(row.area_path) < len(winner.area_path) else Verdict.OLDER
