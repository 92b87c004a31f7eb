"""Moving what organizations have to their successors from a day on: people, routing, what is below them, codes.

Old rows end on the day and new ones begin on it, so that every past day can still be asked about; rows that begin
then or later are changed themselves, for they were never in force. All of it runs in the caller's transaction.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict
from ioc.management.actions.audit import log_change
from ioc.management.actions.records import write_path
from ioc.management.models import Organization, OrganizationPast, Position, RoutingRule
from ioc.management.queries.reorganizing import children_from, codes_from, fields_from, positions_from, routes_from
from ioc.management.rules.reorganizing import Plan, new_parents, routed_anew

Row = TypeVar("Row", bound=models.Model)


class TwoReaches(Conflict):
    """Somebody would hold one role at the successor twice from the same day on, each time for something else."""

    code = "two-reaches"
    message = _("%(name)s would be “%(role)s” at the successor twice, for different areas or categories.")
    remedy = _("End one of the two positions first, or make one that covers both.")


@dataclass(frozen=True, slots=True)
class Doing:
    """A change under way: what, from when, and who answers for it."""

    plan: Plan
    day: date
    legal_basis: str
    reason: str
    actor: Actor
    at: datetime

    def log(self, verb: str, kind: str, row: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Write what became of a row into the audit log."""
        reason = " · ".join(filter(None, (self.legal_basis, self.reason)))
        log_change(
            verb=verb, kind=kind, record_id=row.pk, record_name=str(row), actor=self.actor, at=self.at,
            before=before, after=after, reason=reason,
        )  # fmt: skip


def move_positions(doing: Doing, targets: Mapping[int, int]) -> int:
    """End the positions that go along and begin them at their part (`targets`: number of the part → organization).

    Who has the same role there already keeps the one position. How many went along.
    """
    moved = 0
    for row in positions_from(doing.plan.sources, doing.day):
        target = targets.get(_number(doing.plan.part_of(doing.plan.positions, row.id)))
        if target is not None:
            _move_position(doing, row, target)
            moved += 1
    return moved


def _move_position(doing: Doing, row: Position, target: int) -> None:
    before = {"organization_id": row.organization_id, "valid_to": _iso(row.valid_to)}
    if _holds_there(row, target, doing.day):
        _end(row, doing.day)
        after = {"organization_id": row.organization_id, "valid_to": _iso(doing.day)}
    else:
        row = renewed(row, doing.day, organization_id=target)
        after = {"organization_id": target, "valid_to": _iso(row.valid_to)}
    doing.log("handed_over", "position", row, before, after)


def _holds_there(row: Position, target: int, day: date) -> bool:
    """Whether the person has the role at the target, for as long and with the same reach.

    Raises:
        TwoReaches: the role would be held there twice from one day on, for different areas or categories.
    """
    begins = max(day, row.valid_from)
    there = Position.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        person_id=row.person_id, role_id=row.role_id, organization_id=target, valid_from__lte=begins,
    ).prefetch_related("categories")  # fmt: skip
    if any(_reach(one) == _reach(row) and _lasts(one, row) for one in there):
        return True
    if any(one.valid_from == begins for one in there):
        raise TwoReaches(TwoReaches.message % {"name": row.person.full_name, "role": row.role.label})
    return False


def _reach(row: Position) -> tuple[int | None, frozenset[int]]:
    """The area and the categories that a position is limited to."""
    return row.area_id, frozenset(category.pk for category in row.categories.all())


def _lasts(one: Position, row: Position) -> bool:
    """Whether `one` is held at least as long as `row`."""
    return one.valid_to is None or (row.valid_to is not None and one.valid_to >= row.valid_to)


def _end(row: Position, day: date) -> None:
    if row.valid_from >= day:
        Position.objects.filter(pk=row.pk).delete()
    else:
        row.valid_to = day
        row.save(update_fields=["valid_to"])


def move_routes(doing: Doing, targets: Mapping[int, int]) -> int:
    """Write the routing rows that go along anew from the day, with the successors; how many."""
    moved = 0
    for row in routes_from(doing.plan.sources, doing.day):
        target = targets.get(_number(doing.plan.part_of(doing.plan.routing, row.id)))
        if target is not None:
            _move_route(doing, row, dict.fromkeys(doing.plan.sources, target))
            moved += 1
    return moved


