"""The start page and the province's facts."""

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ioc.kernel.clock import now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import ANSWER_DATA_REQUESTS, MANAGE, MANAGE_PEOPLE, READ_AUDIT, WRITE_GUIDANCE
from ioc.management.queries import loading
from ioc.management.queries.overview import overview
from ioc.management.views import records
from ioc.management.views.kinds import SCREENS

_COUNTED = ("areas", "agencies", "people", "positions", "categories", "routing", "deadlines")
_ONWARD = (
    (MANAGE_PEOPLE, "manage_people"),
    (READ_AUDIT, "manage_audit"),
    (ANSWER_DATA_REQUESTS, "manage_data_requests"),
    (WRITE_GUIDANCE, "manage_guidance"),
)


@require_safe
@staff(MANAGE, *(right for right, _page in _ONWARD))
def start(request: Request) -> HttpResponse:
    """How much there is and what is missing; who administers only a part goes on to that part."""
    if not request.actor.has(MANAGE):
        return HttpResponseRedirect(reverse(next(page for right, page in _ONWARD if request.actor.has(right))))
    found = overview(actor=request.actor, at=now())
    counted = [(SCREENS[slug], found.counts[SCREENS[slug].kind]) for slug in _COUNTED]
    return render(request, "management/start.html", {"overview": found, "counted": counted})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
def province(request: Request) -> HttpResponseBase:
    """The form of the province's one row."""
    if loading.current().province is None:
        return records.add(request, "province")
    return records.change(request, "province", "True")
