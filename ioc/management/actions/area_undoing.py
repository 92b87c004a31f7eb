"""Taking a change of units back while nothing was built on it: the old rows go on, the new ones never were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import SYSTEM, Actor
from ioc.kernel.errors import Conflict, NotFound
from ioc.management.actions.audit import log_change
from ioc.management.actions.records import delete_record, save_record
from ioc.management.actions.scope import require_whole_province
from ioc.management.actions.sealed_reach import reach_before, require_no_wider_reach
from ioc.management.actions.second_person import from_plain
from ioc.management.models import Area, AreaEvent, AreaLineage
from ioc.management.models.editable import EDITABLE
from ioc.management.queries.area_events import why_not_undo


class BuiltUpon(Conflict):
    """Something was built on the change since."""

    code = "built-upon"
    message = _("This change cannot be undone any more.")
    remedy = _("Make a new change from a day on.")


@transaction.atomic
def undo_areas(*, event_id: int, actor: Actor, at: datetime) -> None:
    """Undo the change: what it added is removed, what it altered stands as before.

    Raises:
        Forbidden: the actor does not manage the whole province.
        NotFound: there is no such change.
        BuiltUpon: something was built on it since, or it was undone; says what.
        Invalid: somebody would open what is sealed further than now by it, and could not before it; names them.
    """
    require_whole_province(actor)
    event = AreaEvent.objects.select_for_update().filter(pk=event_id).first()
    if event is None:
        raise NotFound
    touched = [step["id"] for step in event.steps if step["kind"] == "area"]
    list(Area.objects.select_for_update().filter(pk__in=touched).order_by("pk").values_list("pk", flat=True))
    why_not = why_not_undo(event)
    if why_not:
        raise BuiltUpon(str(why_not))
    reach = reach_before(AreaLineage(), actor=actor, asked_by=None)
    for step in reversed(event.steps):
        _undo(step, event, actor, at)
    require_no_wider_reach(reach, given_back=dict(event.reached))
    event.undone_at = at
    event.save(update_fields=["undone_at"])
    log_change(
        verb="undone", kind="area_event", record_id=event.pk, record_name=event.title, actor=actor, at=at,
        before={"kind": event.kind, "day": event.day.isoformat()},
    )  # fmt: skip


def _undo(step: Mapping[str, Any], event: AreaEvent, actor: Actor, at: datetime) -> None:
    """One row back; that nobody is given more than now is asked of the whole."""
    kind: str = step["kind"]
    more: dict[str, Any] = {"actor": actor, "at": at, "reason": event.legal_basis, "asked_by": SYSTEM}
    if step["was"] is None:
        delete_record(kind=kind, record_id=step["id"], **more)
    else:
        save_record(kind=kind, record_id=step["id"], fields=from_plain(EDITABLE[kind], step["was"]), **more)
