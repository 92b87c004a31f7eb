"""What happens to each request before a view sees it, and to a domain error after."""

from collections.abc import Callable
from typing import Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from ioc.kernel import origin
from ioc.kernel.errors import DomainError, TooMany
from ioc.kernel.http import Request

LOOPBACK: Final = "127.0.0.1"
"""What stands for a peer on this machine's own socket, which has no address."""
METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
Handler = Callable[[HttpRequest], HttpResponse]


def known_methods(get_response: Handler) -> Handler:
    """Refuse what nothing here answers, such as TRACE, before anybody looks at it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)

    return middleware


def address_of(request: HttpRequest) -> str:
    """The client's address: the peer, or what a trusted proxy says of it (the last hop that is not one)."""
    return believed(peer=request.META.get("REMOTE_ADDR", ""), forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""))


def believed(*, peer: str, forwarded: str) -> str:
    """The client's address, from the peer's (empty: this machine's socket) and what is forwarded, if it is trusted."""
    peer = peer or LOOPBACK
    trusted = settings.TRUSTED_PROXIES
    if peer not in trusted:
        return peer
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return next((hop for hop in reversed(hops) if hop not in trusted), peer)


def client_address(get_response: Handler) -> Handler:
    """Put the client's address on the request and where libraries look for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        cast("Request", request).client_address = request.META["REMOTE_ADDR"] = address_of(request)
        return get_response(request)

    return middleware


def origin_of_request(get_response: Handler) -> Handler:
    """Have what is written during the request know where it comes from; comes after the session's middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with origin.coming_from(lambda: _origin(request)):
            return get_response(request)

    return middleware


def _origin(request: HttpRequest) -> origin.Origin:
    return origin.origin_of(
        address=cast("Request", request).client_address,
        browser=request.headers.get("User-Agent", ""),
        session_key=request.session.session_key or "",
    )


def content_policy(get_response: Handler) -> Handler:
    """Say what a page may load; an answer that has a stricter policy of its own keeps it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    return middleware


class ProblemPages:
    """Turns a domain error that a page let through into a page that says what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The problem page for a domain error; other errors go on."""
        if not isinstance(error, DomainError):
            return None
        shown = {"title": error.message, "remedy": error.remedy, "fields": error.fields}
        response = render(request, "kernel/errors/problem.html", shown, status=error.status)
        if isinstance(error, TooMany):
            response["Retry-After"] = str(error.retry_after)
        return response


problem_pages = ProblemPages
