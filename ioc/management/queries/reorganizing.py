"""What a change of organizations would take along: the rows that carrying it out moves, shown before it is done."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ioc.kernel import open_work
from ioc.kernel.actors import Actor
from ioc.kernel.open_work import Holder, Work
from ioc.kernel.rights import HANDLE, MANAGE
from ioc.management import models as tables
from ioc.management.queries.moving import Moving, moving
from ioc.management.queries.reference import in_language
from ioc.management.rules.reorganizing import MOVE, RENAME, Part, Plan, Standing

Text = str | Promise
_NOT_HELD = frozenset({"tag", "book-open"})
"""What ends with an agency, or is without it, and needs nobody to take it over: codes, fields of work."""
_LEVELS = frozenset(level.value for level in tables.AreaLevel)


def _from(day: date) -> Q:
    """What is in force on `day` or begins later."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


def positions_from(sources: Collection[int], day: date) -> "QuerySet[tables.Position]":
    """The positions at `sources` that are held from `day` on."""
    rows = tables.Position.objects.filter(_from(day), organization_id__in=sources)
    return rows.select_related("person", "role", "organization").order_by("organization__name", "person__full_name")


def routes_from(sources: Collection[int], day: date) -> "QuerySet[tables.RoutingRule]":
    """The routing rows in force from `day` on that name one of `sources`, as lead or cooperating."""
    named = Q(lead_id__in=sources) | Q(cooperating__in=sources)
    found = tables.RoutingRule.objects.filter(_from(day) & named).values("id")
    rows = tables.RoutingRule.objects.filter(id__in=found).select_related("category__parent", "area", "lead")
    return rows.defer("area__boundary").prefetch_related("cooperating").order_by("category__path", "id")


def children_from(plan: Plan, day: date) -> "QuerySet[tables.Organization]":
    """The organizations just below the sources that stand on `day` or later, the sources and their heir left out."""
    rows = tables.Organization.objects.filter(_from(day), parent_id__in=plan.sources)
    heir = plan.parts[0].organization_id if plan.parts else None
    return rows.exclude(id__in=[*plan.sources, *([heir] if heir else [])]).order_by("name")


def codes_from(sources: Collection[int], day: date) -> "QuerySet[tables.OrganizationCode]":
    """The official codes of `sources` in force from `day` on."""
    return tables.OrganizationCode.objects.filter(_from(day), organization_id__in=sources).order_by("scheme", "value")


def shifts_from(sources: Collection[int], day: date) -> "QuerySet[tables.Shift]":
    """The shifts of `sources` in force from `day` on."""
    return tables.Shift.objects.filter(_from(day), organization_id__in=sources).order_by("position", "id")


def fields_from(sources: Collection[int], day: date) -> "QuerySet[tables.FieldOfWork]":
    """The fields of work in force from `day` on that one of `sources` looks after."""
    rows = tables.FieldOfWork.objects.filter(_from(day), organizations__in=sources).distinct()
    return rows.prefetch_related("organizations").order_by("position", "id")


def standing(ids: Iterable[int]) -> dict[int, Standing]:
    """The organizations as the rules see them; one statement."""
    fields = ("id", "name", "path", "valid_from", "valid_to")
    rows = tables.Organization.objects.filter(id__in=set(ids)).values_list(*fields)
    return {row[0]: Standing(*row) for row in rows}


def named_in(plan: Plan) -> list[int]:
    """The ids of all organizations that a plan names."""
    targets = [part.organization_id for part in plan.parts if part.organization_id is not None]
    above = [part.new.parent_id for part in plan.parts if part.new and part.new.parent_id is not None]
    moved_under = [plan.parent_id] if plan.parent_id is not None else []
    return [*plan.sources, *targets, *above, *moved_under]


@dataclass(frozen=True, slots=True)
class Going:
    """Something that goes along, and to whom (empty: it stays, or ends)."""

    what: Text
    count: int
    to: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sort:
    """What goes along of one sort. `field` names the choice of part in a form; `note` says what happens to it."""

    title: Text
    icon: str
    rows: list[Going]
    note: Text = ""
    field: str = ""

    @property
    def count(self) -> int:
        """How many in all."""
        return sum(row.count for row in self.rows)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen. `stays` holds what stands in the way of an end without a successor."""

    sorts: list[Sort]
    along: list[tuple[Text, int]]
    warnings: list[Text]
    stays: bool = False
    parts: list[str] = field(default_factory=list)
    moving: Moving | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes along."""
        return not any(sort.count for sort in self.sorts)


