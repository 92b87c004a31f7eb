"""The queue: one page of cards, the counts on the tabs, and which matter comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, DateTimeField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from ioc.kernel.actors import Actor
from ioc.kernel.paging import decode_cursor, encode_cursor
from ioc.kernel.text import syllables
from ioc.management.queries import loading
from ioc.onscene.models import Report
from ioc.onscene.models.ordering import CALM, DUE
from ioc.onscene.queries.cards import CARD_FIELDS
from ioc.onscene.queries.desk.rows import Row, row_of
from ioc.onscene.queries.desk.tabs import DEFAULT, TABS, Tab
from ioc.onscene.queries.desk.visible import reach_of, seen_from, visible_to
from ioc.onscene.queries.reach import Place

PAGE_SIZE: Final = 30
MOST_COUNTED: Final = 100
"""A tab counts no further: beyond that the number changes nothing about what to do next."""

_CODE_DIGITS: Final = 5
_COUNTED: Final = tuple(tab.code for tab in TABS.values() if tab.is_counted)
_SOME_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the moment asked about in a statement that is built once."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue is looked at: a tab, words, a category's code, a commune's code, a page's cursor."""

    tab: str = DEFAULT
    words: str = ""
    category: str = ""
    commune: str = ""
    cursor: str = ""

    @property
    def chosen(self) -> Tab:
        """The tab; the first one for a name that is none."""
        return TABS.get(self.tab, TABS[DEFAULT])


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue. `counts` go up to `MOST_COUNTED`; `next_cursor` is empty on the last page."""

    tab: Tab
    rows: Sequence[Row]
    counts: Mapping[str, int]
    next_cursor: str

    @property
    def count(self) -> int:
        """How many reports the tab holds, up to `MOST_COUNTED`; nought where it is not counted."""
        return self.counts.get(self.tab.code, 0)


def queue_for(actor: Actor, *, filters: Filters, at: datetime) -> Queue:
    """The page of the queue that `filters` name, of what the actor may see; two statements."""
    tab = filters.chosen
    rows = _after(_ordered(_rows(actor, tab, filters, at=at), tab), tab, decode_cursor(filters.cursor))
    found = list(rows.only(*CARD_FIELDS)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Queue(
        tab=tab,
        rows=[row_of(report, at=at) for report in shown],
        counts=counts_for(actor, filters=filters, at=at),
        next_cursor=_cursor_of(tab, shown[-1]) if len(found) > PAGE_SIZE else "",
    )


def counts_for(actor: Actor, *, filters: Filters, at: datetime) -> Mapping[str, int]:
    """How many reports each counted tab holds, up to `MOST_COUNTED`; one statement."""
    visible = visible_to(actor)
    if filters.words or filters.category or filters.commune:
        visible = visible.filter(_terms(filters.words), _within(filters, at=at))
        sql, params = _counting(visible)
    else:
        sql, params = _counting_all(reach_of(actor), MOST_COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(sql, [at if value == _SOME_MOMENT else value for value in params])
        return dict(zip(_COUNTED, cursor.fetchone(), strict=True))


@lru_cache(maxsize=256)
def _counting_all(reach: tuple[Place, ...], _most: int) -> tuple[str, Sequence[Any]]:
    """The statement for who reaches these places: the same each time, and building it costs as much as running it."""
    return _counting(seen_from(reach))


def _counting(visible: QuerySet[Report]) -> tuple[str, Sequence[Any]]:
    """The statement that counts each counted tab's part of `visible`, at `_SOME_MOMENT`."""
    parts: list[str] = []
    params: list[Any] = []
    for code in _COUNTED:
        rows = visible.filter(TABS[code].rows(_SOME_MOMENT)).order_by().values("id")[:MOST_COUNTED]
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:  # the ORM saw that nothing can be found
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 - the ORM's own SQL
        params += values
    return f"SELECT {', '.join(parts)}", params


