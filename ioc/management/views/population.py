"""Populations: their list, and a file of them with what it would change before anything does."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.http.response import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.kernel.sheets import file_name, workbook
from ioc.management.actions.populations import read_populations, take_populations
from ioc.management.forms.population import KeptRowsForm, PopulationFileForm, kept
from ioc.management.queries import loading
from ioc.management.queries.populations import Outcome, Planned, plan_populations
from ioc.management.rules.population_cells import COLUMNS, HEADINGS, Entry
from ioc.management.views import records
from ioc.management.views.kinds import SCREENS

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@staff(MANAGE)
def listing(request: Request) -> HttpResponse:
    """The populations, with the way to a file of them."""
    context = records.list_context(request, SCREENS["population"])
    return records.list_page(request, context, "management/population.html")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
def file(request: Request) -> HttpResponse:
    """Choose a file; sending it shows what it would change."""
    form = PopulationFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method != "POST" or not form.is_valid():
        return _file_page(request, form)
    sent = form.cleaned_data["file"]
    try:
        entries = read_populations(sent.read(), name=sent.name or "", at=now())
    except Invalid as error:
        form.add_error("file", sentence(error))
        return _file_page(request, form)
    return _preview(request, entries, name=sent.name or "")


def _file_page(request: Request, form: PopulationFileForm) -> HttpResponse:
    context = {"form": form, "headings": list(HEADINGS.values())}
    return render(request, "management/population_file.html", context, status=422 if form.errors else 200)


def _preview(request: Request, entries: list[Entry], *, name: str) -> HttpResponse:
    planned = plan_populations(entries, actor=request.actor)
    order = list(Outcome)
    rows = sorted(planned, key=lambda row: (order.index(row.outcome), row.entry.number))
    counts = {outcome: sum(row.outcome is outcome for row in planned) for outcome in Outcome}
    context = {
        "name": name,
        "rows": [_row(row) for row in rows],
        "counts": [(outcome.value, count) for outcome, count in counts.items() if count],
        "good": counts[Outcome.NEW] + counts[Outcome.CHANGED],
        "kept": kept(entries),
    }
    return render(request, "management/population_preview.html", context)


def _row(row: Planned) -> dict[str, Any]:
    return {
        "entry": row.entry,
        "outcome": row.outcome.value,
        "name": row.area.name if row.area else row.entry.cells["name"],
        "before": row.before if row.outcome is Outcome.CHANGED else None,
        "problems": [(HEADINGS[column], row.entry.cells[column], text) for column, text in row.entry.problems.items()],
    }


@require_POST
@staff(MANAGE)
def take(request: Request) -> HttpResponse:
    """Write the good rows of what was looked at."""
    form = KeptRowsForm(request.POST)
    if not form.is_valid():
        raise Http404
    entries = form.entries(this_year=local_date(now()).year)
    return act(
        request,
        do=lambda: take_populations(entries=entries, actor=request.actor, at=now()),
        back=reverse("manage_population"),
        done=_("The good rows are taken in."),
    )


@require_safe
@staff(MANAGE)
def template(request: Request) -> HttpResponseBase:
    """An Excel file with the communes of today, to be filled in."""
    today = local_date(now())
    reference = loading.current()
    rows = [
        [area.code, area.name, today.year, None, "", ""] for area in reference.communes_on(reference.map_day(now()))
    ]
    heads = [str(HEADINGS[column]) for column in COLUMNS]
    title = _("Population")
    name = file_name(title, day=today, form="xlsx")
    return FileResponse(workbook(title, heads, rows), as_attachment=True, filename=name, content_type=_EXCEL)
