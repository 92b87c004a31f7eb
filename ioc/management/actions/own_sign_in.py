"""Ending sessions, one's own and those of the people that one manages; taking one's own links away."""

from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from ioc.kernel.actors import Actor
from ioc.kernel.errors import NotFound
from ioc.management.actions import providers, sign_in_events
from ioc.management.actions.scope import require_manager, require_reach
from ioc.management.models import Person


def end_own_session(*, person: Person, session_id: int, at: datetime) -> None:
    """Sign out in one of one's own browsers; `person` is who is signed in.

    Raises:
        NotFound: the person has no such session.
    """
    with transaction.atomic():
        rows = list(UserSession.objects.select_for_update().filter(user=person, id=session_id))
        if not rows:
            raise NotFound
        _end(person, rows, at)


def end_other_sessions(*, person: Person, but: str, at: datetime) -> int:
    """Sign out everywhere but in the session with the key `but`; in how many browsers."""
    with transaction.atomic():
        rows = list(UserSession.objects.select_for_update().filter(user=person).exclude(session_key=but))
        return _end(person, rows, at)


def end_sessions_of(*, person_id: UUID, actor: Actor, at: datetime, reason: str = "") -> int:
    """Sign somebody out everywhere; in how many browsers. `reason` is kept in the audit log.

    Raises:
        Forbidden: the actor may not manage this person.
        NotFound: there is no such person.
    """
    require_manager(actor, "person")
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id=person_id).first()
        if person is None:
            raise NotFound
        require_reach(actor, person)
        rows = list(UserSession.objects.select_for_update().filter(user=person))
        return _end(person, rows, at, actor=actor, reason=reason)


def _end(person: Person, rows: list[UserSession], at: datetime, *, actor: Actor | None = None, reason: str = "") -> int:
    for row in rows:
        row.end()
    if rows:
        facts = {"sessions": len(rows)}
        sign_in_events.happened(verb="sessions_ended", person=person, at=at, facts=facts, actor=actor, reason=reason)
    return len(rows)


def unlink(*, person: Person, link_id: int, at: datetime) -> None:
    """Take one of the own links to providers away; `person` is who is signed in.

    Raises:
        NotFound: the person has no such link.
        Conflict: nothing else would be left to sign in with.
    """
    providers.unlink(person=person, link_id=link_id, at=at)
