"""Lists and single records for the administration's screens: what each kind of list reads.

A new kind of record gets an entry in `LISTS`; the furniture (orders, search, filters, pages, export) comes with it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Q

from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management import models as tables
from ioc.management.queries.listing import Listed, ListSpec, all_of, base_rows, page_of
from ioc.management.queries.reach import seen_people, seen_positions
from ioc.management.queries.staffing import with_staffing

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
        sorts=("name", "code", "level", "valid_from"),
    ),
    "area_lineage": ListSpec(tables.AreaLineage, ("-at", "id"), related=("before", "after")),
    "population": ListSpec(
        tables.Population,
        ("area__name", "-year"),
        related=("area",),
        search=("area__name", "area__code", "source"),
        sorts=("area__name", "year", "people", "source"),
    ),
    "organization": ListSpec(
        tables.Organization,
        ("name",),
        related=("area", "parent"),
        search=("code", "name", "short_name"),
        filters=("kind",),
        is_tree=True,
        sorts=("name", "kind", "area__name", "code", "valid_from"),
        visible=with_staffing,
    ),
    "organization_code": ListSpec(tables.OrganizationCode, ("scheme", "value"), related=("organization", "scheme")),
    "code_scheme": ListSpec(
        tables.CodeScheme,
        ("position", "code"),
        search=("code", "name", "name_en", "legal_basis"),
        sorts=("name", "code", "legal_basis", "valid_from"),
    ),
    "role": ListSpec(tables.Role, ("code",), search=("code", "name", "name_en"), sorts=("name", "code")),
    "person": ListSpec(
        tables.Person,
        ("full_name",),
        many=("positions__role", "positions__organization", "authenticator_set", "invitations", "leaves__deputy"),
        words="words",
        alphabet=(("full_name", "alphabet"),),
        search=("full_name", "username", "email", "phone"),
        filters=("is_active",),
        rights=(MANAGE, MANAGE_PEOPLE),
        visible=seen_people,
        sorts=("full_name", "username", "last_login", "is_active"),
    ),
    "position": ListSpec(
        tables.Position,
        ("organization__name", "person__full_name", "id"),
        related=("person", "role", "organization", "area"),
        search=("person__full_name", "person__username", "organization__name", "title"),
        filters=("role", "organization"),
        sorts=("person__full_name", "role__name", "organization__name", "area__name", "valid_from"),
        rights=(MANAGE, MANAGE_PEOPLE),
        visible=seen_positions,
    ),
    "category": ListSpec(
        tables.Category,
        ("position", "id"),
        related=("parent",),
        many=("questions",),
        search=("code", "name", "name_en"),
        is_tree=True,
        sorts=("name", "code", "is_public", "valid_from"),
    ),
    "category_question": ListSpec(tables.CategoryQuestion, ("category", "position", "id"), related=("category",)),
    "reason": ListSpec(
        tables.Reason,
        ("purpose", "position", "id"),
        search=("code", "name", "name_en"),
        filters=("purpose",),
        sorts=("name", "purpose", "legal_basis", "valid_from"),
    ),
    "answer_template": ListSpec(
        tables.AnswerTemplate,
        ("purpose", "position", "id"),
        related=("category__parent",),
        search=("name", "text", "text_en"),
        filters=("purpose", "category"),
        sorts=("name", "purpose", "category__name"),
    ),
    "field_of_work": ListSpec(
        tables.FieldOfWork,
        ("position", "id"),
        many=("organizations", "leaders"),
        search=("name", "name_en", "code"),
        filters=("organizations",),
        sorts=("name", "code"),
    ),
    "regulation": ListSpec(
        tables.Regulation,
        ("code",),
        many=("versions",),
        search=("code", "title", "title_en"),
        sorts=("code", "title", "issued_by"),
    ),
    "report_kind": ListSpec(
        tables.ReportKind,
        ("id",),
        search=("name", "name_en"),
        sorts=("name", "handled_here", "is_published", "legal_basis", "valid_from"),
    ),
    "routing_rule": ListSpec(
        tables.RoutingRule,
        ("category__path", "area__path", "id"),
        related=("category__parent", "area", "lead"),
        many=("cooperating",),
        search=("category__name", "area__name", "lead__name"),
        filters=("category", "lead"),
        sorts=("category__name", "area__name", "lead__name", "valid_from"),
    ),
    "deadline_rule": ListSpec(
        tables.DeadlineRule,
        ("step", "kind", "urgency", "id"),
        related=("category__parent",),
        search=("category__name", "legal_basis"),
        filters=("step", "kind"),
        sorts=("step", "kind", "urgency", "category__name", "legal_basis", "valid_from"),
    ),
    "system": ListSpec(tables.System, ("position", "id")),
    "rollout": ListSpec(
        tables.Rollout, ("valid_from", "id"), related=("system", "area"), filters=("system", "audience")
    ),
    "shift": ListSpec(tables.Shift, ("organization__name", "position", "starts"), related=("organization",)),
    "processing_record": ListSpec(
        tables.ProcessingRecord, ("purpose", "id"), search=("purpose", "data", "recipients"), sorts=("purpose",)
    ),
    "consent_text": ListSpec(tables.ConsentText, ("place", "-version"), sorts=("version",)),
    "data_request_term": ListSpec(tables.DataRequestTerm, ("kind", "valid_from")),
    "retention_rule": ListSpec(tables.RetentionRule, ("kind", "valid_from"), sorts=("days",)),
    "office_hours": ListSpec(tables.OfficeHours, ("valid_from", "opens")),
    "calendar_day": ListSpec(tables.CalendarDay, ("day",), search=("name",)),
}


def records(*, kind: str, filters: Mapping[str, str], day: date, actor: Actor) -> Listed:
    """A page of the records of `kind`; the same number of statements however many there are.

    `filters`: "q" (words, with or without diacritics), "state" ("now": in force on `day`, the default; "ended";
    "all"), "sort" (one of the list's `sorts`, "-" before it for downwards), "cursor" (of another page), and the
    kind's own. In a tree that is not sorted each row has a `depth` and comes under its parent.

    Raises:
        Forbidden: the actor may not read this list.
    """
    return page_of(LISTS[kind], filters=filters, day=day, actor=actor)


def every_record(*, kind: str, filters: Mapping[str, str], day: date, actor: Actor) -> tuple[int, Iterator[Any]]:
    """How many records `filters` find, and each of them, for a file; read a thousand at a time.

    Raises:
        Forbidden: the actor may not read this list.
    """
    return all_of(LISTS[kind], filters=filters, day=day, actor=actor)


def record(*, kind: str, record_id: object, actor: Actor) -> Any:
    """One record of `kind`.

    Raises:
        Forbidden: the actor may not read this list.
        NotFound: there is none, or the actor may not see it.
    """
    spec = LISTS[kind]
    rows = base_rows(spec, actor)
    try:
        return rows.get(pk=record_id)
    except (spec.model.DoesNotExist, ValidationError, ValueError) as error:  # type: ignore[attr-defined]
        raise NotFound from error


def parts(*, kind: str, of: Mapping[str, object], actor: Actor) -> list[Any]:
    """The records of `kind` that belong to another: `of` maps the naming field to its id (several: either)."""
    wanted = Q()
    for field, value in of.items():
        wanted |= Q(**{field: value})
    return list(base_rows(LISTS[kind], actor).filter(wanted))


def in_force(row: Any, day: date) -> bool:
    """Whether a row with a validity is in force on `day`."""
    return bool(row.valid_from <= day and (row.valid_to is None or day < row.valid_to))
