"""Areas beside their list: a unit with its history, and what becomes of units from a day on."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions.area_consents import change_areas_or_ask
from ioc.management.actions.area_undoing import undo_areas
from ioc.management.forms.areas import AreaChangeForm
from ioc.management.models import AreaLevel, LineageKind, PendingChange
from ioc.management.queries import loading, screens
from ioc.management.queries.area_changes import Planned, history_of, levels_on, plan_change
from ioc.management.queries.area_events import made_lately
from ioc.management.queries.map_outlines import commune_outlines
from ioc.management.stepup import step_up
from ioc.management.views import records
from ioc.management.views.common import day_asked
from ioc.management.views.kinds import SCREENS

KINDS: Final = {
    LineageKind.MERGED: (_("Merge"), _("Several units become one.")),
    LineageKind.SPLIT: (_("Split"), _("One unit becomes several.")),
    LineageKind.RENAMED: (_("Rename"), _("A unit gets another name or code.")),
    LineageKind.MOVED: (_("Move"), _("Units come under another unit.")),
}


@require_safe
@staff(MANAGE)
def listing(request: Request) -> HttpResponse:
    """The tree of areas as of a day, with the ways to their map, boundaries and changes."""
    context = records.list_context(request, SCREENS["areas"])
    context["levels"] = [
        row | {"name": AreaLevel(row["level"]).label} for row in levels_on(context["day"], actor=request.actor)
    ]
    return records.list_page(request, context, "management/areas.html")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
def page(request: Request, area_id: int) -> HttpResponseBase:
    """A unit: what it is, what it came from and went into, who leads in it."""
    if request.method == "POST":
        return records.change(request, slug="areas", record_id=str(area_id))
    row = screens.record(kind="area", record_id=area_id, actor=request.actor)
    today = local_date(now())
    context = {
        "screen": SCREENS["areas"],
        "record": row,
        "history": history_of(row, actor=request.actor),
        "kinds": [(kind, words[0]) for kind, words in KINDS.items()],
        "stands": row.valid_from <= today and (row.valid_to is None or today < row.valid_to),
    }
    return render(request, "management/area.html", context)


@require_safe
@staff(MANAGE)
def outlines(request: Request) -> HttpResponse:
    """The communes of a day as GeoJSON for the maps of these pages."""
    reference = loading.current()
    document = commune_outlines(reference, day_asked(request), zoom=_zoom(request))
    answer = HttpResponse(document.body, content_type="application/geo+json")
    answer["ETag"], answer["Cache-Control"] = document.etag, "private, max-age=60"
    return answer


def _zoom(request: Request) -> float:
    try:
        return float(request.GET.get("zoom", "0"))
    except ValueError:
        return 0


@require_safe
@staff(MANAGE)
def change(request: Request) -> HttpResponse:
    """The form for a change, and what it would do once it is filled in."""
    kind = _kind(request.GET.get("kind", ""))
    filled = "day" in request.GET
    form = _form(request, kind, request.GET if filled else None)
    planned = _planned(request, form) if filled else None
    context = {
        "form": form,
        "kind": kind,
        "kinds": [(value, *words) for value, words in KINDS.items()],
        "planned": planned,
        "kept": [(name, value) for name, values in request.GET.lists() for value in values],
        "level": _level(request.GET.get("level", "")),
        "levels": AreaLevel.choices,
        "made": made_lately(at=now(), actor=request.actor),
    }
    return render(request, "management/area_change.html", context, status=422 if form.errors else 200)


def _kind(asked: str) -> str:
    return asked if asked in set(LineageKind) else LineageKind.MERGED


def _level(asked: str) -> str:
    return asked if asked in set(AreaLevel) else AreaLevel.COMMUNE


def _form(request: Request, kind: str, data: Any) -> AreaChangeForm:
    today = local_date(now())
    initial = {"day": today, "carry": True, "units": request.GET.getlist("units")}
    return AreaChangeForm(data, kind=kind, level=_level(_asked(request, "level")), today=today, initial=initial)


def _asked(request: Request, name: str) -> str:
    return str(request.POST.get(name) or request.GET.get(name) or "")


def _planned(request: Request, form: AreaChangeForm) -> Planned | None:
    if not form.is_valid():
        return None
    try:
        return plan_change(form.asked(), actor=request.actor)
    except Invalid as error:
        form.add_error(None, sentence(error))
        return None


@require_POST
@staff(MANAGE)
@step_up
def change_now(request: Request) -> HttpResponse:
    """Make the change that was looked at."""
    form = _form(request, _kind(request.POST.get("kind", "")), request.POST)
    if not form.is_valid():
        raise Http404
    asked, made = form.asked(), list[Any]()
    changes = reverse("manage_area_change")
    answer = act(
        request,
        do=lambda: made.append(change_areas_or_ask(change=asked, actor=request.actor, at=now())),
        back=f"{changes}?kind={form.kind}",
        failed=changes,
    )
    if made and isinstance(made[0], PendingChange):
        return HttpResponseRedirect(reverse("manage_pending_change", args=[made[0].pk]))
    if made:
        messages.success(request, _("Done. The units before end and the new ones begin on that day."))
    return answer


@require_POST
@staff(MANAGE)
@step_up
def undo(request: Request, event_id: int) -> HttpResponse:
    """Take a change back."""
    return act(
        request,
        do=lambda: undo_areas(event_id=event_id, actor=request.actor, at=now()),
        back=reverse("manage_area_change"),
        done=_("Undone. The units stand as before."),
    )
