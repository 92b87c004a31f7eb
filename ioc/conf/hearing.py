"""What a live connection may hear: the same rights as the pages, for names of topics."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from ioc.kernel.actors import PUBLIC, Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.rights import APPROVE, HANDLE, LEAD, PUBLISH, TRIAGE
from ioc.management.queries import loading, people

Hears = Callable[[str], bool]
EVERYBODY: Final = frozenset({"*", "public"})


def hears(session_key: str, asked: Sequence[str]) -> Hears:
    """A test for topics: those of `asked` (none: all) that the session's person may hear.

    "follow.<token>" is heard by who knows the token; "*" says "look again" and is heard by all.
    """
    return hears_as(actor_of(session_key), asked)


def hears_as(actor: Actor, asked: Sequence[str]) -> Hears:
    """The same for an actor."""
    may = _rights_filter(actor)
    wanted = frozenset(asked)
    if not wanted:
        return may
    return lambda topic: topic == "*" or (topic in wanted and (topic.startswith("follow.") or may(topic)))


def actor_of(session_key: str) -> Actor:
    """Who listens; while a second factor is owed, no more than anybody, as on the pages."""
    if not session_key:
        return PUBLIC
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    day = local_date(now())
    if not user.is_authenticated or people.owes_second_factor(user.id, day=day):
        return PUBLIC
    return people.actor_for(user.id, day=day)


def _rights_filter(actor: Actor) -> Hears:
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
            return team or bool(paths)
        return team and topic == "onscene.queue"

    return may
