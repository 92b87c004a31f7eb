"""One line of the table."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A measured value and what it should be. `holds` is None for a figure without a goal."""

    name: str
    value: float
    unit: str
    goal: str = ""
    holds: bool | None = None

    @property
    def said(self) -> str:
        """Whether the goal holds, in a word."""
        return {True: "yes", False: "NO", None: "–"}[self.holds]

    def as_dict(self) -> dict[str, Any]:
        """The figure as JSON keeps it."""
        return asdict(self) | {"value": round(self.value, 4)}


def at_least(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that should not be lower than `goal`."""
    return Figure(name, value, unit, f">= {goal:g}", value >= goal)


def at_most(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that should not be higher than `goal`."""
    return Figure(name, value, unit, f"<= {goal:g}", value <= goal)
