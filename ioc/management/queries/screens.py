"""Lists and single records for the administration's screens.

A list costs the same number of statements whatever it holds: one for each of search, count, page and to-many relation.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q, QuerySet

from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.kernel.models import valid_on
from ioc.kernel.rights import MANAGE
from ioc.kernel.text import fold
from ioc.management import models as tables

PER_PAGE: Final = 50
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class ListSpec:
    """How records of a kind are read: joined relations, order, what is searched and what may be filtered by."""

    model: type[models.Model]
    order: tuple[str, ...]
    related: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    heavy: tuple[str, ...] = ()
    is_tree: bool = False


LISTS: Final[Mapping[str, ListSpec]] = {
    "province": ListSpec(tables.Province, ("only",), related=("area",)),
    "area": ListSpec(
        tables.Area,
        ("name",),
        related=("parent",),
        search=("code", "name"),
        filters=("level",),
        heavy=("boundary",),
        is_tree=True,
    ),
    "area_lineage": ListSpec(tables.AreaLineage, ("-at", "id"), related=("before", "after")),
    "organization": ListSpec(
        tables.Organization,
        ("name",),
        related=("area", "parent"),
        search=("code", "name", "short_name"),
        filters=("kind",),
        is_tree=True,
    ),
    "organization_code": ListSpec(tables.OrganizationCode, ("scheme", "value"), related=("organization",)),
    "role": ListSpec(tables.Role, ("code",), search=("code", "name", "name_en")),
    "person": ListSpec(
        tables.Person,
        ("full_name", "username"),
        many=("positions__role", "positions__organization", "authenticator_set"),
        search=("full_name", "username", "email", "phone"),
        filters=("is_active",),
    ),
    "position": ListSpec(
        tables.Position,
        ("organization__name", "person__full_name", "id"),
        related=("person", "role", "organization", "area"),
        search=("person__full_name", "person__username", "organization__name", "title"),
        filters=("role", "organization"),
    ),
    "category": ListSpec(
        tables.Category,
        ("position", "id"),
        related=("parent",),
        many=("questions",),
        search=("code", "name", "name_en"),
        is_tree=True,
    ),
    "category_question": ListSpec(tables.CategoryQuestion, ("category", "position", "id"), related=("category",)),
    "reason": ListSpec(
        tables.Reason, ("purpose", "position", "id"), search=("code", "name", "name_en"), filters=("purpose",)
    ),
    "report_kind": ListSpec(tables.ReportKind, ("id",), search=("name", "name_en")),
    "routing_rule": ListSpec(
        tables.RoutingRule,
        ("category__path", "area__path", "id"),
        related=("category__parent", "area", "lead"),
        many=("cooperating",),
        search=("category__name", "area__name", "lead__name"),
        filters=("category", "lead"),
    ),
    "deadline_rule": ListSpec(
        tables.DeadlineRule,
        ("step", "kind", "urgency", "id"),
        related=("category__parent",),
        search=("category__name", "legal_basis"),
        filters=("step", "kind"),
    ),
    "office_hours": ListSpec(tables.OfficeHours, ("valid_from", "opens")),
    "calendar_day": ListSpec(tables.CalendarDay, ("day",), search=("name",)),
}


def records(*, kind: str, filters: Mapping[str, str], page: int, day: date, actor: Actor) -> "Page[Any]":
    """A page of the records of `kind`.

    `filters`: "q" (words, with or without diacritics), "state" ("now": in force on `day`, the default; "ended";
    "all"), and the kind's own. In a tree each row has a `depth` and comes under its parent.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    spec = LISTS[kind]
    rows = _searched(_filtered(spec, filters, day), spec, filters.get("q", ""))
    ordered: Any = list(in_tree_order(rows)) if spec.is_tree else rows
    return Paginator(ordered, PER_PAGE).get_page(page)


def record(*, kind: str, record_id: object, actor: Actor) -> Any:
    """One record of `kind`.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is none.
    """
    actor.require(MANAGE)
    spec = LISTS[kind]
    try:
        return _base(spec).get(pk=record_id)
    except (spec.model.DoesNotExist, ValidationError, ValueError) as error:  # type: ignore[attr-defined]
        raise NotFound from error


def parts(*, kind: str, of: Mapping[str, object], actor: Actor) -> list[Any]:
    """The records of `kind` that belong to another: `of` maps the naming field to its id (several: either)."""
    actor.require(MANAGE)
    wanted = Q()
    for field, value in of.items():
        wanted |= Q(**{field: value})
    return list(_base(LISTS[kind]).filter(wanted))


def in_tree_order(rows: Sequence[Any] | Rows) -> Iterator[Any]:
    """The rows with each one's children under it, `depth` written on each; rows without their parent are tops."""
    found = list(rows)
    ids = {row.pk for row in found}
    children: dict[Any, list[Any]] = defaultdict(list)
    for row in found:
        children[row.parent_id if row.parent_id in ids else None].append(row)
    return _walk(children, None, 0)


def _walk(children: Mapping[Any, list[Any]], parent: Any, depth: int) -> Iterator[Any]:
    for row in children.get(parent, ()):
        row.depth = depth
        yield row
        yield from _walk(children, row.pk, depth + 1)


def _base(spec: ListSpec) -> Rows:
    rows: Rows = spec.model._default_manager.order_by(*spec.order)
    if spec.related:
        rows = rows.select_related(*spec.related)
    heavy = [*spec.heavy, *(f"{name}__boundary" for name in spec.related if _is_area(spec.model, name))]
    return rows.defer(*heavy).prefetch_related(*spec.many)


def _is_area(model: type[models.Model], path: str) -> bool:
    return model._meta.get_field(path.split("__", maxsplit=1)[0]).related_model is tables.Area


def _filtered(spec: ListSpec, filters: Mapping[str, str], day: date) -> Rows:
    rows = _base(spec)
    for name in spec.filters:
        if filters.get(name):
            rows = _narrowed(rows, name, filters[name])
    if not any(field.name == "valid_to" for field in spec.model._meta.fields):
        return rows
    state = filters.get("state", "now")
    if state == "ended":
        return rows.filter(valid_to__lte=day)
    return rows if state == "all" else rows.filter(valid_on(day))


def _narrowed(rows: Rows, name: str, value: str) -> Rows:
    """The rows with `value`; none when a spoilt address asks for what cannot be."""
    try:
        return rows.filter(**{name: value})
    except (ValueError, ValidationError):
        return rows.none()


def in_force(row: Any, day: date) -> bool:
    """Whether a row with a validity is in force on `day`."""
    return bool(row.valid_from <= day and (row.valid_to is None or day < row.valid_to))


def _searched(rows: Rows, spec: ListSpec, words: str) -> Rows:
    """The rows in which each of `words` occurs. Configuration is small: it is folded here, not in the database."""
    wanted = fold(words).split()
    if not wanted or not spec.search:
        return rows
    texts = rows.values_list("pk", *spec.search)
    hits = [pk for pk, *parts in texts if _all_in(wanted, fold(" ".join(filter(None, parts))))]
    return rows.filter(pk__in=hits)


def _all_in(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)
