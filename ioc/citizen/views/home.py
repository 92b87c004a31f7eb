"""The citizen's home, the look-up by code, and the ways that the law sets for complaints and denunciations."""

from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ioc.citizen.views import mine
from ioc.kernel import limits
from ioc.kernel.clock import now
from ioc.kernel.errors import NotFound
from ioc.kernel.http import Request
from ioc.kernel.limits import MINUTE, Limit
from ioc.management.queries import loading
from ioc.onscene.queries import following, public

_LATEST: Final = 4
_LOOK_UPS: Final = Limit("lookup-address-minute", 30, MINUTE)


@require_safe
@never_cache
def home(request: Request) -> HttpResponse:
    """One's own reports first, then what was done lately."""
    at = now()
    shown = {
        "mine": following.mine(mine.tokens_of(request), at=at),
        "latest": public.listed(public.Filters(), at=at, size=_LATEST).rows,
    }
    return render(request, "citizen/home.html", shown)


@require_safe
@never_cache
def follow(request: Request) -> HttpResponse:
    """One's own reports, and the state of any report by its code.

    Codes follow one another, so the answer says the state only, and an address may not ask without end.
    """
    code = request.GET.get("code", "").strip()[:40]
    shown: dict[str, Any] = {"mine": following.mine(mine.tokens_of(request), at=now()), "code": code}
    if code:
        limits.hit([(_LOOK_UPS, request.client_address)], at=now())
        try:
            status = following.status_of(code)
        except NotFound as missing:
            return render(request, "citizen/follow.html", shown | {"error": missing.message}, status=404)
        if status.is_public:
            return HttpResponseRedirect(reverse("public_report", args=[status.code]))
        shown["status"] = status
    return render(request, "citizen/follow.html", shown)


@require_safe
def guidance(request: Request, kind: str) -> HttpResponse:
    """The way of its own that the law gives a complaint or a denunciation."""
    found = loading.current().kinds.get(kind)
    if found is None or found.handled_here:
        raise NotFound
    return render(request, "citizen/guidance.html", {"kind": found})
