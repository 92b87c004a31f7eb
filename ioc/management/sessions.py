"""How long a session lasts, and the mark by which a browser is known again."""

from datetime import datetime
from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ioc.kernel.clock import now
from ioc.kernel.guards import address_to_return_to
from ioc.kernel.http import Request
from ioc.management.actions import sign_in_events
from ioc.management.middleware import Handler
from ioc.management.queries import sign_in
from ioc.management.rules.sessions import Ended, Times, ended

TIMES: Final = "session_times"
BACKGROUND: Final = "X-Background"
"""Header of requests that a page sends by itself: they are no sign that somebody is there."""
DEVICE_COOKIE: Final = "device"
_DEVICE_AGE: Final = 400 * 24 * 60 * 60
_WRITE_EVERY: Final = 60


class Sessions:
    """Ends sessions whose time is over; keeps in mind, once a minute, that others are used."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = now()
        if request.session.session_key and SESSION_KEY in request.session:
            times = _times(request, at)
            if why := ended(times, at=at.timestamp()):
                return _over(cast("Request", request), why, at)
            _touch(request, times, at)
        response = self.get_response(request)
        _mark(request, response)
        return response


def begin(request: HttpRequest, at: datetime) -> Times:
    """Count a session from `at`, by the rules in force now."""
    return _keep(request, sign_in.times(began_at=at.timestamp(), seen_at=at.timestamp()))


def is_over(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the session's time is over; looking changes nothing."""
    kept = request.session.get(TIMES)
    return kept is not None and ended(Times(*kept), at=at.timestamp()) is not None


def _times(request: HttpRequest, at: datetime) -> Times:
    kept = request.session.get(TIMES)
    return Times(*kept) if kept else begin(request, at)


def _keep(request: HttpRequest, times: Times) -> Times:
    request.session[TIMES] = list(times)
    return times


def _touch(request: HttpRequest, times: Times, at: datetime) -> None:
    """Note that the session is used; the rules are read anew with it, so that a change holds within a minute."""
    if request.headers.get(BACKGROUND) or at.timestamp() - times.seen_at < _WRITE_EVERY:
        return
    _keep(request, sign_in.times(began_at=times.began_at, seen_at=at.timestamp()))
    address = cast("Request", request).client_address
    sign_in_events.session_used(session_key=request.session.session_key or "", address=address, at=at)


def _over(request: Request, why: Ended, at: datetime) -> HttpResponse:
    """Sign out, and lead back to where the person was after signing in again."""
    sign_in_events.session_over(person_id=request.session[SESSION_KEY], why=why, at=at)
    request.session["ending"] = why
    logout(request)
    messages.info(request, _("You were signed out because the time was over. Sign in again to go on."))
    if request.headers.get("HX-Request"):
        back = request.headers.get("HX-Current-URL", "").partition(request.get_host())[2] or reverse("start")
        address = f"{reverse('account_login')}?{urlencode({'next': back})}"
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect_to_login(address_to_return_to(request))


def _mark(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser in which somebody signed in for the first time its mark."""
    mark: Any = getattr(request, "device_mark", "")
    if mark:
        response.set_cookie(
            DEVICE_COOKIE, mark, max_age=_DEVICE_AGE, httponly=True, samesite="Lax", secure=request.is_secure(),
            path="/accounts/",
        )  # fmt: skip
