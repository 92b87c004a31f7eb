"""Links to set the first password that must not be used any more because the person is reached elsewhere now."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ioc.management.models import Invitation, Person


def reached_at(person: Person) -> str:
    """Where an invitation goes: by e-mail where there is one, else by SMS."""
    return person.email or person.phone


def end_links(people: Collection[UUID], *, at: datetime) -> None:
    """Make the open invitations of `people` worthless: they lie in a mailbox or on a phone that may be a stranger's."""
    Invitation.objects.filter(person__in=people, accepted_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=at
    )
