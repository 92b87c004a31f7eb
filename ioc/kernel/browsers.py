"""What browsers keep of ours: cookies that only this host can set, and nothing of what a signed-in person saw."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

PREFIX: Final = "__Host-"
"""A browser takes such a cookie over TLS and from this very host only (RFC 6265bis, 4.1.3.2)."""
Handler = Callable[[HttpRequest], HttpResponse]


def sent_name(name: str) -> str:
    """What browsers call the cookie that we call `name`."""
    return f"{PREFIX}{name}" if settings.HTTPS else name


def host_cookies(get_response: Handler) -> Handler:
    """Under https, see cookies with the prefix only, and give it to each cookie that goes out.

    What a neighbouring host, or a page without TLS, plants in a browser has no prefix and is not seen. Comes before
    all that reads cookies.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.HTTPS:
            return get_response(request)
        given = request.COOKIES.items()
        request.COOKIES = {name.removeprefix(PREFIX): text for name, text in given if name.startswith(PREFIX)}
        response = get_response(request)
        _give_prefix(response)
        return response

    return middleware


def _give_prefix(response: HttpResponse) -> None:
    for name in list(response.cookies):
        morsel = response.cookies.pop(name)
        morsel.set(PREFIX + name, morsel.value, morsel.coded_value)
        morsel["secure"], morsel["path"], morsel["domain"] = True, "/", ""
        response.cookies[PREFIX + name] = morsel


def nothing_kept(get_response: Handler) -> Handler:
    """Have browsers keep no page of a signed-in person, and drop what they kept when the person signs out.

    What says itself how long it may be kept (published photos, outlines of areas) goes with signing out. Comes after
    the session's middleware and before what ends sessions; asks the database nothing that those do not.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        before = _is_signed_in(request)
        response = get_response(request)
        after = _is_signed_in(request)
        if before or after:
            response.headers.setdefault("Cache-Control", "no-store")
        if before and not after:
            response["Clear-Site-Data"] = '"cache"'
        return response

    return middleware


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(request.session.session_key) and SESSION_KEY in request.session
