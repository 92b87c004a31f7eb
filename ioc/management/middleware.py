"""Who acts in a request, and whether a password of the own or a second factor is still owed."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from ioc.kernel.actors import PUBLIC, Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.kernel.systems import system_of
from ioc.management.queries import people, rollout
from ioc.management.vouching import owes_own_password, vouched

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
    """Send who signed in with a given password to choose another, and who needs a second factor and has none to set
    it up, before anything else.

    A "no" is kept in the session for `SETTLED_FOR` seconds: roles and factors change while somebody is signed in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_FREE) or not request.session.session_key or not (page := _owed(request)):
            return get_response(request)
        return redirect(page)

    return middleware


def _owed(request: HttpRequest) -> str:
    """The page that must be filled in first; empty when there is none."""
    user = request.user
    at = now()
    if isinstance(user, AnonymousUser) or _is_settled(request, at):
        return ""
    if owes_own_password(request, user):
        return f"{reverse('account_change_password')}?{urlencode({'next': reverse(settings.LOGIN_REDIRECT_URL)})}"
    if people.owes_second_factor(user.id, day=local_date(at)) and not vouched(request, user.id).get("second_factor"):
        return reverse("account_second_factor")
    request.session[SETTLED_AT] = int(at.timestamp())
    return ""


def _is_settled(request: HttpRequest, at: datetime) -> bool:
    age = at.timestamp() - float(request.session.get(SETTLED_AT, 0))
    return age < SETTLED_FOR
