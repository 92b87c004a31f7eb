"""The operating team's desk: the queue on the left, the open matter on the right."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from ioc.kernel.clock import now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import PUBLISH, TRIAGE
from ioc.management.queries import loading
from ioc.management.queries.duty import team_now
from ioc.notices.queries import unread_count
from ioc.onscene.queries import desk
from ioc.onscene.queries.desk.shares import shares
from ioc.onscene.queries.ready_answers import all_ready_answers
from ioc.onscene.views.desk_forms import filters_of, kept_query


def shell(request: Request, *, open_id: UUID | None = None) -> dict[str, Any]:
    """What a page of the desk shows around the matter: the queue, where in it one is, what is new."""
    return queue_part(request, open_id=open_id) | {"unread": unread_count(request.actor), "at": now()}


def queue_part(request: Request, *, open_id: UUID | None = None) -> dict[str, Any]:
    """The queue's page and the address's own part of it."""
    chosen = filters_of(request)
    shown = desk.queue_for(request.actor, filters=chosen, at=now())
    reference = loading.current()
    area = reference.commune_by_code(chosen.commune, day=reference.map_day(now())) if chosen.commune else None
    team = team_now(request.actor, at=now())
    return {
        "queue": shown,
        "team": team,
        "shares": shares(shown.rows, team),
        "tabs": [(tab, shown.counts.get(tab.code)) for tab in desk.TABS.values()],
        "filters": chosen,
        "filter_category": reference.categories_by_code.get(chosen.category),
        "filter_area": area,
        "keep": kept_query(request),
        "open_id": str(open_id) if open_id else "",
    }


def matter_part(request: Request, report_id: UUID) -> dict[str, Any]:
    """The matter with what its dialogs offer to choose from."""
    reference = loading.current()
    found = desk.matter(report_id, actor=request.actor, at=now())
    chosen = found.suggestion
    return {
        "matter": found,
        "report": found.report,
        "keep": kept_query(request),
        "reference": reference,
        "agency_groups": desk.agency_groups(found.report) if chosen else (),
        "cooperating": desk.agencies("", chosen=[one.id for one in chosen.cooperating]) if chosen else (),
        "proposed": {one.id for one in chosen.cooperating} if chosen else set(),
        "preview": desk.dispatch_preview(found.report, lead_id=chosen.lead.id, at=now())
        if chosen and chosen.lead
        else None,
        "communes": reference.communes_on(reference.map_day(now())) if "correct" in found.can else (),
        "other_ways": [kind for kind in reference.kinds.values() if not kind.handled_here],
        "refusals": reference.reasons_for("refuse"),
        "ready": all_ready_answers(found.card, place=found.report.place_text),
        "identity_reasons": reference.reasons_for("open_identity"),
    }


@require_safe
@staff(TRIAGE, PUBLISH)
def index(request: Request) -> HttpResponse:
    """The queue, with nothing open."""
    return render(request, "onscene/desk/desk.html", shell(request))


@require_safe
@staff(TRIAGE, PUBLISH)
def matter(request: Request, report_id: UUID) -> HttpResponse:
    """The queue with a matter open; only the matter for a page that has the queue already."""
    context = matter_part(request, report_id)
    if request.headers.get("HX-Target") == "matter":
        # What was opened takes the focus; what renews itself must not take it from where somebody types.
        context["takes_focus"] = request.headers.get("HX-Trigger") != "matter"
        response = render(request, "onscene/desk/matter.html", context)
    else:
        response = render(request, "onscene/desk/desk.html", shell(request, open_id=report_id) | context)
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_safe
@staff(TRIAGE, PUBLISH)
def queue(request: Request) -> HttpResponse:
    """The queue alone, for a page whose queue has changed."""
    return render(request, "onscene/desk/queue.html", queue_part(request))


@require_safe
@staff(TRIAGE, PUBLISH)
def filters(request: Request) -> HttpResponse:
    """The form that narrows the queue to a category and a commune."""
    reference = loading.current()
    context = {
        "filters": filters_of(request),
        "categories": reference.categories.values(),
        "communes": reference.communes_on(reference.map_day(now())),
        "unread": unread_count(request.actor),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"onscene/desk/filters_{'form' if part else 'page'}.html", context)
