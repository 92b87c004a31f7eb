"""A fresh sign-in before a dangerous action: an unlocked screen left alone must not be enough to suspend somebody.

Who signed in or confirmed who they are within `FRESH_FOR` goes on at once; others confirm first (password, second
factor or passkey) and what they had sent is then done without being typed again (OWASP ASVS 5.0, 7.5.3).
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.signals import authentication_step_completed
from allauth.account.utils import get_next_redirect_url
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import resolve, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from ioc.kernel.clock import now
from ioc.kernel.guards import View
from ioc.kernel.http import Request
from ioc.kernel.sealing import seal, unseal
from ioc.management.vouching import vouched

FRESH_FOR: Final = 600
"""Seconds for which a confirmation holds."""
CONFIRMED_AT: Final = "confirmed_at"
_SECRET: Final = ("password", "client_secret")
"""Fields that are never kept, not even sealed and for minutes: they are typed again."""
_LARGEST: Final = 100_000


def listen() -> None:
    """Take note of every sign-in and every confirmation from now on."""
    user_logged_in.connect(_signed_in, dispatch_uid="stepup")
    authentication_step_completed.connect(_confirmed, dispatch_uid="stepup")


def _signed_in(*, request: HttpRequest, user: Any, **_facts: Any) -> None:
    """A sign-in by a provider is as fresh as the provider says, unless a second factor was asked for here."""
    by = vouched(request, user.pk)
    here = any(one.get("method") == "mfa" for one in get_authentication_records(request, user))
    request.session[CONFIRMED_AT] = by["at"] if by and not here else now().timestamp()


def _confirmed(*, request: HttpRequest, **facts: Any) -> None:
    if facts.get("reauthenticated"):
        request.session[CONFIRMED_AT] = now().timestamp()
        _renew(request)


def _renew(request: HttpRequest) -> None:
    """Give the session another key: who confirms leaves behind whoever may have copied the one before."""
    earlier = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=earlier).update(session_key=request.session.session_key)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in or confirmed it at most `FRESH_FOR` seconds ago."""
    at = float(request.session.get(CONFIRMED_AT, 0))
    return now().timestamp() - at <= FRESH_FOR


def step_up(view: View) -> View:
    """Let only a fresh sign-in through to `view`; others confirm first and come back with what they sent.

    Put it under `@staff` and `@require_POST`. What holds a password or a file is not kept: the person comes back to
    the page and sends it again.
    """

    @wraps(view)
    def stepped(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return _ask(request)

    return stepped


def step_up_to_send(view: View) -> View:
    """`step_up` for a view that shows a page as well: only sending its form needs a fresh sign-in."""
    return step_up_to_send_in()(view)


def step_up_to_send_in(*slugs: str) -> Callable[[View], View]:
    """`step_up_to_send` for a view of many kinds of record, for those with one of `slugs` (none named: all)."""

    def wrap(view: View) -> View:
        stepped = step_up(view)

        @wraps(view)
        def either(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            asked = request.method == "POST" and (not slugs or kwargs.get("slug") in slugs)
            return (stepped if asked else view)(request, *args, **kwargs)

        return either

    return wrap


def _ask(request: Request) -> HttpResponse:
    """Send the person to confirm."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    address = methods[0]["url"] if methods else reverse("account_login")
    back = _page_of(request)
    request.session.pop(STATE_SESSION_KEY, None)
    if request.method == "POST":
        request.session[STATE_SESSION_KEY] = {"callback": f"{__name__}.resume", "state": _kept(request, back)}
    joint = "&" if "?" in address else "?"
    address = f"{address}{joint}{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page_of(request: Request) -> str:
    """The page that the person looks at: for a form, the one it stands on."""
    if request.method != "POST":
        return request.get_full_path()
    seen = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(seen, hosts, require_https=request.is_secure()):
        return reverse("start")
    parts = urlsplit(seen)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _kept(request: Request, back: str) -> dict[str, Any]:
    """What was sent, sealed, for doing it after the confirmation."""
    given = request.POST.copy()
    given.pop("csrfmiddlewaretoken", None)
    whole = not request.FILES and not any(name in given for name in _SECRET)
    fields = given.urlencode()
    whole = whole and len(fields) <= _LARGEST
    kept = {"back": back, "path": request.get_full_path(), "at": now().timestamp(), "whole": whole}
    return kept | ({"fields": seal(fields).decode()} if whole else {})


def resume(request: Request, state: Mapping[str, Any]) -> HttpResponseBase:
    """Do what was kept, as if it had just been sent. Only for who comes from the page that it was sent from."""
    target: str = get_next_redirect_url(request) or reverse("start")
    recent = now().timestamp() - float(state["at"]) <= FRESH_FOR
    if not recent or target != state["back"]:
        return HttpResponseRedirect(target)
    if not state["whole"]:
        messages.info(request, _("Thank you. For your safety this was not kept: please enter it again and send."))
        return HttpResponseRedirect(target)
    return _replayed(request, state["path"], unseal(state["fields"].encode()))


def _replayed(request: Request, address: str, fields: str) -> HttpResponseBase:
    parts = urlsplit(address)
    found = resolve(parts.path)
    request.method = request.META["REQUEST_METHOD"] = "POST"
    request.path = request.path_info = request.META["PATH_INFO"] = parts.path
    request.META["QUERY_STRING"] = parts.query
    request.GET = QueryDict(parts.query)
    request.POST = QueryDict(fields)
    request._files = MultiValueDict()  # type: ignore[attr-defined]
    request.resolver_match = found
    return found.func(request, *found.args, **found.kwargs)  # type: ignore[no-any-return]
