"""What is done to catalogues beside adding and changing: order, an earlier version, a year of days off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ioc.kernel import reference
from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, NotFound
from ioc.kernel.rights import MANAGE
from ioc.management.actions.audit import log_change
from ioc.management.actions.records import save_record
from ioc.management.actions.scope import require_whole_province
from ioc.management.models import CalendarDay, Category
from ioc.management.models.editable import EDITABLE
from ioc.management.queries.versions import Version, versions_of


def move_category(*, category_id: int, step: int, actor: Actor, at: datetime) -> None:
    """Put a category `step` places further down (negative: up) among its brothers, which are numbered anew.

    Raises:
        Forbidden: the actor may not manage the catalogue.
        NotFound: there is no such category.
    """
    require_whole_province(actor)
    with transaction.atomic():
        moved = Category.objects.select_for_update().filter(pk=category_id).first()
        if moved is None:
            raise NotFound(category=category_id)
        brothers = list(
            Category.objects.select_for_update().filter(parent_id=moved.parent_id).order_by("position", "id")
        )
        place = next(index for index, one in enumerate(brothers) if one.pk == moved.pk)
        brothers.insert(max(0, place + step), brothers.pop(place))
        for position, row in enumerate(brothers):
            if row.position != position:
                _number(row, position, actor, at)
        reference.bump()


def _number(row: Category, position: int, actor: Actor, at: datetime) -> None:
    before = {"position": row.position}
    row.position = position
    row.save(update_fields=["position"])
    log_change(
        verb="changed",
        kind="category",
        record_id=row.pk,
        record_name=str(row),
        actor=actor,
        at=at,
        before=before,
        after={"position": position},
    )


def restore_version(*, kind: str, record_id: object, number: int, actor: Actor, at: datetime) -> Any:
    """Make a record again what it was in its version `number`; that becomes a new version. The saved row.

    Raises:
        Forbidden: the actor may not manage, or not this.
        NotFound: there is no such record or version.
        Invalid: what it was is no longer acceptable; says which value.
    """
    actor.require(MANAGE)
    found = versions_of(kind=kind, record_id=record_id, actor=actor)
    chosen = next((one for one in found if one.number == number), None)
    if chosen is None:
        raise NotFound(version=number)
    return save_record(
        kind=kind,
        record_id=record_id,
        fields=_values(EDITABLE[kind], chosen),
        actor=actor,
        at=at,
        reason=_("Restored version %(number)s.") % {"number": number},
    )


def _values(model: type[models.Model], version: Version) -> dict[str, Any]:
    """The version's values as its columns take them; what the log does not hold for lack of a value is emptied."""
    wanted: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.attname in version.values:
            value = version.values[field.attname]
            wanted[field.attname] = None if value is None else field.to_python(value)
        elif field.null and version.is_whole:
            wanted[field.attname] = None
    for many in model._meta.many_to_many:
        if many.name in version.values:
            # What was taken out of the system since cannot be chosen again.
            wanted[many.name] = list(many.related_model._default_manager.filter(pk__in=version.values[many.name]))
    return wanted


@dataclass(frozen=True, slots=True)
class DayGiven:
    """A special day to be taken into the calendar."""

    day: date
    kind: str
    name: str


def accept_days(*, days: Sequence[DayGiven], legal_basis: str, actor: Actor, at: datetime, reason: str = "") -> int:
    """Take days into the working calendar; how many there were.

    Raises:
        Forbidden: the actor may not manage the calendar.
        Conflict: one of the days is in the calendar already; nothing is taken.
        Invalid: a day's kind or name is not acceptable.
    """
    require_whole_province(actor)
    with transaction.atomic():
        known = set(CalendarDay.objects.filter(day__in=[one.day for one in days]).values_list("day", flat=True))
        if known:
            raise Conflict(
                _("Already in the calendar: %(days)s.")
                % {"days": ", ".join(f"{day:%d/%m/%Y}" for day in sorted(known))}
            )
        for one in days:
            fields = {"day": one.day, "kind": one.kind, "name": one.name[:120], "legal_basis": legal_basis[:300]}
            save_record(kind="calendar_day", fields=fields, actor=actor, at=at, reason=reason)
    return len(days)
