"""What changes when an agency comes under another: who gains reach over it and its work, who loses it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from ioc.kernel import open_work
from ioc.kernel.open_work import Holder
from ioc.kernel.rights import MANAGE
from ioc.management import models as tables
from ioc.management.queries import loading
from ioc.management.rules.reach import asks_for_agency, asks_for_area
from ioc.management.rules.reorganizing import Plan
from ioc.management.rules.second_person import opened_by_move


@dataclass(frozen=True, slots=True)
class Reaching:
    """A position whose `rights` reach the agency from the day on, or no longer."""

    position_id: int
    person: str
    role: str
    organization: str
    rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moving:
    """An agency under another: `below` agencies come along; `work` is what it holds open itself.

    `opened` are the rights for two that come within somebody's reach; see `rules.second_person`.
    """

    name: str
    parent_id: int | None
    above_before: str
    above_after: str
    gains: list[Reaching]
    loses: list[Reaching]
    below: int
    work: int
    opened: frozenset[str]

    @property
    def managers(self) -> list[Reaching]:
        """Those who come to manage it."""
        return [one for one in self.gains if MANAGE in one.rights]


def moving(*, plan: Plan, day: date) -> Moving:
    """What moving the one source under `plan.parent_id` on `day` changes; a fixed number of statements."""
    row = tables.Organization.objects.select_related("parent").get(pk=plan.sources[0])
    above = tables.Organization.objects.filter(pk=plan.parent_id).first() if plan.parent_id is not None else None
    along = _along(row, day)
    gains = _newly(_ids(above), _ids(row.parent), along, day)
    return Moving(
        name=row.name,
        parent_id=row.parent_id,
        above_before=_label(row.parent),
        above_after=_label(above),
        gains=gains,
        loses=_newly(_ids(row.parent), _ids(above), along, day),
        below=len(along) - 1,
        work=open_work.count(Holder(organization_id=row.pk)),
        opened=_opened(gains, along, day),
    )


def opened_under(row: tables.Organization, *, before: tables.Organization | None, day: date) -> frozenset[str]:
    """The rights for two that come within somebody's reach where `row` stands now, and did not under `before`."""
    along = _along(row, day)
    return _opened(_newly(_ids(row.parent), _ids(before), along, day), along, day)


def _along(row: tables.Organization, day: date) -> list[tables.Organization]:
    """The agency and all below it that stand on `day` or later."""
    rows = tables.Organization.objects.filter(_from(day), Q(pk=row.pk) | Q(path__startswith=row.path))
    return list(rows.select_related("area").defer("area__boundary"))


def _opened(gains: Sequence[Reaching], along: Sequence[tables.Organization], day: date) -> frozenset[str]:
    held = tables.Position.objects.filter(_from(day), organization__in=along).values_list("role__rights", flat=True)
    return opened_by_move([one.rights for one in gains], held)


def _from(day: date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


def _ids(row: tables.Organization | None) -> list[int]:
    """The agency and all above it."""
    return [int(part) for part in row.path.strip("/").split("/")] if row else []


def _label(row: tables.Organization | None) -> str:
    return row.label if row else ""


def _newly(
    above: Sequence[int], known: Sequence[int], along: Sequence[tables.Organization], day: date
) -> list[Reaching]:
    """The positions at `above`, those at `known` left out, whose rights go along the tree, with those rights."""
    areas = [one.area.path if one.area else "" for one in along]
    held = _held_at([one for one in above if one not in known], day)
    found = ((one, _along_the_tree(one, areas)) for one in held)
    return [
        Reaching(one.pk, one.person.full_name, one.role.label, one.organization.label, rights)
        for one, rights in found
        if rights
    ]


def _held_at(above: Collection[int], day: date) -> "QuerySet[tables.Position]":
    rows = tables.Position.objects.filter(_from(day), organization_id__in=above, person__is_active=True)
    rows = rows.select_related("person", "role", "organization__area", "area").prefetch_related("categories")
    return rows.order_by("organization__path", "person__full_name", "id")


def _along_the_tree(position: tables.Position, areas: Sequence[str]) -> tuple[str, ...]:
    """The rights of a position that reach what stands below its agency; those that an area bounds, only within it.

    Who manages the whole province reaches every agency wherever it stands: for them nothing changes.
    """
    area = position.area or position.organization.area
    path = area.path if area else ""
    is_everywhere = not position.categories.all() and _covers_province(path)
    return tuple(
        right
        for right in position.role.rights
        if asks_for_agency(right)
        and not (right == MANAGE and is_everywhere)
        and (not asks_for_area(right) or any(one.startswith(path) for one in areas))
    )


def _covers_province(path: str) -> bool:
    reference = loading.current()
    top = reference.areas.get(reference.province.area_id or 0) if reference.province else None
    return not path or (top is not None and top.path.startswith(path))
