"""The rollout: bars in time, a day's map and preview, opening areas in one step, adoption by area."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act, add_errors
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.kernel.sheets import csv_lines, file_name, workbook
from ioc.management.actions.adoption import export_adoption
from ioc.management.actions.rollout import open_areas, undo_opening
from ioc.management.forms.rollout import OpenForm, next_monday
from ioc.management.models import Audience
from ioc.management.queries import loading, outlines, rollout_day, rollout_timeline
from ioc.management.queries.adoption import SORTS, AreaUse, adoption_by_area, sources_of, steps_of
from ioc.management.queries.rollout_plan import plan_preview
from ioc.management.views.common import day_or_none

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@staff(MANAGE)
def timeline(request: Request) -> HttpResponse:
    """All systems as bars in time, with the table behind them."""
    today = local_date(now())
    found = rollout_timeline.timeline(today=today, actor=request.actor)
    return render(request, "management/rollout_timeline.html", {"found": found, "today": today})


@require_safe
@staff(MANAGE)
def day(request: Request) -> HttpResponse:
    """What is open on a day, and what opens and closes until then; the day after tomorrow when none is chosen."""
    today = local_date(now())
    chosen = day_or_none(request, "day") or today + timedelta(days=2)
    reference = loading.current()
    system = request.GET.get("system", "")
    system = system if system in reference.systems else next(iter(reference.systems), "")
    audience = request.GET.get("audience", "")
    audience = audience if audience in Audience.values else Audience.CITIZENS.value
    first = min(today, chosen - timedelta(days=1))
    states = rollout_day.open_on(system=system, audience=audience, day=chosen)
    context = {
        "first": first,
        "day": chosen,
        "systems": reference.systems.values(),
        "audiences": Audience.choices,
        "system": system,
        "audience": audience,
        "preview": rollout_day.preview(today=first, day=chosen, actor=request.actor),
        "map": _map({area: "open" if is_open else "closed" for area, is_open in states.items()}),
        "open_count": sum(states.values()),
        "closed_count": len(states) - sum(states.values()),
        "closed_areas": [reference.areas[area] for area, is_open in states.items() if not is_open],
    }
    return render(request, "management/rollout_day.html", context)


def _map(states: dict[int, str]) -> dict[str, Any]:
    """The communes' outlines, each with its state."""
    moment = now()
    drawn = outlines.drawing(day=loading.current().map_day(moment))
    shapes = [(one.path, states.get(one.area.id, "none"), one.area) for one in drawn.outlines]
    return {"shapes": shapes, "height": drawn.height, "width": outlines.WIDTH}


@require_safe
@staff(MANAGE)
def open_page(request: Request) -> HttpResponse:
    """The form for opening areas, with a preview as soon as it is filled in; looking changes nothing."""
    if "valid_from" not in request.GET:
        form = OpenForm(initial={"valid_from": next_monday(), **_preset(request)})
        return render(request, "management/rollout_open.html", {"form": form})
    form = OpenForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context["preview"] = plan_preview(form.plan(), today=local_date(now()), actor=request.actor)
            context["kept"] = [(name, value) for name in form.fields for value in request.GET.getlist(name)]
        except Invalid as error:
            add_errors(form, error)
    return render(request, "management/rollout_open.html", context, status=422 if form.errors else 200)


def _preset(request: Request) -> dict[str, Any]:
    return {"systems": ["onscene", "citizen"], "audiences": ["citizens", "businesses"], **request.GET.dict()}


