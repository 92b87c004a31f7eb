"""Pages for everybody: the province at a glance, the list and the map of published reports, one report."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ioc.kernel import rights
from ioc.kernel.clock import now
from ioc.kernel.http import Request
from ioc.management.queries import loading
from ioc.onscene.queries import public, public_detail

_PLACES = (
    ((rights.TRIAGE, rights.PUBLISH), "/desk/"),
    ((rights.HANDLE, rights.APPROVE), "/officer/"),
    ((rights.LEAD,), "/lead/"),
    ((rights.MANAGE, rights.MANAGE_PEOPLE, rights.READ_AUDIT), "/manage/"),
)
_LATEST = 6


@require_safe
def home(request: Request) -> HttpResponse:
    """What this is, how well it works, and what was done last."""
    return render(request, "onscene/public/home.html", {"home": public_detail.home(at=now(), size=_LATEST)})


@require_safe
def start(request: Request) -> HttpResponse:
    """On to where the signed-in person works; the public page for everybody else."""
    for wanted, place in _PLACES:
        if any(request.actor.has(right) for right in wanted):
            return HttpResponseRedirect(place)
    return HttpResponseRedirect("/")


@require_safe
def reports(request: Request) -> HttpResponse:
    """The list of published reports."""
    return render(request, "onscene/public/reports.html", _listing(request))


@require_safe
def report_map(request: Request) -> HttpResponse:
    """The map of published reports with the same list beside it."""
    return render(request, "onscene/public/map.html", _listing(request))


@require_safe
def report(request: Request, code: str) -> HttpResponse:
    """One published report."""
    return render(request, "onscene/public/report.html", {"report": public_detail.detail(code, at=now())})


def _listing(request: Request) -> dict[str, Any]:
    at = now()
    given = request.GET.dict()
    filters, cursor = public.filters_of(given), given.get("cursor", "")
    reference = loading.current()
    return {
        "filters": filters,
        "plain": public.plain(filters),
        "page": public.listed(filters, at=at, cursor=cursor),
        "cursor": cursor,
        "communes": reference.communes_on(reference.map_day(at)),
        "categories": [one for one in reference.categories.values() if one.is_public],
    }
