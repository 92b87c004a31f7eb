"""What the leaders' page asks: figures by aggregates in a fixed number of statements, and the rows behind them."""

from dataclasses import dataclass
from datetime import datetime

from ioc.kernel.actors import Actor
from ioc.onscene.queries.leading.breakdowns import (
    Backlog,
    CategoryRow,
    CommuneRow,
    HotSpot,
    Latest,
    backlog,
    categories,
    communes,
    hot_spots,
    latest,
)
from ioc.onscene.queries.leading.figures import Figure, Figures, Weekly, figures, weekly
from ioc.onscene.queries.leading.rows import DEFINITIONS, NAMES, FigureCode, Narrowing, RowPage, rows_behind
from ioc.onscene.queries.leading.scope import Scope, choices, scope_for
from ioc.onscene.rules.periods import Period, PeriodCode, period

__all__ = [
    "DEFINITIONS",
    "NAMES",
    "Backlog",
    "Figure",
    "FigureCode",
    "Narrowing",
    "Overview",
    "Period",
    "PeriodCode",
    "RowPage",
    "Scope",
    "choices",
    "commune_shares",
    "list_behind",
    "overview",
]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the leaders' page. `everywhere` holds the province's figures when an area was chosen."""

    scope: Scope
    period: Period
    figures: Figures
    everywhere: Figures | None
    weekly: Weekly
    backlog: Backlog
    communes: list[CommuneRow]
    categories: list[CategoryRow]
    hot_spots: list[HotSpot]
    latest: list[Latest]

    @property
    def counts_earlier(self) -> bool:
        """Whether reports filed in communes of another day are counted in those of this one."""
        return any(row.earlier for row in self.communes)


def overview(*, actor: Actor, code: PeriodCode, area: str = "", at: datetime) -> Overview:
    """The whole page: 16 statements, five more when an area is chosen.

    Raises:
        Forbidden, NotFound: see `scope_for`.
    """
    scope, chosen = scope_for(actor, area=area, at=at), period(code, at=at)
    whole = scope_for(actor, at=at)
    return Overview(
        scope=scope,
        period=chosen,
        figures=figures(scope=scope, period=chosen, at=at),
        everywhere=figures(scope=whole, period=chosen, at=at) if area else None,
        weekly=weekly(scope=scope, at=at),
        backlog=backlog(scope=scope, at=at),
        communes=communes(scope=scope, period=chosen, at=at),
        categories=categories(scope=scope, period=chosen),
        hot_spots=hot_spots(scope=scope, at=at),
        latest=latest(scope=scope, at=at),
    )


def commune_shares(*, actor: Actor, code: PeriodCode, area: str = "", at: datetime) -> dict[str, float | None]:
    """Commune code → percentage handled in time in the period (None: nothing fell due); three statements.

    Raises:
        Forbidden, NotFound: see `scope_for`.
    """
    scope = scope_for(actor, area=area, at=at)
    rows = communes(scope=scope, period=period(code, at=at), at=at)
    return {row.area.code: None if row.on_time is None else round(row.on_time * 100, 1) for row in rows}


def list_behind(
    *, actor: Actor, figure: FigureCode, code: PeriodCode, area: str, only: Narrowing, at: datetime, number: int
) -> tuple[Scope, Period, RowPage]:
    """A page of the rows behind a figure, with the area and period that they are of; two statements.

    Raises:
        Forbidden, NotFound: see `scope_for`; NotFound also for a category that does not exist.
    """
    scope, chosen = scope_for(actor, area=area, at=at), period(code, at=at)
    page = rows_behind(figure, scope=scope, period=chosen, only=only, at=at, number=number)
    return scope, chosen, page
