"""Giving a category in some communes to an agency from a day on: rows of the routing table, as on its own screen."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid
from ioc.kernel.turns import wait_for_turn
from ioc.management.actions.records import ROUTING_TURN, delete_record, save_record
from ioc.management.models import RoutingRule
from ioc.management.queries.responsibility import Step, plan_assignment


@transaction.atomic
def assign_category(
    *,
    category_id: int,
    area_ids: Sequence[int],
    agency_id: int | None,
    day: date,
    legal_basis: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Let the agency lead for the category in these communes from `day`; in how many something changes.

    Rows of exactly this category and commune end on that day; those that were to begin later begin with the new
    agency. Without an agency (None) they end, and wider rows decide again. Cooperating agencies stay. Two that assign
    at once follow each other, so that nothing is written twice.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound, Invalid: see `plan_assignment`; Invalid also without a legal basis.
    """
    if not legal_basis.strip():
        raise Invalid(fields={"legal_basis": _("Give the document that says so.")})
    wait_for_turn(ROUTING_TURN)
    steps = plan_assignment(category_id=category_id, area_ids=area_ids, agency_id=agency_id, day=day, actor=actor)
    changing = [step for step in steps if step.is_change]
    for step in changing:
        _assign(step, category_id, agency_id, day, legal_basis.strip(), actor=actor, at=at)
    return len(changing)


def _assign(
    step: Step, category_id: int, agency_id: int | None, day: date, basis: str, *, actor: Actor, at: datetime
) -> None:
    earlier = [row for row in step.ends if row.valid_from < day]
    later = [row for row in step.ends if row.valid_from >= day]
    for row in earlier:
        _save(row.pk, {"valid_to": day}, basis, actor=actor, at=at)
    if agency_id is None:
        # Rows that have not begun never counted for anything: they go.
        for row in later:
            _remove(row, basis, actor=actor, at=at)
        return
    fields: dict[str, Any] = {"lead_id": agency_id, "lead_level": "", "legal_basis": basis}
    if later:
        _save(later[0].pk, fields | {"valid_from": day}, basis, actor=actor, at=at)
        for row in later[1:]:
            _remove(row, basis, actor=actor, at=at)
        return
    cooperating = list(earlier[-1].cooperating.all()) if earlier else []
    fields |= {"category_id": category_id, "area_id": step.area.id, "valid_from": day, "cooperating": cooperating}
    _save(None, fields, basis, actor=actor, at=at)


def _save(record_id: int | None, fields: dict[str, Any], basis: str, *, actor: Actor, at: datetime) -> None:
    save_record(kind="routing_rule", record_id=record_id, fields=fields, actor=actor, at=at, reason=basis)


def _remove(row: RoutingRule, basis: str, *, actor: Actor, at: datetime) -> None:
    delete_record(kind="routing_rule", record_id=row.pk, actor=actor, at=at, reason=basis)
