"""What became of an administrative unit: forward or back through its ties, to the units of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True)
class TieRef:
    """On `at`, (part of) area `before` went into area `after`; `is_main`: what has no exact place is counted there."""

    before: int
    after: int
    at: date
    is_main: bool


@dataclass(frozen=True, slots=True)
class Span:
    """When a unit stands: from a day (included) to a day (not included; None: still)."""

    valid_from: date
    valid_to: date | None

    def holds(self, day: date) -> bool:
        """Whether the unit stands on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Lineage:
    """All ties, with when each area stands."""

    ties: tuple[TieRef, ...]
    spans: Mapping[int, Span]

    @cached_property
    def _forward(self) -> Mapping[int, list[tuple[int, bool]]]:
        return _grouped((tie.before, tie.after, tie.is_main) for tie in self.ties)

    @cached_property
    def _back(self) -> Mapping[int, list[tuple[int, bool]]]:
        return _grouped((tie.after, tie.before, tie.is_main) for tie in self.ties)

    def line(self, area: int) -> tuple[int, ...]:
        """The unit, all that it came from and all that it became; not what else went into those."""
        found = {area: None}
        for ways in (self._back, self._forward):
            layer = [area]
            while layer:
                layer = [other for one in layer for other, _main in ways.get(one, ()) if other not in found]
                found |= dict.fromkeys(layer)
        return tuple(found)

    def became(self, area: int, day: date) -> list[int]:
        """The units of `day` on the ground of this one, the main part first.

        The unit itself where it stands then; nothing where its history does not reach that day.
        """
        if self.spans[area].holds(day):
            return [area]
        ways = self._forward if self.spans[area].valid_from <= day else self._back
        found: dict[int, bool] = {}
        seen, layer = {area}, {area: True}
        while layer:
            reached: dict[int, bool] = {}
            for one, main in layer.items():
                for other, is_main in ways.get(one, ()):
                    if other not in seen:
                        reached[other] = reached.get(other, False) or (main and is_main)
            seen |= reached.keys()
            found |= {one: main for one, main in reached.items() if self.spans[one].holds(day)}
            layer = {one: main for one, main in reached.items() if one not in found}
        return sorted(found, key=lambda one: (not found[one], one))


def _grouped(rows: Iterable[tuple[int, int, bool]]) -> dict[int, list[tuple[int, bool]]]:
    found: dict[int, list[tuple[int, bool]]] = {}
    for key, other, is_main in rows:
        found.setdefault(key, []).append((other, is_main))
    return found
