"""What a live connection may hear: the same rights as the pages, for names of topics."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from ioc.kernel.actors import PUBLIC, Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.rights import APPROVE, HANDLE, LEAD, PUBLISH, TRIAGE
from ioc.management.queries import loading, people
from ioc.management.sessions import is_over
from ioc.management.vouching import owes_own_password, vouched
from ioc.onscene.queries.reach import EVERYWHERE, known_reports, places

Hears = Callable[[str], bool]
EVERYBODY: Final = frozenset({"*", "public"})


def hears(session_key: str, asked: Sequence[str]) -> Hears:
    """A test for topics: those of `asked` (none: all) that the session's person may hear.

    "follow.<token>" is heard by who knows the token; "*" says "look again" and is heard by all.
    """
    return hears_as(actor_of(session_key), asked)


def hears_as(actor: Actor, asked: Sequence[str]) -> Hears:
    """The same for an actor."""
    may = _rights_filter(actor, asked)
    wanted = frozenset(asked)
    if not wanted:
        return may
    return lambda topic: topic == "*" or (topic in wanted and (topic.startswith("follow.") or may(topic)))


def actor_of(session_key: str) -> Actor:
    """Who listens; while a password or a factor is owed, or the time is over, no more than anybody, as on pages."""
    if not session_key:
        return PUBLIC
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    day = local_date(now())
    if not user.is_authenticated or is_over(request, at=now()):
        return PUBLIC
    if owes_own_password(request, user):
        return PUBLIC
    if people.owes_second_factor(user.id, day=day) and not vouched(request, user.id).get("second_factor"):
        return PUBLIC
    return people.actor_for(user.id, day=day)


def _reports(actor: Actor, asked: Sequence[str]) -> Hears:
    """Which reports the actor hears of: who reaches all, of all; others of those that they ask for and may see."""
    if EVERYWHERE in places(actor, TRIAGE, PUBLISH, LEAD):
        return lambda _report: True
    wanted = [topic.removeprefix("report.") for topic in asked if topic.startswith("report.")]
    known = {str(one) for one in known_reports(actor, [one for one in map(_uuid, wanted) if one])}
    return known.__contains__


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _rights_filter(actor: Actor, asked: Sequence[str]) -> Hears:
    reports = _reports(actor, asked)
    team = any(actor.has(right) for right in (TRIAGE, PUBLISH, LEAD))
    agency = [*actor.grants_for(HANDLE), *actor.grants_for(APPROVE)]
    paths = tuple(grant.organization_path for grant in agency)
    known = loading.current().organizations

    def may(topic: str) -> bool:
        if topic in EVERYBODY:
            return True
        name, _, rest = topic.partition(".")
        if name == "agency":
            organization = known.get(int(rest)) if rest.isdigit() else None
            return bool(paths) and organization is not None and organization.path.startswith(paths)
        if name == "inbox":
            return rest == str(actor.person_id)
        if name == "report":
            return reports(rest)
        return team and topic == "onscene.queue"

    return may