def preview(*, plan: Plan, day: date, actor: Actor) -> Preview:
    """What carrying `plan` out on `day` would move, and where; a number of statements that does not grow with it.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    if plan.kind == RENAME:
        return Preview(sorts=[], along=[], warnings=[])
    if plan.kind == MOVE:
        return Preview(sorts=[], along=[], warnings=[], moving=moving(plan=plan, day=day))
    names = part_names(plan)
    works = [work for one in plan.sources for work in open_work.held(Holder(organization_id=one))]
    sorts = [_work(plan, names, works), *_configured(plan, day, names)]
    held = any(sort.count for sort in sorts if sort.icon not in _NOT_HELD)
    return Preview(
        sorts=sorts,
        along=_along(works),
        warnings=list(_warnings(plan, day)),
        stays=held and plan.sources_end and not plan.parts,
        parts=names,
    )


def part_names(plan: Plan) -> list[str]:
    """What the parts are called, in order; one statement."""
    ids = [part.organization_id for part in plan.parts if part.organization_id]
    rows = tables.Organization.objects.filter(id__in=ids).only("id", "name", "name_en")
    known = {row.id: in_language(row.name, row.name_en) for row in rows}
    return [_part_name(part, known) for part in plan.parts]


def _part_name(part: Part, known: dict[int, str]) -> str:
    if part.new is not None:
        return part.new.name
    return known.get(part.organization_id or 0, "")


def _work(plan: Plan, names: Sequence[str], works: Iterable[Work]) -> Sort:
    rows: dict[str, Going] = {}
    for group in (group for work in works for group in work.groups):
        before = rows.get(group.key)
        total = group.count + (before.count if before else 0)
        rows[group.key] = Going(group.label, total, _to(plan, names, plan.work, group.key), group.key)
    note = _("They move to the successor's list at once; deadlines run on.")
    return Sort(_("Open matters"), "inbox", list(rows.values()), note, "work")


def _configured(plan: Plan, day: date, names: Sequence[str]) -> Iterator[Sort]:
    positions = [
        Going(f"{row.person.full_name} – {row.role.label}", 1, _to(plan, names, plan.positions, row.id), str(row.id))
        for row in positions_from(plan.sources, day)
    ]
    yield Sort(_("Positions"), "briefcase", positions, _("They end and begin anew at the successor."), "positions")
    routes = [
        Going(_route(row), 1, _to(plan, names, plan.routing, row.id), str(row.id))
        for row in routes_from(plan.sources, day)
    ]
    yield Sort(_("Routing rows"), "route", routes, _("They end and begin anew with the successor."), "routing")
    if plan.sources_end:
        heir = names[0] if names else ""
        below = [Going(_label(row), 1, heir) for row in children_from(plan, day)]
        yield Sort(_("Agencies below it"), "landmark", below, _("They come under the successor."))
        shifts = [Going(str(row), 1, heir) for row in shifts_from(plan.sources, day)]
        yield Sort(_("Shifts"), "clock", shifts, _("Who is down for them from that day on goes along."))
        fields = [Going(_label(row), 1, heir) for row in fields_from(plan.sources, day)]
        yield Sort(_("Fields of work"), "book-open", fields, _("They name the successor."))
        codes = [Going(str(row), 1, "") for row in codes_from(plan.sources, day)]
        yield Sort(_("Official codes"), "tag", codes, _("They end. Give the successor its own."))


def _to(plan: Plan, names: Sequence[str], chosen: Any, key: object) -> str:
    number = plan.part_of(chosen, key)
    return names[number] if number is not None and number < len(names) else ""


def _label(row: Any) -> str:
    return in_language(row.name, row.name_en)


def _route(row: tables.RoutingRule) -> str:
    category = row.category.label if row.category else _("all categories")
    area = row.area.name if row.area else _("everywhere")
    return f"{category} · {area}"


def _along(works: Iterable[Work]) -> list[tuple[Text, int]]:
    """What goes along with the open work of all sources, the same sort added up."""
    totals: Counter[Text] = Counter()
    for work in works:
        totals.update(dict(work.along))
    return [(label, count) for label, count in totals.items() if count]


def _warnings(plan: Plan, day: date) -> Iterator[Text]:
    sources = list(
        tables.Organization.objects.filter(id__in=plan.sources).select_related("area").defer("area__boundary")
    )
    served = _areas_served(plan)
    for row in sources:
        if plan.sources_end and _is_committee(row, day) and row.area and row.area_id not in served:
            yield _(
                "%(area)s will have no People's Committee: what is routed to the committee of the place finds"
                " nobody there. Give the successor this area, or add routing rows."
            ) % {"area": row.area.name}
    for part in plan.parts:
        if part.organization_id is not None and not _has_officer(plan, part.organization_id, day):
            name = part_names(Plan(kind=plan.kind, sources=(), parts=(part,)))[0]
            yield _("Nobody at %(name)s may handle matters, and nobody who may comes along.") % {"name": name}


def _is_committee(row: tables.Organization, day: date) -> bool:
    """Whether it is the People's Committee of an area that stands on `day`."""
    ends = row.area.valid_to if row.area else None
    return row.kind in _LEVELS and row.area is not None and (ends is None or ends > day)


def _areas_served(plan: Plan) -> set[int | None]:
    ids = [part.organization_id for part in plan.parts if part.organization_id]
    standing_ones = tables.Organization.objects.filter(id__in=ids, kind__in=_LEVELS)
    new = {part.new.area_id for part in plan.parts if part.new and part.new.kind in _LEVELS}
    return {*standing_ones.values_list("area_id", flat=True), *new}


def _has_officer(plan: Plan, organization_id: int, day: date) -> bool:
    places = {organization_id, *(plan.sources if plan.sources_end else ())}
    handling = tables.Position.objects.filter(
        _from(day), organization_id__in=places, role__rights__contains=[HANDLE], person__is_active=True
    )
    return handling.exists()
