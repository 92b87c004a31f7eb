"""Smaller changes to people: ending a position, handing open work over, one's own details."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ioc.kernel import open_work
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.kernel.errors import Invalid, NotFound
from ioc.management.actions.audit import log_change
from ioc.management.actions.records import delete_record, save_record
from ioc.management.actions.scope import require_manager, require_reach
from ioc.management.models import Person, Position


def end_position(*, position_id: int, actor: Actor, at: datetime) -> None:
    """End a position today: its rights are gone with the next request; one that has not begun is taken back.

    Raises:
        Forbidden: the actor may not manage people, or not this position; see `scope`.
        NotFound: there is no such position.
    """
    require_manager(actor, "position")
    today = local_date(at)
    with transaction.atomic():
        found = Position.objects.select_for_update().filter(pk=position_id).first()
        if found is None:
            raise NotFound
        if found.valid_from >= today:
            delete_record(kind="position", record_id=position_id, actor=actor, at=at)
        elif found.valid_to is None or found.valid_to > today:
            fields = {"valid_to": today}
            save_record(kind="position", record_id=position_id, fields=fields, actor=actor, at=at)


def hand_over(*, person_id: UUID, successor_id: UUID, actor: Actor, at: datetime, reason: str) -> int:
    """Pass all work that somebody has open of their own on to a colleague; how many pieces.

    Raises:
        Forbidden: the actor may not manage one of the two; see `scope`.
        NotFound: there is no such person.
        Invalid: no reason is given, or the successor is suspended or the same person.
    """
    require_manager(actor, "person")
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why.")})
    with transaction.atomic():
        people = {one.pk: one for one in Person.objects.filter(pk__in={person_id, successor_id})}
        if people.keys() != {person_id, successor_id}:
            raise NotFound
        person, successor = people[person_id], people[successor_id]
        if person == successor or not successor.is_active:
            raise Invalid(fields={"successor": _("Choose somebody else who works here.")})
        require_reach(actor, person)
        require_reach(actor, successor)
        moved = open_work.move(
            before=open_work.Holder(person_id=person_id),
            after=open_work.Holder(person_id=successor_id),
            actor=actor,
            at=at,
            reason=reason.strip(),
        )
        count = sum(moved.values())
        log_change(
            verb="handed_over", kind="person", record_id=person_id, record_name=str(person), actor=actor, at=at,
            reason=reason.strip(), after={"successor": str(successor), "count": count},
        )  # fmt: skip
    return count


def change_own_details(*, phone: str, language: str, actor: Actor, at: datetime) -> None:
    """Change one's own phone and the language of what one is sent.

    Raises:
        NotFound: the actor is no person.
        Invalid: there is no such language.
    """
    if language not in dict(settings.LANGUAGES):
        raise Invalid(fields={"language": _("There is no such language.")})
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(pk__in=[actor.person_id]).first()
        if person is None:
            raise NotFound
        before = {"phone": person.phone, "language": person.language}
        person.phone, person.language = phone.strip()[:20], language
        person.save(update_fields=["phone", "language"])
        after = {"phone": person.phone, "language": person.language}
        log_change(
            verb="changed", kind="person", record_id=person.pk, record_name=str(person), actor=actor, at=at,
            before=before, after=after,
        )  # fmt: skip
