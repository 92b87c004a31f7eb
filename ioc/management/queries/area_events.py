"""Changes of units that were made lately, and what keeps each from being undone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.naming import table_name
from ioc.kernel.rights import MANAGE
from ioc.management.models import AreaEvent, AreaLineage, LineageKind
from ioc.management.models.editable import EDITABLE
from ioc.management.queries.snapshots import snapshot
from ioc.management.queries.usage import referring

_SHOWN_FOR: Final = timedelta(days=365)
_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Made:
    """A change with why it cannot be undone; empty where it can."""

    event: AreaEvent
    why_not: str | Promise

    @property
    def name(self) -> str:
        """What kind of change it was."""
        return str(LineageKind(self.event.kind).label)


def made_lately(*, at: datetime, actor: Actor) -> list[Made]:
    """The latest changes of the last year that stand, newest first.

    Raises:
        Forbidden: the actor does not manage.
    """
    actor.require(MANAGE)
    rows = AreaEvent.objects.filter(undone_at=None, made_at__gte=at - _SHOWN_FOR).select_related("made_by")
    return [Made(event, why_not_undo(event)) for event in rows.order_by("-made_at", "-id")[:_MOST]]


def why_not_undo(event: AreaEvent) -> str | Promise:
    """What was built on the change since; empty where nothing was. A statement for each row and relation looked at."""
    if event.undone_at is not None:
        return _("This was undone already.")
    rows = {(step["kind"], step["id"]): _row(step["kind"], step["id"]) for step in event.steps}
    if _changed_later(event):
        return _("A later change was made to these units.")
    if any(row is None for row in rows.values()):
        return _("A row that this change wrote was removed since.")
    if any(snapshot(rows[step["kind"], step["id"]]) != step["left"] for step in event.steps):
        return _("A row that this change wrote was changed since.")
    return _used(rows, _added(event))


def _row(kind: str, pk: object) -> Any:
    return EDITABLE[kind]._default_manager.filter(pk=pk).first()


def _added(event: AreaEvent) -> list[tuple[str, Any]]:
    return [(step["kind"], step["id"]) for step in event.steps if step["was"] is None]


def _changed_later(event: AreaEvent) -> bool:
    """Whether something became of the units that ended or began, but for what the change itself did."""
    areas = {step["id"] for step in event.steps if step["kind"] == "area"}
    own = {pk for kind, pk in _added(event) if kind == "area_lineage"}
    ties = AreaLineage.objects.filter(Q(before__in=areas) | Q(after__in=areas), at__gte=event.day)
    return ties.exclude(pk__in=own).exists()


def _used(rows: Mapping[tuple[str, Any], Any], added: Iterable[tuple[str, Any]]) -> str | Promise:
    """What refers to the rows that the change added, but for what it wrote itself."""
    own: dict[Any, list[Any]] = {}
    for row in rows.values():
        own.setdefault(type(row), []).append(row.pk)
    names = {
        str(table_name((model._meta.auto_created or model)._meta.label_lower)): None
        for key in added
        for model, field in referring(rows[key])
        if model._default_manager.filter(**{field: rows[key].pk}).exclude(pk__in=own.get(model, ())).exists()
    }
    return _("Something refers to what began: %(names)s.") % {"names": ", ".join(names)} if names else ""
