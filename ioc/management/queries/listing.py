"""How a list is read: filtered, searched without diacritics, in any of its orders, a page by key at a time.

A list costs the same number of statements whatever it holds, and page 1,000 what page 1 does. Nothing counts beyond
`MOST_COUNTED`: a number that nobody acts on is not worth a look at every row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Forbidden
from ioc.kernel.keyset import Key, KeyPage, page_by_key
from ioc.kernel.models import valid_on
from ioc.kernel.paging import decode_cursor, encode_cursor
from ioc.kernel.rights import MANAGE
from ioc.kernel.text import fold
from ioc.management.models import Area
from ioc.management.models.text import Folded, alphabetical

PER_PAGE: Final = 50
PER_TREE_PAGE: Final = 300
MOST_COUNTED: Final = 1000
_SHORTEST_INSIDE: Final = 3
_MOST_WORDS: Final = 8
_EXPORTED_AT_ONCE: Final = 1000

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class ListSpec:
    """How records of a kind are read.

    `order`, `sorts` (what else a reader may order by), `search` and `filters` are paths as the ORM takes them;
    `related` and `many` are the relations that a row shows, read along with it; `heavy` columns are left out.
    Who holds one of `rights` reads the list, of what `visible` leaves of it. `words` is a column in which the
    database keeps the folded text of the row, and `alphabet` names for columns of prose those in which it keeps their
    places in the alphabet: for lists that grow long, with an index of trigrams and one of the order.
    """

    model: type[models.Model]
    order: tuple[str, ...]
    related: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    heavy: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    is_tree: bool = False
    rights: tuple[str, ...] = (MANAGE,)
    visible: Callable[[Rows, Actor], Rows] | None = None
    words: str = ""
    alphabet: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. `count` goes up to `MOST_COUNTED`; `is_more` says that there are more than that."""

    rows: Sequence[Any]
    older: str
    newer: str
    count: int
    is_more: bool


def page_of(spec: ListSpec, *, filters: Mapping[str, str], day: date, actor: Actor) -> Listed:
    """The page that `filters` name: "q", "state", "sort", "cursor" and the list's own; see `screens.records`."""
    rows = _found(spec, filters, day, actor)
    sort, cursor = _sort_of(spec, filters), filters.get("cursor", "")
    if _is_indexed(spec, filters):
        return _found_page(spec, rows, base_rows(spec, actor), sort, cursor)
    if spec.is_tree and not sort:
        page = _tree_page(rows, cursor)
    else:
        page = page_by_key(rows, order=_keys(spec, sort), cursor=cursor, size=PER_PAGE)
    return _listed(page, rows.order_by().values("pk")[: MOST_COUNTED + 1].count())


