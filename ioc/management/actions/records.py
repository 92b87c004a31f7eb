"""Adding and changing the configuration: areas, agencies, people, catalogues, rules.

Every kind of record goes the same way: right → the record's own checks → row and audit event in one transaction →
processes read the reference data anew.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import reference
from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.rights import MANAGE
from ioc.management import models as tables

EDITABLE: Final[Mapping[str, type[models.Model]]] = {
    "province": tables.Province,
    "area": tables.Area,
    "area_lineage": tables.AreaLineage,
    "organization": tables.Organization,
    "organization_code": tables.OrganizationCode,
    "role": tables.Role,
    "person": tables.Person,
    "position": tables.Position,
    "report_kind": tables.ReportKind,
    "category": tables.Category,
    "category_question": tables.CategoryQuestion,
    "reason": tables.Reason,
    "routing_rule": tables.RoutingRule,
    "deadline_rule": tables.DeadlineRule,
    "office_hours": tables.OfficeHours,
    "calendar_day": tables.CalendarDay,
}
_SECRET: Final = {"password"}
_UNLOGGED: Final = {"boundary"}


def save_record(
    *,
    kind: str,
    fields: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    record_id: object = None,
    reason: str = "",
) -> Any:
    """Add a record of `kind` (a key of `EDITABLE`), or change the one with `record_id`; the saved row.

    `fields` maps field names to values: rows for foreign keys, lists of rows for many-to-many. A person's
    `password` is given in the clear and kept hashed.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such record.
        Invalid: a value is not acceptable; says which.
    """
    actor.require(MANAGE)
    model = EDITABLE[kind]
    with transaction.atomic():
        row = _existing(model, record_id) if record_id is not None else model()
        before = _snapshot(row) if record_id is not None else {}
        many = _assign(row, fields)
        _check_and_save(row)
        for name, values in many.items():
            getattr(row, name).set(values)
        _write_path(row)
        _log(kind=kind, row=row, before=before, actor=actor, at=at, reason=reason)
        reference.bump()
    return row


def delete_record(*, kind: str, record_id: object, actor: Actor, at: datetime, reason: str = "") -> None:
    """Remove a record that nothing uses; used ones are closed by a `valid_to` instead.

    Raises:
        Forbidden: the actor may not manage.
        NotFound: there is no such record.
        Invalid: the record is in use.
    """
    actor.require(MANAGE)
    with transaction.atomic():
        row = _existing(EDITABLE[kind], record_id)
        before = _snapshot(row)
        try:
            row.delete()
        except models.ProtectedError as error:
            raise Invalid(
                _("This is in use and cannot be removed."), remedy=_("Give it an end date instead.")
            ) from error
        row.pk = record_id
        _log(kind=kind, row=row, before=before, actor=actor, at=at, reason=reason, verb="removed")
        reference.bump()


def _existing(model: type[models.Model], record_id: object) -> models.Model:
    try:
        row: models.Model = model._default_manager.select_for_update().get(pk=record_id)
    except (model.DoesNotExist, ValidationError, ValueError) as error:  # type: ignore[attr-defined]
        raise NotFound from error
    return row


def _assign(row: models.Model, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Set plain fields on `row`; many-to-many values are given back for after the save."""
    many_names = {field.name for field in row._meta.many_to_many}
    for name, value in fields.items():
        if name == "password" and isinstance(row, tables.Person):
            row.set_password(value)
        elif name not in many_names:
            setattr(row, name, value)
    return {name: value for name, value in fields.items() if name in many_names}


def _check_and_save(row: models.Model) -> None:
    try:
        row.full_clean()
        row.save()
    except ValidationError as error:
        raise Invalid(fields={name: " ".join(texts) for name, texts in error.message_dict.items()}) from error
    except IntegrityError as error:
        raise Invalid(_("This clashes with another record.")) from error


def _write_path(row: models.Model) -> None:
    """Keep "/id/id/" in step with the parent, for the row and for all below it."""
    if not isinstance(row, tables.Area | tables.Organization | tables.Category):
        return
    path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    if row.path == path:
        return
    if path.count(f"/{row.pk}/") > 1:
        raise Invalid(_("This would put it below itself."))
    row.path = path
    row.save(update_fields=["path"])
    for child in type(row)._default_manager.filter(parent=row):
        _write_path(child)


def _snapshot(row: models.Model) -> dict[str, Any]:
    """The row's values as JSON, without secrets."""
    values = {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in _SECRET | _UNLOGGED
    }
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def _log(
    *, kind: str, row: models.Model, before: dict[str, Any], actor: Actor, at: datetime, reason: str, verb: str = ""
) -> None:
    after = _snapshot(row) if verb != "removed" else {}
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    tables.ConfigEvent.objects.create(
        at=at,
        verb=verb or ("changed" if before else "added"),
        actor_kind=actor.kind,
        actor_name=actor.name,
        person_id=actor.person_id,
        organization_id=actor.organization_id,
        organization_name=actor.organization_name,
        reason=reason,
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed if name in after},
        record_kind=kind,
        record_id=str(row.pk),
        record_name=str(row)[:200],
    )
