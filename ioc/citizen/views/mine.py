"""The reports of a person without an account: their links, kept in a signed cookie on the device."""

from typing import Final

from django.conf import settings
from django.http import HttpResponse

from ioc.kernel.http import Request

COOKIE: Final = "mine"
MOST: Final = 30
_SALT: Final = "ioc.citizen.mine"
_TWO_YEARS: Final = 60 * 60 * 24 * 730


def tokens_of(request: Request) -> list[str]:
    """The follow tokens that this device keeps, the last kept first; none when the cookie was tampered with."""
    kept = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    return [token for token in (kept or "").split("~") if token]


def keep(request: Request, response: HttpResponse, token: str) -> None:
    """Keep `token` on this device; the oldest of more than `MOST` is forgotten."""
    others = [one for one in tokens_of(request) if one != token]
    _write(response, [token, *others][:MOST])


def forget(request: Request, response: HttpResponse, token: str) -> None:
    """Take `token` off this device."""
    _write(response, [one for one in tokens_of(request) if one != token])


def _write(response: HttpResponse, tokens: list[str]) -> None:
    response.set_signed_cookie(
        COOKIE,
        "~".join(tokens),
        salt=_SALT,
        max_age=_TWO_YEARS,
        path="/citizen/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