def _found_page(spec: ListSpec, rows: Rows, every: Rows, sort: str, cursor: str) -> Listed:
    """A page of what an index of words finds in `rows`: the words are looked for once where few rows have them."""
    ids = list(rows.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
    keys = _keys(spec, sort)
    if len(ids) <= MOST_COUNTED:
        rows = every.filter(pk__in=ids)
    elif not sort:
        keys = _sorted(keys)
    return _listed(page_by_key(rows, order=keys, cursor=cursor, size=PER_PAGE), len(ids))


def _listed(page: KeyPage, count: int) -> Listed:
    return Listed(page.rows, page.older, page.newer, min(count, MOST_COUNTED), count > MOST_COUNTED)


def all_of(spec: ListSpec, *, filters: Mapping[str, str], day: date, actor: Actor) -> tuple[int, Iterator[Any]]:
    """How many rows `filters` find, and all of them in the list's order, read a thousand at a time."""
    rows = _found(spec, filters, day, actor)
    return rows.order_by().count(), _each(rows, _keys(spec, _sort_of(spec, filters)))


def _each(rows: Rows, keys: Sequence[Key]) -> Iterator[Any]:
    cursor = ""
    while True:
        page = page_by_key(rows, order=keys, cursor=cursor, size=_EXPORTED_AT_ONCE)
        yield from page.rows
        cursor = page.older
        if not cursor:
            return


def base_rows(spec: ListSpec, actor: Actor) -> Rows:
    """All records of the kind that the actor may see, with what a row shows.

    Raises:
        Forbidden: the actor holds none of the rights of this list.
    """
    if not any(actor.has(right) for right in spec.rights):
        raise Forbidden(rights=spec.rights)
    rows: Rows = spec.model._default_manager.order_by(*spec.order)
    if spec.related:
        rows = rows.select_related(*spec.related)
    heavy = [*spec.heavy, *(f"{name}__boundary" for name in spec.related if _is_area(spec.model, name))]
    rows = rows.defer(*heavy).prefetch_related(*spec.many)
    return spec.visible(rows, actor) if spec.visible else rows


def _is_area(model: type[models.Model], path: str) -> bool:
    return model._meta.get_field(path.split("__", maxsplit=1)[0]).related_model is Area


def _found(spec: ListSpec, filters: Mapping[str, str], day: date, actor: Actor) -> Rows:
    rows = base_rows(spec, actor)
    for name in spec.filters:
        if filters.get(name):
            rows = _narrowed(rows, name, filters[name])
    return _searched(_in_state(rows, spec, filters, day), spec, filters.get("q", ""))


def _in_state(rows: Rows, spec: ListSpec, filters: Mapping[str, str], day: date) -> Rows:
    """The rows in force on `day`, unless the ended ones or all are asked for."""
    if not any(field.name == "valid_to" for field in spec.model._meta.fields):
        return rows
    state = filters.get("state", "now")
    if state == "ended":
        return rows.filter(valid_to__lte=day)
    return rows if state == "all" else rows.filter(valid_on(day))


def _narrowed(rows: Rows, name: str, value: str) -> Rows:
    """The rows with `value`; none when a spoilt address asks for what cannot be."""
    if "\0" in value:
        return rows.none()
    try:
        return rows.filter(**{name: value})
    except (ValueError, ValidationError):
        return rows.none()


def _searched(rows: Rows, spec: ListSpec, words: str) -> Rows:
    """The rows in which each of `words` occurs: short ones at the beginning of a word, longer ones anywhere."""
    wanted = fold(words).replace("\0", "").split()[:_MOST_WORDS]
    if not wanted or not spec.search:
        return rows
    own = [path for path in spec.search if "__" not in path]
    others = [path for path in spec.search if "__" in path]
    texts: dict[str, Any] = {"_words": F(spec.words) if spec.words else Folded(*own)} if own else {}
    for index, path in enumerate(others):
        texts[f"_words_{index}"] = Folded(Coalesce(F(path), Value("")))
    rows = rows.alias(**texts)
    for word in wanted:
        part = word if len(word) >= _SHORTEST_INSIDE else f" {word}"
        anywhere = Q()
        for name in texts:
            anywhere |= Q(**{f"{name}__contains": part})
        rows = rows.filter(anywhere)
    return rows


def _is_indexed(spec: ListSpec, filters: Mapping[str, str]) -> bool:
    """Whether an index finds the rows in which the words occur."""
    return bool(spec.words) and any(len(word) >= _SHORTEST_INSIDE for word in fold(filters.get("q", "")).split())


def _sorted(keys: Sequence[Key]) -> list[Key]:
    """The keys so that what was found is sorted, never met by walking along the order: those who are called the same
    stand together in the alphabet, and the way to them may lead past everybody else."""
    first, *others = keys
    return [replace(first, of=Concat(first.expression, Value(""), output_field=TextField())), *others]


def _sort_of(spec: ListSpec, filters: Mapping[str, str]) -> str:
    """The order that is asked for ("name", "-name"), empty for the list's own."""
    asked = filters.get("sort", "")
    return asked if asked.removeprefix("-") in spec.sorts else ""


def _keys(spec: ListSpec, sort: str) -> list[Key]:
    parts = (sort,) if sort else spec.order
    kept = dict(spec.alphabet)
    return [_key(spec.model, part, kept) for part in parts if part.removeprefix("-") not in {"pk", "id"}]


def _key(model: type[models.Model], part: str, kept: Mapping[str, str]) -> Key:
    path = part.removeprefix("-")
    field, nullable = _field(model, path)
    of = alphabetical(path) if _is_prose(field) and path not in kept else kept.get(path, path)
    return Key(of, descending=part.startswith("-"), nullable=nullable)


def _field(model: type[models.Model], path: str) -> tuple[Any, bool]:
    """The column at the end of a path, and whether the path may end in nothing."""
    nullable, field = False, None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None, True  # an annotation of `visible`
        nullable = nullable or bool(getattr(field, "null", True))
        model = field.related_model or model
    return field, nullable


def _is_prose(field: Any) -> bool:
    """Whether a column holds words for people, which go by the alphabet; codes and choices do not."""
    is_text = isinstance(field, CharField | TextField)
    return is_text and not (field.unique or field.choices or isinstance(field, models.SlugField))


def tree_of(pairs: Sequence[tuple[Any, Any]]) -> Iterator[tuple[Any, int]]:
    """Ids and depths in the order of the tree, from (id, parent's id) in the order of brothers."""
    ids = {pk for pk, _parent in pairs}
    children: dict[Any, list[Any]] = defaultdict(list)
    for pk, parent in pairs:
        children[parent if parent in ids else None].append(pk)
    return _walk(children, None, 0)


def _walk(children: Mapping[Any, list[Any]], parent: Any, depth: int) -> Iterator[tuple[Any, int]]:
    for pk in children.get(parent, ()):
        yield pk, depth
        yield from _walk(children, pk, depth + 1)


def _tree_page(rows: Rows, cursor: str) -> KeyPage:
    """A page of a tree: its order is worked out from ids alone, and only the rows of the page are read; two
    statements. Trees of agencies, areas and categories have some thousand rows at most."""
    keys = _keys_of_tree(rows)
    order = list(tree_of(list(keys.values_list("pk", "parent_id"))))
    begin = _begin([pk for pk, _depth in order], cursor)
    shown = dict(order[begin : begin + PER_TREE_PAGE])
    found = rows.in_bulk(list(shown))
    for pk, row in found.items():
        row.depth = shown[pk]
    end = begin + PER_TREE_PAGE
    return KeyPage(
        [found[pk] for pk in shown if pk in found],
        older=encode_cursor("+", str(order[end][0])) if end < len(order) else "",
        newer=encode_cursor("+", str(order[max(begin - PER_TREE_PAGE, 0)][0])) if begin else "",
    )


def _keys_of_tree(rows: Rows) -> Rows:
    """The rows without what they show, brothers by the alphabet where the order is a name."""
    model = rows.model
    parts = [str(part) for part in rows.query.order_by]
    keys = [_key(model, part, {}) for part in parts]
    ordered = [key.expression.desc() if key.descending else key.expression.asc() for key in keys]
    return rows.select_related(None).prefetch_related(None).order_by(*ordered, "pk")


def _begin(order: Sequence[Any], cursor: str) -> int:
    """Where in the tree the row that a cursor names stands; the beginning for one that is not there."""
    wanted = decode_cursor(cursor)[1:]
    places = {str(pk): index for index, pk in enumerate(order)}
    return places.get(str(wanted[0]), 0) if wanted else 0
