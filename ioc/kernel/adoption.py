"""How the systems are taken up, area by area: lower rooms say what they know, the administration shows it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Use:
    """What was filed from an area: in all and in the last thirty days, the first day, what fell due and was in time."""

    filed: int = 0
    filed_lately: int = 0
    first_on: date | None = None
    due: int = 0
    in_time: int = 0

    @property
    def share_in_time(self) -> float | None:
        """The part of what fell due that was handled in time; None where nothing was due."""
        return self.in_time / self.due if self.due else None

    def plus(self, other: "Use") -> "Use":
        """Both together."""
        days = [day for day in (self.first_on, other.first_on) if day is not None]
        return Use(
            filed=self.filed + other.filed,
            filed_lately=self.filed_lately + other.filed_lately,
            first_on=min(days, default=None),
            due=self.due + other.due,
            in_time=self.in_time + other.in_time,
        )


Source = Callable[[datetime], Mapping[int, Use]]
_sources: Final[list[Source]] = []


def add_source(source: Source) -> None:
    """Have a room's figures (area id → use, at a moment) counted; called once as the room starts."""
    if source not in _sources:
        _sources.append(source)


def by_area(*, at: datetime) -> dict[int, Use]:
    """Area id → use, of all rooms together; each room costs what it says."""
    found: dict[int, Use] = defaultdict(Use)
    for source in _sources:
        for area, use in source(at).items():
            found[area] = found[area].plus(use)
    return dict(found)