def _move_route(doing: Doing, row: RoutingRule, heirs: Mapping[int, int | None]) -> None:
    beside = [one.id for one in row.cooperating.all()]
    before = {"lead_id": row.lead_id, "cooperating": beside}
    lead, cooperating = routed_anew(lead=row.lead_id, cooperating=beside, heirs=heirs)
    anew = renewed(row, doing.day, lead_id=lead)
    anew.cooperating.set(cooperating)
    log_end(doing, "routing_rule", row, anew)
    doing.log("handed_over", "routing_rule", anew, before, {"lead_id": lead, "cooperating": cooperating})


def move_children(doing: Doing, heir: int) -> int:
    """Put what stands below the organizations that end below their heir; how many."""
    below = children_from(doing.plan, doing.day).count()
    parents = dict(Organization.objects.values_list("id", "parent_id"))
    wanted = new_parents(parents, ending=doing.plan.sources, heir=heir)
    standing = Organization.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=doing.day), id__in=wanted)
    # The heir first: what comes below it takes its path.
    for row in sorted(standing, key=lambda one: (one.id != heir, one.id)):
        put_below(doing, row, wanted[row.id])
    return below


def put_below(doing: Doing, row: Organization, parent_id: int | None, *, verb: str = "changed") -> None:
    """Have `row` stand under another from the day on, with all below it; open work that copied its path follows."""
    keep_past(row, day=doing.day, legal_basis=doing.legal_basis)
    before = {"parent_id": row.parent_id}
    row.parent = Organization.objects.get(pk=parent_id) if parent_id is not None else None
    row.save(update_fields=["parent"])
    write_path(row)
    doing.log(verb, "organization", row, before, {"parent_id": parent_id})


def move_fields(doing: Doing, heir: int) -> int:
    """Put the heir in the place of the organizations that end, in the fields of work that they look after; how many."""
    moved = 0
    for row in fields_from(doing.plan.sources, doing.day):
        before = [one.id for one in row.organizations.all()]
        after = list(dict.fromkeys(heir if one in doing.plan.sources else one for one in before))
        row.organizations.set(after)
        doing.log("changed", "field_of_work", row, {"organizations": before}, {"organizations": after})
        moved += 1
    return moved


def end_codes(doing: Doing) -> int:
    """End the official codes of the organizations that end; how many. One that has not begun is taken away."""
    ended = 0
    for row in codes_from(doing.plan.sources, doing.day):
        doing.log("ended", "organization_code", row, {"valid_to": _iso(row.valid_to)}, {"valid_to": _iso(doing.day)})
        if row.valid_from >= doing.day:
            row.delete()
        else:
            row.valid_to = doing.day
            row.save(update_fields=["valid_to"])
        ended += 1
    return ended


def keep_past(row: Organization, *, day: date, legal_basis: str) -> None:
    """Keep how `row` is called and where it stands until `day`; nothing where it was so for no day."""
    last = row.past.order_by("-valid_to").first()
    since = last.valid_to if last and last.valid_to else row.valid_from
    if since >= day:
        return
    OrganizationPast.objects.create(
        organization=row, name=row.name, short_name=row.short_name, name_en=row.name_en, parent_id=row.parent_id,
        legal_basis=legal_basis, valid_from=since, valid_to=day,
    )  # fmt: skip


def renewed(row: Row, day: date, **fields: Any) -> Row:
    """`row` with `fields` from `day` on: it ends and a copy begins; one that begins then or later is changed itself."""
    held: Any = row
    if held.valid_from >= day:
        for name, value in fields.items():
            setattr(held, name, value)
        held.save()
        return row
    anew: Any = copy(row)
    anew._state, anew._prefetched_objects_cache = copy(held._state), {}
    anew._state.adding, anew.pk, anew.valid_from = True, None, day
    for name, value in fields.items():
        setattr(anew, name, value)
    held.valid_to = day
    held.save(update_fields=["valid_to"])
    anew.save()
    for many in row._meta.many_to_many:
        getattr(anew, many.name).set(getattr(held, many.name).all())
    return anew  # type: ignore[no-any-return]


def log_end(doing: Doing, kind: str, row: models.Model, anew: models.Model) -> None:
    """Write down that `row` ends where `anew` goes on; nothing where it is the same row (see `renewed`)."""
    kept: Any = anew
    if anew is not row:
        doing.log("handed_over", kind, row, {"valid_to": _iso(kept.valid_to)}, {"valid_to": _iso(doing.day)})


def _number(part: int | None) -> int:
    """A number that no part has, for what stays."""
    return -1 if part is None else part


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
