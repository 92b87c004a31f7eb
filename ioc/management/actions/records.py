"""Adding and changing the configuration: areas, agencies, people, catalogues, rules.

Every kind of record goes the same way: right and its reach (`scope`), as the record was and as it will be → the
record's own checks → row and audit event in one transaction → processes read the reference data anew.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import events, reference
from ioc.kernel.actors import Actor
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.turns import wait_for_turn
from ioc.management import models as tables
from ioc.management.actions.audit import log_change
from ioc.management.actions.code_checks import check_record
from ioc.management.actions.gaining import check_position, check_role, require_manager_left, require_second
from ioc.management.actions.invitation_links import end_links, reached_at
from ioc.management.actions.resting import rest_sealed_rights
from ioc.management.actions.scope import require_manager, require_reach
from ioc.management.actions.sealed_reach import reach_before, require_no_wider_reach
from ioc.management.models.editable import EDITABLE
from ioc.management.queries.snapshots import snapshot

ROUTING_TURN: Final = "management.responsibility"
"""The turn of who writes the routing table, a row or many: what was read of it still holds when it is written."""
# Rows that are part of another and go with it; all else that refers to a record keeps it.
_PARTS: Final = {tables.CategoryQuestion, tables.OrganizationCode}


def save_record(
    *,
    kind: str,
    fields: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    record_id: object = None,
    reason: str = "",
    asked_by: Actor | None = None,
) -> Any:
    """Add a record of `kind` (a key of `EDITABLE`), or change the one with `record_id`; the saved row.

    `fields` maps field names to values: rows for foreign keys, lists of rows for many-to-many. A person's
    `password` is given in the clear and kept hashed. `asked_by` is the administrator who asked for what the actor
    confirms.

    Raises:
        Forbidden: the actor may not manage, or not this; see `scope`.
        NotFound: there is no such record.
        Invalid: a value is not acceptable; says which.
        NeedsSecondPerson: it gives a right that takes two administrators; see `second_person`.
    """
    require_manager(actor, kind)
    model = EDITABLE[kind]
    with transaction.atomic():
        _wait_for_turn(kind)
        row, before = model(), {}
        if record_id is not None:
            row = _existing(model, record_id)
            require_reach(actor, row)
            before = snapshot(row)
        reached, sealed = _reached(row), reach_before(row, actor=actor, asked_by=asked_by)
        many = _assign(row, fields)
        _check_and_save(row, before)
        if before and _reached(row) != reached:
            end_links([row.pk], at=at)
            rest_sealed_rights([row.pk], actor=actor, at=at)
        for name, values in many.items():
            getattr(row, name).set(values)
        write_path(row)
        require_no_wider_reach(sealed)
        require_reach(actor, row, is_new=record_id is None)
        after = snapshot(row)
        require_second(row, before=before, after=after, actor=actor, asked_by=asked_by)
        require_manager_left(row, actor=actor)
        log_change(
            verb="added" if record_id is None else "changed",
            kind=kind,
            record_id=row.pk,
            record_name=str(row),
            actor=actor,
            at=at,
            before=before,
            after=after,
            reason=reason,
        )
        reference.bump()
    return row


def delete_record(
    *, kind: str, record_id: object, actor: Actor, at: datetime, reason: str = "", asked_by: Actor | None = None
) -> None:
    """Remove a record that nothing uses; used ones are closed by a `valid_to` instead. `asked_by`: see `save_record`.

    Raises:
        Forbidden: the actor may not manage, or not this; see `scope`.
        NotFound: there is no such record.
        Invalid: the record is in use, or what is sealed would be open to more; see `sealed_reach`.
    """
    require_manager(actor, kind)
    with transaction.atomic():
        _wait_for_turn(kind)
        row = _existing(EDITABLE[kind], record_id)
        require_reach(actor, row)
        before = snapshot(row)
        name, sealed = str(row), reach_before(row, actor=actor, asked_by=asked_by)
        _remove(row)
        require_no_wider_reach(sealed)
        require_manager_left(row, actor=actor)
        log_change(
            verb="removed", kind=kind, record_id=record_id, record_name=name,
            actor=actor, at=at, before=before, reason=reason,
        )  # fmt: skip
        reference.bump()


def _wait_for_turn(kind: str) -> None:
    if kind == "routing_rule":
        wait_for_turn(ROUTING_TURN)


def _remove(row: models.Model) -> None:
    try:
        if _is_used(row):
            raise models.ProtectedError("", set())
        row.delete()
    except (models.ProtectedError, models.RestrictedError) as error:
        raise Invalid(_("This is in use and cannot be removed."), remedy=_("Give it an end date instead.")) from error


def _is_used(row: models.Model) -> bool:
    """Whether rows that the database would remove along with it refer to this one."""
    relations = (one for one in row._meta.get_fields(include_hidden=True) if isinstance(one, models.ManyToOneRel))
    return any(
        one.related_model._default_manager.filter(**{one.field.name: row}).exists()
        for one in relations
        if one.on_delete is models.CASCADE and not _is_part(one.related_model, row)
    )


def _is_part(model: Any, row: models.Model) -> bool:
    """Whether the rows of `model` are part of `row`: listed above, or its own choices among others."""
    return model in _PARTS or model._meta.auto_created is type(row)


def _reached(row: models.Model) -> str:
    """Where a person is reached; nothing for other records."""
    return reached_at(row) if isinstance(row, tables.Person) else ""


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
            set_password(row, value)
        elif name not in many_names:
            setattr(row, name, value)
    if isinstance(row, tables.Person) and not row.password:
        # Who has no password yet signs in another way, or not until one is set.
        row.set_unusable_password()
    return {name: value for name, value in fields.items() if name in many_names}


def set_password(person: tables.Person, password: str) -> None:
    """Give `person` (not yet saved) a password that the rules for passwords accept.

    Raises:
        Invalid: it is too short, too common or too like the person's name.
    """
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(error.messages)}) from error
    person.set_password(password)


def _check_and_save(row: models.Model, before: Mapping[str, Any]) -> None:
    check_record(row)
    try:
        row.full_clean()
        if isinstance(row, tables.Role):
            check_role(row, before)
        if isinstance(row, tables.Position):
            check_position(row, before)
        row.save()
    except ValidationError as error:
        raise Invalid(fields={name: " ".join(texts) for name, texts in error.message_dict.items()}) from error
    except IntegrityError as error:
        raise Invalid(_("This clashes with another record.")) from error


def write_path(row: models.Model) -> None:
    """Keep "/id/id/" in step with the parent, for the row and for all below it; rooms that copied it are told."""
    if not isinstance(row, tables.Area | tables.Organization | tables.Category):
        return
    before = row.path
    _write_paths(row)
    if before and row.path != before:
        events.publish(f"{row._meta.model_name}.moved", before=before, after=row.path)


def _write_paths(row: tables.Area | tables.Organization | tables.Category) -> None:
    path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    if row.path == path:
        return
    if path.count(f"/{row.pk}/") > 1:
        raise Invalid(_("This would put it below itself."))
    row.path = path
    row.save(update_fields=["path"])
    for child in row.children.all():
        _write_paths(child)
