"""The leaders' page, its map's figures, and the lists behind its figures."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ioc.kernel.clock import now
from ioc.kernel.errors import NotFound
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import LEAD
from ioc.management.queries import loading
from ioc.management.queries.duty import teams_now
from ioc.onscene.queries import leading
from ioc.onscene.queries.choices import RatingValue
from ioc.onscene.queries.leading import FigureCode, Narrowing, PeriodCode
from ioc.onscene.views.lead_tiles import rating_bars, tiles

PERIODS = {
    PeriodCode.MONTH: _("This month"),
    PeriodCode.DAYS30: _("Last 30 days"),
    PeriodCode.QUARTER: _("This quarter"),
    PeriodCode.YEAR: _("This year"),
}
NOW_FIGURES = frozenset({FigureCode.OVERDUE, FigureCode.OPEN, FigureCode.SPOT})
STEPS = (75, 85, 90, 95)


def _period(request: Request) -> PeriodCode:
    asked = request.GET.get("period", "")
    return PeriodCode(asked) if asked in set(PeriodCode) else PeriodCode.DAYS30


def _choices(request: Request) -> dict[str, Any]:
    """What the form at the top offers."""
    return {"periods": PERIODS, "areas": leading.choices(request.actor, at=now())}


@require_safe
@staff(LEAD)
def page(request: Request) -> HttpResponse:
    """The one page."""
    at = now()
    found = leading.overview(actor=request.actor, code=_period(request), area=request.GET.get("area", ""), at=at)
    context = _choices(request) | {
        "found": found,
        "tiles": tiles(found),
        "rating_bars": rating_bars(found.figures.ratings),
        "period_name": PERIODS[found.period.code],
        "at": at,
        "duty_teams": teams_now(at=at),
    }
    return render(request, "onscene/lead/page.html", context)


@require_safe
@staff(LEAD)
def values(request: Request) -> HttpResponse:
    """The share handled in time of each commune, for the map."""
    area = request.GET.get("area", "")
    shares = leading.commune_shares(actor=request.actor, code=_period(request), area=area, at=now())
    address = f"{reverse('lead')}?period={_period(request)}&area={{code}}"
    return JsonResponse({"values": shares, "steps": STEPS, "unit": "%", "url": address})


@require_safe
@staff(LEAD)
def reports(request: Request) -> HttpResponse:
    """The reports behind a figure."""
    figure = request.GET.get("figure", FigureCode.RECEIVED)
    if figure not in set(FigureCode):
        raise NotFound(figure=figure)
    only, number = _narrowing(request), request.GET.get("page", "")
    scope, period, rows = leading.list_behind(
        actor=request.actor,
        figure=FigureCode(figure),
        code=_period(request),
        area=request.GET.get("area", ""),
        only=only,
        at=now(),
        number=max(1, min(int(number), 10_000)) if number.isdecimal() else 1,
    )
    context = _choices(request) | {
        "figure": figure,
        "name": leading.NAMES[FigureCode(figure)],
        "definition": leading.DEFINITIONS[FigureCode(figure)],
        "scope": scope,
        "period": period,
        "page": rows,
        "narrowed": _narrowed_words(only),
        "kept": [(key, request.GET.get(key, "")) for key in ("agency", "category", "rating")],
        "is_period": FigureCode(figure) not in NOW_FIGURES,
    }
    return render(request, "onscene/lead/reports.html", context)


def _narrowing(request: Request) -> Narrowing:
    agency, rating = request.GET.get("agency", ""), request.GET.get("rating", "")
    return Narrowing(
        agency_id=int(agency) if agency.isdecimal() and len(agency) < 10 else None,
        category=request.GET.get("category", ""),
        rating=rating if rating in set(RatingValue) else "",
    )


def _narrowed_words(only: Narrowing) -> list[tuple[str, str]]:
    """The name of each narrowing's key, with what it is narrowed to."""
    found = []
    if only.agency_id is not None:
        agency = loading.current().organizations.get(only.agency_id)
        found.append(("agency", agency.label if agency else str(_("Operating team"))))
    if only.category:
        found.append(("category", loading.current().category(only.category).label))
    if only.rating:
        found.append(("rating", str(RatingValue(only.rating).label)))
    return found
