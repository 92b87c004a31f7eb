"""Looking at an agency's work: the lists, a matter and its place."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ioc.kernel.clock import now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import APPROVE, HANDLE
from ioc.onscene.queries import agency, agency_matter
from ioc.onscene.queries.agency import Tab


def list_context(request: Request, *, tab: Tab | None = None) -> dict[str, Any]:
    """What the list pane shows, as the address asks: `tab` (else the given one), `q` (words), `page`."""
    asked = request.GET.get("tab", "")
    page = request.GET.get("page", "")
    words = request.GET.get("q", "").strip()[:120]
    return {
        "inbox": agency.inbox(
            actor=request.actor,
            at=now(),
            tab=Tab(asked) if asked in set(Tab) else tab,
            words=words,
            number=max(1, min(int(page), 1000)) if page.isdecimal() else 1,
        ),
        "words": words,
        "agencies": agency.agencies(request.actor),
        "topics": " ".join(agency.topics(request.actor)),
    }


@require_safe
@staff(HANDLE, APPROVE)
def work(request: Request) -> HttpResponse:
    """The agency's lists."""
    return render(request, "officer/work.html", list_context(request))


@require_safe
@staff(HANDLE, APPROVE)
def matter(request: Request, report_id: UUID) -> HttpResponse:
    """One matter, with the list beside it on wide screens."""
    found = agency_matter.matter(actor=request.actor, report_id=report_id, at=now())
    return render(request, "officer/matter.html", list_context(request, tab=found.tab) | {"matter": found})


@require_safe
@staff(HANDLE, APPROVE)
def place(request: Request, report_id: UUID) -> HttpResponse:
    """Where the matter is, as GeoJSON for the map."""
    found = agency_matter.matter(actor=request.actor, report_id=report_id, at=now())
    features = []
    if found.latitude is not None and found.longitude is not None:
        point = {"type": "Point", "coordinates": [found.longitude, found.latitude]}
        named = {"count": 1, "title": found.card.title, "state": found.card.state_name}
        features.append({"type": "Feature", "geometry": point, "properties": named})
    return JsonResponse({"type": "FeatureCollection", "features": features})
