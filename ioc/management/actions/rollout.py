"""Opening systems area by area, in one step that can be undone until it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Conflict, Invalid, NotFound
from ioc.kernel.ids import new_id
from ioc.management.actions.records import delete_record, save_record
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import Area, Rollout, System
from ioc.management.queries.rollout_plan import OpeningPlan, Planned, planned


class Begun(Conflict):
    """The opening has begun: people use it."""

    code = "rollout-begun"
    message = _("This has begun already and cannot be undone.")
    remedy = _("Give its rows an end date instead.")


@dataclass(frozen=True, slots=True)
class Opened:
    """What was done in one step: the rows, and the step's number for undoing it (None: nothing was to be done)."""

    batch: UUID | None
    rows: Sequence[Planned]


def open_areas(*, plan: OpeningPlan, actor: Actor, at: datetime) -> Opened:
    """Open the plan's systems to its audiences in its areas from its day on.

    What is open there anyway is left as it is: the new rows fill the gaps before, between and after.

    Raises:
        Forbidden: the actor does not manage the whole province.
        Invalid: the plan is incomplete, or its day has passed.
    """
    require_whole_province(actor)
    if plan.valid_from < local_date(at):
        raise Invalid(fields={"valid_from": _("This day has passed. Choose today or later.")})
    rows = planned(plan)
    if not rows:
        return Opened(batch=None, rows=())
    batch = new_id()
    systems = System.objects.in_bulk([row.system for row in rows], field_name="code")
    areas = Area.objects.defer("boundary").in_bulk([row.area_id for row in rows if row.area_id])
    with transaction.atomic():
        for row in rows:
            save_record(
                kind="rollout",
                fields={
                    "system": systems[row.system],
                    "audience": row.audience,
                    "area": areas[row.area_id] if row.area_id else None,
                    "valid_from": row.valid_from,
                    "valid_to": row.valid_to,
                    "legal_basis": plan.legal_basis,
                    "note": plan.note,
                    "note_en": plan.note_en,
                    "batch": batch,
                },
                actor=actor,
                at=at,
            )
    return Opened(batch=batch, rows=rows)


def undo_opening(*, batch: UUID, actor: Actor, at: datetime) -> int:
    """Take back all rows of one step before they begin; how many.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such step.
        Begun: some row is in force already.
    """
    require_whole_province(actor)
    with transaction.atomic():
        rows = list(Rollout.objects.select_for_update().filter(batch=batch).order_by("id"))
        if not rows:
            raise NotFound
        if any(_has_begun(row, local_date(at)) for row in rows):
            raise Begun
        for row in rows:
            delete_record(kind="rollout", record_id=row.pk, actor=actor, at=at)
    return len(rows)


def _has_begun(row: Rollout, today: date) -> bool:
    return row.valid_from <= today
