"""Telling administrators of changes that take two of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ioc.kernel.ids import new_id
from ioc.management.models import PendingState, Person
from ioc.notices.actions.telling import Message, tell_people


def tell_asked(*, change: Any, people: Iterable[Person], at: datetime) -> None:
    """Tell the other administrators that a change waits for one of them."""
    for person in people:
        with translation.override(person.language):
            said = {"who": change.asked_by.full_name, "what": change.record_name, "why": change.reason}
            message = Message(
                event_id=change.id,
                subject=_("A second administrator is needed: %(what)s") % said,
                body=_("%(who)s asks for a right that opens what is sealed. Reason: %(why)s") % said,
                link=f"/manage/pending/{change.id}/",
            )
        tell_people(message, people=[person], at=at)


def tell_decided(*, change: Any, people: Iterable[Person], at: datetime) -> None:
    """Tell who asked what became of it; not of what they took back themselves."""
    if change.state == PendingState.WITHDRAWN:
        return
    event_id = new_id()
    for person in people:
        with translation.override(person.language):
            said = {"what": change.record_name, "state": change.get_state_display(), "why": change.decision}
            message = Message(
                event_id=event_id,
                subject=_("%(what)s: %(state)s") % said,
                body=_("Your change was %(state)s. %(why)s") % said,
                link=f"/manage/pending/{change.id}/",
            )
        tell_people(message, people=[person], at=at)
