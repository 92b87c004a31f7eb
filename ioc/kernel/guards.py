"""Who may open a page at all; what may be done is checked again in each action."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase

from ioc.kernel.actors import ActorKind
from ioc.kernel.errors import Forbidden
from ioc.kernel.http import Request

View = Callable[..., HttpResponseBase]


def staff(*rights: str) -> Callable[[View], View]:
    """Let in who holds any of `rights` (none named: any position); send who is not signed in to sign in."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(address_to_return_to(request))
            allowed = any(request.actor.has(right) for right in rights) if rights else _has_position(request)
            if not allowed:
                raise Forbidden(rights=rights)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def address_to_return_to(request: Request) -> str:
    """Where somebody goes on after signing in: what was asked for, or the page whose form was being sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from._replace(scheme="", netloc="").geturl() if came_from.netloc == request.get_host() else "/start/"


def _has_position(request: Request) -> bool:
    return request.actor.kind is ActorKind.PERSON
