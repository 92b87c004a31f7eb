"""Taking the figures of adoption out as a file."""

from datetime import datetime

from django.db import transaction

from ioc.kernel.actors import Actor
from ioc.management.actions.audit import log_export
from ioc.management.queries.adoption import AreaUse, adoption_by_area


def export_adoption(*, sort: str, form: str, actor: Actor, at: datetime) -> list[AreaUse]:
    """The figures as the screen shows them, for a file in `form` ("csv", "xlsx"); the log says that they were taken.

    Raises:
        Forbidden: the actor may not manage.
    """
    with transaction.atomic():
        rows = adoption_by_area(at=at, sort=sort, actor=actor)
        log_export(what="adoption", rows=len(rows), actor=actor, at=at, asked={"sort": sort, "form": form})
    return rows
