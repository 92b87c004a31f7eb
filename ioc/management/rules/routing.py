"""Which agency a matter goes to: the most specific row of the routing table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


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