@require_POST
@staff(MANAGE)
def open_now(request: Request) -> HttpResponse:
    """Do what the preview showed."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        return render(request, "management/rollout_open.html", {"form": form}, status=422)
    plan = form.plan()
    return act(
        request,
        do=lambda: open_areas(plan=plan, actor=request.actor, at=now()),
        back=reverse("manage_rollout"),
        failed=reverse("manage_rollout_open"),
        done=_("Planned: opens on %(day)s. You can undo it until then.") % {"day": f"{plan.valid_from:%d/%m/%Y}"},
    )


@require_POST
@staff(MANAGE)
def undo(request: Request, batch: UUID) -> HttpResponse:
    """Take one step of opening back before it begins."""
    return act(
        request,
        do=lambda: undo_opening(batch=batch, actor=request.actor, at=now()),
        back=reverse("manage_rollout"),
        done=_("Taken back."),
    )


@require_safe
@staff(MANAGE)
def adoption(request: Request) -> HttpResponse:
    """How each commune takes the systems up: map and table."""
    sort = _sort(request)
    rows = adoption_by_area(at=now(), sort=sort, actor=request.actor)
    bounds = steps_of([row.use.filed_lately for row in rows])
    states = {row.area.id: f"step-{sum(row.use.filed_lately >= bound for bound in bounds)}" for row in rows}
    context = {
        "rows": rows,
        "sort": sort,
        "heads": _heads(sort),
        "map": _map(states),
        "bounds": bounds,
        "exports": [
            (name, f"{reverse('manage_adoption_file', args=[form])}?sort={sort}")
            for name, form in (("Excel", "xlsx"), ("CSV", "csv"))
        ],
        "totals": _totals(rows),
        "sources": sources_of(rows),
        "unknown": sum(row.people is None for row in rows),
    }
    return render(request, "management/adoption.html", context)


def _sort(request: Request) -> str:
    asked = request.GET.get("sort", "")
    return asked if asked.removeprefix("-") in SORTS else "-lately"


def _heads(sort: str) -> list[dict[str, Any]]:
    """The columns with the order that touching each one asks for."""
    names = {
        "name": _("Commune"), "accounts": _("Accounts"), "week": _("Signed in, 7 days"),
        "month": _("Signed in, 30 days"), "filed": _("Reports"), "lately": _("Reports, 30 days"),
        "first": _("First report"), "in_time": _("In time"), "people": _("Population"),
        "lately_per": _("Reports, 30 days, per 1,000 people"), "accounts_per": _("Accounts per 1,000 people"),
    }  # fmt: skip
    return [
        {
            "label": label,
            "next": f"-{name}" if sort == name or (sort != f"-{name}" and name not in {"name", "first"}) else name,
            "direction": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
            "is_figure": name != "name",
        }
        for name, label in names.items()
    ]


def _totals(rows: list[AreaUse]) -> dict[str, Any]:
    due = sum(row.use.due for row in rows)
    return {
        "communes": len(rows),
        "active": sum(row.use.filed_lately > 0 for row in rows),
        "accounts": sum(row.accounts for row in rows),
        "week": sum(row.signed_in_week for row in rows),
        "filed": sum(row.use.filed_lately for row in rows),
        "in_time": sum(row.use.in_time for row in rows) / due if due else None,
    }


@require_safe
@staff(MANAGE)
def adoption_file(request: Request, form: str) -> HttpResponseBase:
    """The table as a file."""
    if form not in {"csv", "xlsx"}:
        raise Http404
    at = now()
    rows = export_adoption(sort=_sort(request), form=form, actor=request.actor, at=at)
    titles = [head["label"] for head in _heads("")]
    titles = [_("Code"), titles[0], _("District"), *titles[1:], _("Year of the population"), _("Source"), _("Estimate")]
    cells = (_cells(row) for row in rows)
    title = _("Adoption by area")
    name = file_name(title, day=local_date(at), form=form)
    if form == "xlsx":
        return FileResponse(workbook(title, titles, cells), as_attachment=True, filename=name, content_type=_EXCEL)
    answer = StreamingHttpResponse(csv_lines(titles, cells), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(row: AreaUse) -> list[Any]:
    use = row.use
    share = None if use.share_in_time is None else round(use.share_in_time, 4)
    return [
        row.area.code, row.area.name, row.district, row.accounts, row.signed_in_week, row.signed_in_month,
        use.filed, use.filed_lately, use.first_on, share, *_people_cells(row),
    ]  # fmt: skip


def _people_cells(row: AreaUse) -> list[Any]:
    """The population, the rates by it, and who says so; empty cells where nobody does."""
    people, filed, accounts = row.people, row.filed_per_thousand, row.accounts_per_thousand
    if people is None or filed is None or accounts is None:
        return [None] * 6
    mark = _("yes") if people.is_estimate else _("no")
    return [people.people, round(filed, 2), round(accounts, 2), people.year, people.source, mark]