def next_after(actor: Actor, *, filters: Filters, report_id: UUID, at: datetime) -> UUID | None:
    """The matter below `report_id` in the list, else the first one of the list; three statements at most."""
    tab = filters.chosen
    report = visible_to(actor).filter(id=report_id).only(*CARD_FIELDS).first()
    rows = _ordered(_rows(actor, tab, filters, at=at), tab).exclude(id=report_id).only("id")
    below = _after(rows, tab, decode_cursor(_cursor_of(tab, report))).first() if report else None
    following = below or rows.first()
    return following.id if following else None


def report_by_code(actor: Actor, code: str) -> UUID | None:
    """The report with `code` as somebody types it ("BG-2604-00187", "187"), if the actor may see it."""
    wanted = code.strip().upper()
    rows = visible_to(actor).order_by("-filed_at")
    if wanted.isdigit():
        return rows.filter(_terms(wanted)).values_list("id", flat=True).first()
    return rows.filter(code=wanted).values_list("id", flat=True).first()


def _rows(actor: Actor, tab: Tab, filters: Filters, *, at: datetime) -> QuerySet[Report]:
    return visible_to(actor).filter(tab.rows(at), _terms(filters.words), _within(filters, at=at))


def _terms(words: str) -> Q:
    """All syllables of `words`, the last as it begins; a code's running number also without noughts."""
    typed = syllables(words)
    if not typed:
        return Q()
    parts = [f"({one} | {one.zfill(_CODE_DIGITS)})" if one.isdigit() else one for one in typed]
    if not typed[-1].isdigit():
        parts[-1] = f"{typed[-1]}:*"
    return Q(words=SearchQuery(" & ".join(parts), config="simple", search_type="raw"))


def _within(filters: Filters, *, at: datetime) -> Q:
    """The category (and those below it) and the commune; a code that is none finds nothing."""
    reference = loading.current()
    condition = Q()
    if filters.category:
        top = reference.categories_by_code.get(filters.category)
        below = [one.id for one in reference.categories.values() if top and one.path.startswith(top.path)]
        condition &= Q(category_id__in=below)
    if filters.commune:
        area = reference.commune_by_code(filters.commune, day=reference.map_day(at))
        condition &= Q(area_id=area.id if area else None)
    return condition


def _ordered(rows: QuerySet[Report], tab: Tab) -> QuerySet[Report]:
    if not tab.order:
        return rows.order_by("-filed_at", "-id")
    return rows.order_by(*tab.order, "id")


def _cursor_of(tab: Tab, report: Report) -> str:
    if not tab.order:
        return encode_cursor(report.filed_at.isoformat(), str(report.id))
    due = report.due_at.isoformat() if report.due_at else "infinity"
    return encode_cursor(report.urgency, due, str(report.id))


def _after(rows: QuerySet[Report], tab: Tab, cursor: Sequence[str | int]) -> QuerySet[Report]:
    """The rows that come after the one that `cursor` names; all of them for a cursor that is none."""
    keys = _keys(tab, [str(part) for part in cursor])
    if keys is None:
        return rows
    columns, values = keys
    sign = " > " if tab.order else " < "
    row = Func(*columns, function="ROW", output_field=BooleanField())
    given = Func(*values, function="ROW", output_field=BooleanField())
    return rows.filter(Func(row, given, function="", arg_joiner=sign, output_field=BooleanField()))


def _keys(tab: Tab, cursor: Sequence[str]) -> tuple[list[Any], list[Any]] | None:
    try:
        *before, moment, last = cursor
        id_value = Value(UUID(last))
        if moment != "infinity":
            datetime.fromisoformat(moment)
    except ValueError:
        return None
    instant = Cast(Value(moment), DateTimeField())
    if not tab.order:
        return [F("filed_at"), F("id")], [instant, id_value]
    if CALM not in tab.order:
        return [DUE, F("id")], [instant, id_value]
    calm = Value(before[:1] != ["urgent"], output_field=BooleanField())
    return [CALM, DUE, F("id")], [calm, instant, id_value]
