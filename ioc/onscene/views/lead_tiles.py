"""The leaders' figures as the page writes them: numbers in words, changes with their tone, lines as points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ioc.kernel.templatetags.ioc import percent, span, vnum
from ioc.onscene.queries.choices import RatingValue
from ioc.onscene.queries.leading import DEFINITIONS, Backlog, Figure, FigureCode, Overview

SPARK_WIDTH: Final = 96
SPARK_HEIGHT: Final = 32
_EDGE: Final = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of the comparisons under a figure. `tone` is success, error or empty; never without the sign."""

    name: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of the last twelve weeks: `points` for a polyline, the last one, and the line in words."""

    points: str
    last_x: float
    last_y: float
    words: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its comparisons and the list that it comes from."""

    figure: FigureCode
    label: str
    value: str
    unit: str
    comparisons: Sequence[Comparison]
    definition: str | Promise
    note: str = ""
    spark: Spark | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class RatingBar:
    """A part of the ratings' bar: how many before it (`start`), how many in it, and their share of all."""

    value: str
    label: str | Promise
    start: int
    count: int
    share: float


def rating_bars(ratings: Mapping[str, int]) -> list[RatingBar]:
    """The three parts of the bar, in order."""
    total, start = sum(ratings.values()) or 1, 0
    bars = []
    for one in RatingValue:
        count = ratings[one.value]
        bars.append(RatingBar(one.value, one.label, start, count, count / total))
        start += count
    return bars


def tiles(found: Overview) -> list[Tile]:
    """The six tiles, in the order in which they are read."""
    return [*_flow(found), _on_time(found), _overdue(found), _hours(found), _content(found)]


def _flow(found: Overview) -> list[Tile]:
    figures, weekly = found.figures, found.weekly
    received, done = figures.received, figures.done
    return [
        Tile(
            figure=FigureCode.RECEIVED,
            label=_("Received"),
            value=vnum(received.now),
            unit=_("reports"),
            comparisons=_relative(received),
            definition=DEFINITIONS[FigureCode.RECEIVED],
            spark=spark(weekly.received, _("Received in each of the last twelve weeks")),
        ),
        Tile(
            figure=FigureCode.DONE,
            label=_("Done"),
            value=vnum(done.now),
            unit=_("reports"),
            comparisons=_relative(done, good=1),
            definition=DEFINITIONS[FigureCode.DONE],
            spark=spark(weekly.done, _("Done in each of the last twelve weeks")),
        ),
    ]


def _on_time(found: Overview) -> Tile:
    figure = found.figures.on_time
    line = [None if share is None else share * 100 for share in found.weekly.on_time]
    return Tile(
        figure=FigureCode.DUE,
        label=_("Handled in time"),
        value=_percent_figure(figure.now),
        unit="%" if figure.now is not None else "",
        comparisons=_points(figure, found.everywhere.on_time if found.everywhere else None),
        definition=DEFINITIONS[FigureCode.DUE],
        note=_("of %(n)s that fell due") % {"n": vnum(found.figures.due)},
        spark=spark(line, _("Percentage in time in each of the last twelve weeks")),
    )


def _overdue(found: Overview) -> Tile:
    backlog = found.backlog
    return Tile(
        figure=FigureCode.OVERDUE,
        label=_("Overdue now"),
        value=vnum(backlog.overdue),
        unit=_("reports"),
        comparisons=_whose(backlog),
        definition=DEFINITIONS[FigureCode.OVERDUE],
        note=_("of %(n)s that are open") % {"n": vnum(backlog.open)},
        tone="error" if backlog.overdue else "success",
    )


def _whose(backlog: Backlog) -> list[Comparison]:
    """The longest delay and the agency with the most; a figure of now has no period to compare with."""
    if not backlog.by_agency:
        return []
    worst = backlog.by_agency[0]
    whose = worst.agency or _("Operating team")
    longest = max(one.oldest for one in backlog.by_agency)
    return [
        Comparison(_("longest"), span(longest)),
        Comparison(_("most"), f"{whose} ({vnum(worst.count)})"),
    ]


def _hours(found: Overview) -> Tile:
    figure = found.figures.hours
    return Tile(
        figure=FigureCode.HANDLED,
        label=_("Time to handle, middle value"),
        value=vnum(figure.now, 1 if figure.now is not None and figure.now < 100 else 0),
        unit=_("hours") if figure.now is not None else "",
        comparisons=_relative(figure, good=-1),
        definition=DEFINITIONS[FigureCode.HANDLED],
    )


def _content(found: Overview) -> Tile:
    figure = found.figures.content
    return Tile(
        figure=FigureCode.RATED,
        label=_("Satisfied or acceptable"),
        value=_percent_figure(figure.now),
        unit="%" if figure.now is not None else "",
        comparisons=_points(figure, found.everywhere.content if found.everywhere else None),
        definition=DEFINITIONS[FigureCode.RATED],
        note=_("of %(n)s ratings") % {"n": vnum(found.figures.rated)},
    )


def _percent_figure(share: float | None) -> str:
    return vnum(share * 100, 1) if share is not None else "–"


def _relative(figure: Figure, *, good: int = 0) -> list[Comparison]:
    """Changes in percent; `good` says whether more (1) or less (-1) is better, 0 neither."""
    changes = ((_("previous period"), figure.on_before), (_("a year ago"), figure.on_year))
    return [Comparison(name, _signed(change, percent), _tone(change, good)) for name, change in changes]


def _points(figure: Figure, everywhere: Figure | None) -> list[Comparison]:
    """Changes in percentage points, and the province's own share when only a part of it is shown."""
    changes = ((_("previous period"), figure.points_on_before), (_("a year ago"), figure.points_on_year))
    found = [Comparison(name, _signed(change, _in_points), _tone(change, 1)) for name, change in changes]
    if everywhere is not None:
        found.append(Comparison(_("whole province"), percent(everywhere.now, 1)))
    return found


def _in_points(value: float) -> str:
    return _("%(n)s points") % {"n": vnum(value, 1)}


def _signed(change: float | None, written: object) -> str:
    if change is None:
        return "–"
    text = percent(change, 1) if written is percent else _in_points(change)
    return f"+{text}" if change > 0 else text


def _tone(change: float | None, good: int) -> str:
    if not change or not good:
        return ""
    return "success" if change * good > 0 else "error"


def spark(values: Sequence[float | None], said: str) -> Spark | None:
    """A small line through the known values; None with fewer than two."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    numbers = [value for _index, value in known]
    low, span = min(numbers), (max(numbers) - min(numbers)) or 1
    steps = max(len(values) - 1, 1)
    points = [
        (
            round(_EDGE + index / steps * (SPARK_WIDTH - 2 * _EDGE), 1),
            round(SPARK_HEIGHT - _EDGE - (value - low) / span * (SPARK_HEIGHT - 2 * _EDGE), 1),
        )
        for index, value in known
    ]
    return Spark(
        points=" ".join(f"{x},{y}" for x, y in points),
        last_x=points[-1][0],
        last_y=points[-1][1],
        words=f"{said}: " + "; ".join(vnum(value, 0) for value in numbers),
    )
