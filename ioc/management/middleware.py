"""Who acts in a request, and whether a second factor is still owed."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject

from ioc.kernel.actors import PUBLIC, Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.kernel.systems import system_of
from ioc.management.queries import people, rollout
from ioc.management.vouching import vouched

Handler = Callable[[HttpRequest], HttpResponse]
SETTLED_AT: Final = "second_factor_settled_at"
SETTLED_FOR: Final = 60
_FREE: Final = ("/accounts/", "/static/", "/i18n/", "/healthz")


def actor(get_response: Handler) -> Handler:
    """Put the actor on the request; looked up when first asked for, so public pages pay nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        cast("Request", request).actor = cast("Actor", SimpleLazyObject(lambda: _actor_of(request)))
        return get_response(request)

    return middleware


def _actor_of(request: HttpRequest) -> Actor:
    if isinstance(request.user, AnonymousUser):
        return PUBLIC
    return people.actor_for(request.user.id, day=local_date(now()))


def open_to_officials(get_response: Handler) -> Handler:
    """Tell officials kindly where a system is not open for their areas yet. No statement beyond the actor's own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        system = system_of(request.path)
        closed = _closed_to(cast("Request", request).actor, system) if system else None
        if closed is None:
            return get_response(request)
        return render(request, "management/not_open.html", {"closed": closed}, status=403)

    return middleware


def _closed_to(actor: Actor, system: str) -> rollout.Closed | None:
    """Nothing for administrators, who prepare what is not open yet, and for who is sent to sign in anyway."""
    if not actor.grants or actor.has(MANAGE):
        return None
    areas = list(dict.fromkeys(grant.area_path for grant in actor.grants))
    return rollout.closed_to_official(system=system, area_paths=areas, day=local_date(now()))


def second_factor(get_response: Handler) -> Handler:
    """Send who needs a second factor and has none to set it up before anything else.

    A "no" is kept in the session for `SETTLED_FOR` seconds: roles and factors change while somebody is signed in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_FREE) or not request.session.session_key or not _owed(request):
            return get_response(request)
        return redirect("account_second_factor")

    return middleware


def _owed(request: HttpRequest) -> bool:
    user = request.user
    at = now()
    if isinstance(user, AnonymousUser) or _is_settled(request, at):
        return False
    owed = people.owes_second_factor(user.id, day=local_date(at))
    owed = owed and not vouched(request, user.id).get("second_factor")
    if not owed:
        request.session[SETTLED_AT] = int(at.timestamp())
    return owed


def _is_settled(request: HttpRequest, at: datetime) -> bool:
    age = at.timestamp() - float(request.session.get(SETTLED_AT, 0))
    return age < SETTLED_FOR
