"""Agencies follow the unit that they serve when it is renamed or moved: its successor is the same ground."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date
from ioc.kernel.models import valid_on
from ioc.management.actions.records import save_record
from ioc.management.models import Area, AreaLineage, LineageKind, Organization

Save = Callable[..., Any]
_SAME_GROUND: Final = (LineageKind.RENAMED, LineageKind.MOVED)


@transaction.atomic
def follow_successors(*, at: datetime, save: Save = save_record) -> int:
    """Tie agencies whose unit has ended by now to the one unit that it was renamed or moved to; how many.

    `save` is `save_record`, or one that notes what was saved.

    After a merger or a split somebody decides which agency serves what: see `actions.reorganizing`.
    """
    day = local_date(at)
    serving = Organization.objects.filter(valid_on(day), area__valid_to__lte=day).select_related("area")
    moved = 0
    for organization in serving.defer("area__boundary"):
        successor = _successor(organization.area_id or 0, day)
        if successor is not None:
            fields = {"area": successor}
            save(kind="organization", record_id=organization.pk, fields=fields, actor=SYSTEM, at=at)
            moved += 1
    return moved


def _successor(area_id: int, day: date) -> Area | None:
    """The unit of `day` on the same ground; None where history forks or ends."""
    while True:
        ties = list(AreaLineage.objects.filter(before_id=area_id).select_related("after").defer("after__boundary")[:2])
        if len(ties) != 1 or ties[0].kind not in _SAME_GROUND:
            return None
        after = ties[0].after
        if after.valid_to is None or day < after.valid_to:
            return after if after.valid_from <= day else None
        area_id = after.pk
