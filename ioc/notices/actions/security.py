"""Telling a person what happened to the own account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.functional import Promise

from ioc.management.models import Person
from ioc.notices.actions.telling import Message, tell_people


def tell_security(
    *,
    person_id: UUID,
    event_id: UUID,
    subject: str | Promise,
    body: str | Promise,
    facts: Mapping[str, Any],
    at: datetime,
) -> None:
    """Put it into the person's inbox and mailbox, in the person's language; it leads to the page about security."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        return
    with translation.override(person.language):
        message = Message(
            event_id=event_id,
            subject=str(subject),
            body=str(body) % facts if facts else str(body),
            link="/accounts/security/",
        )
    tell_people(message, people=[person], at=at)
