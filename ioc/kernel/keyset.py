"""Pages by key over any ordered query: page 1,000 costs what page 1 does, forwards and backwards.

A row's key is what the list is ordered by, then its primary key. A cursor carries the key of the row at the edge of
the page; the next page is "what comes after this key", which an index on the order answers without counting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Expression, F, Q, QuerySet
from django.db.models.functions import Collate

from ioc.kernel.paging import decode_cursor, encode_cursor

Rows = QuerySet[Any]
_KEY: Final = "_key{}"
_FORWARD: Final = "+"
_BACK: Final = "-"


@dataclass(frozen=True, slots=True)
class Key:
    """One part of an order: a column or expression, which way, and whether it may be null.

    Nulls come last upwards and first downwards. What may not be null lets an index find the place of a page.
    """

    of: str | Expression | Collate
    descending: bool = False
    nullable: bool = False

    def turned(self) -> "Key":
        """The same part the other way round."""
        return replace(self, descending=not self.descending)

    @property
    def expression(self) -> Any:
        """What it compares."""
        return F(self.of) if isinstance(self.of, str) else self.of


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Some rows, and cursors for the pages on both sides (empty: there are none)."""

    rows: Sequence[Any]
    older: str = ""
    newer: str = ""


def page_by_key(rows: Rows, *, order: Sequence[Key], cursor: str, size: int) -> KeyPage:
    """The page of `rows` in `order` that `cursor` names, the first one for a cursor that is spoilt; one statement.

    The primary key is added to the order, the way of its last part, so that rows alike in all else keep their places
    and the order turned round is the same order backwards.
    """
    keys = (*order, Key("pk", descending=bool(order) and order[-1].descending))
    way, values = _read(cursor, len(keys))
    back = way == _BACK
    asked = [key.turned() for key in keys] if back else list(keys)
    found = _cut(rows, asked, values, size)
    shown = found[:size]
    if back:
        shown.reverse()
    return _with_cursors(shown, keys, more=len(found) > size, back=back, began=bool(values))


def _cut(rows: Rows, keys: Sequence[Key], values: Sequence[Any], size: int) -> list[Any]:
    """One row more than the page, so that it is known whether another page follows."""
    ordered = _ordered(rows, keys)
    try:
        return list(_after(ordered, keys, values)[: size + 1])
    except (ValueError, TypeError, ValidationError):  # a cursor of another list, or of another order
        return list(ordered[: size + 1])


def _ordered(rows: Rows, keys: Sequence[Key]) -> Rows:
    named: Rows = rows.annotate(**{_KEY.format(index): key.expression for index, key in enumerate(keys)})
    parts = [F(_KEY.format(index)) for index in range(len(keys))]
    ordered: Rows = named.order_by(
        *(part.desc() if key.descending else part.asc() for part, key in zip(parts, keys, strict=True))
    )
    return ordered


def _after(rows: Rows, keys: Sequence[Key], values: Sequence[Any]) -> Rows:
    """The rows whose key comes after `values`: the first part may be equal only where a later part is beyond."""
    if not values:
        return rows
    given = [_typed(rows, index, value) for index, value in enumerate(values)]
    condition = Q()
    for index in reversed(range(len(keys))):
        beyond = _beyond(index, keys[index], given[index])
        same = _same(index, given[index])
        condition = beyond | (same & condition) if condition else beyond
    return rows.filter(_bound(keys[0], given[0]), condition)


def _bound(key: Key, value: Any) -> Q:
    """A plain bound on the first part, which says nothing new but lets an index begin at the right place."""
    if value is None or key.nullable:
        return Q()
    return Q(**{f"{_KEY.format(0)}__{'lte' if key.descending else 'gte'}": value})


def _null(index: int) -> Q:
    return Q(**{f"{_KEY.format(index)}__isnull": True})


def _beyond(index: int, key: Key, value: Any) -> Q:
    """What comes after `value` in one part; nulls are larger than everything, as PostgreSQL orders them."""
    name = _KEY.format(index)
    if value is None:
        return ~_null(index) if key.descending else Q(pk__in=[])
    if key.descending:
        return Q(**{f"{name}__lt": value})
    above = Q(**{f"{name}__gt": value})
    return above | _null(index) if key.nullable else above


def _same(index: int, value: Any) -> Q:
    return _null(index) if value is None else Q(**{_KEY.format(index): value})


def _typed(rows: Rows, index: int, value: Any) -> Any:
    """A value of a cursor as its column takes it."""
    field = rows.query.annotations[_KEY.format(index)].output_field
    return None if value is None else field.to_python(value)


def _with_cursors(rows: Sequence[Any], keys: Sequence[Key], *, more: bool, back: bool, began: bool) -> KeyPage:
    if not rows:
        return KeyPage(rows)
    has_older, has_newer = (True, more) if back else (more, began)
    return KeyPage(
        rows,
        older=_cursor(_FORWARD, rows[-1], len(keys)) if has_older else "",
        newer=_cursor(_BACK, rows[0], len(keys)) if has_newer else "",
    )


def _cursor(way: str, row: Any, parts: int) -> str:
    return encode_cursor(way, *(_plain(getattr(row, _KEY.format(index))) for index in range(parts)))


def _plain(value: Any) -> Any:
    """A key's value as a cursor carries it."""
    return str(value) if isinstance(value, date | time | UUID) else value


def _read(cursor: str, parts: int) -> tuple[str, list[Any]]:
    """Which way a cursor goes and from where; nothing for one that is not ours."""
    way, *values = decode_cursor(cursor) or [""]
    if way not in {_FORWARD, _BACK} or len(values) != parts:
        return _FORWARD, []
    return str(way), values
