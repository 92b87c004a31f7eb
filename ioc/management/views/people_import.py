"""A file of people: the template, what it would change, taking it in, and the rows that are left to mend."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management.actions.people_import import keep_file, kept_file, take_file
from ioc.management.actions.people_reading import read_people
from ioc.management.forms.people import PeopleFileForm
from ioc.management.queries.people_workbooks import file_name, template, wrong_rows
from ioc.management.rules.people_cells import COLUMNS, HEADINGS
from ioc.management.rules.people_import import Outcome, Planned
from ioc.management.stepup import step_up
from ioc.management.views.records import posted

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PER_PAGE: Final = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE, MANAGE_PEOPLE)
def start(request: Request) -> HttpResponse:
    """Choose a file; sending it leads to what it would change. Nothing is changed yet."""
    form = PeopleFileForm(posted(request), request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _start_page(request, form)
    sent = form.cleaned_data["file"]
    try:
        sheet = read_people(sent.read(), name=sent.name or "")
        kept = keep_file(sheet=sheet, name=sent.name or "", actor=request.actor, at=now())
    except Invalid as error:
        form.add_error("file", sentence(error))
        return _start_page(request, form)
    return HttpResponseRedirect(reverse("manage_people_import_preview", args=[kept]))


def _start_page(request: Request, form: PeopleFileForm) -> HttpResponse:
    context = {"form": form, "headings": [(HEADINGS[name], name) for name in COLUMNS]}
    return render(request, "management/people_import.html", context, status=422 if form.errors else 200)


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def template_file(request: Request) -> HttpResponse:
    """The Excel file to fill in."""
    return _download(template(actor=request.actor), file_name("mau-nguoi-dung", local_date(now())))


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def preview(request: Request, import_id: UUID) -> HttpResponse:
    """What the file would change as things stand now, wrong rows first, a hundred rows a page."""
    found = kept_file(import_id=import_id, actor=request.actor, at=now())
    asked = request.GET.get("show", "")
    shown = [row for row in _in_order(found.planned) if asked in {"", row.outcome}]
    page = Paginator(shown, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "counts": _counts(found.planned),
        "page": page,
        "rows": [_row(row, found.headers) for row in page.object_list],
        "show": asked,
    }
    return render(request, "management/people_import_preview.html", context)


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def take(request: Request, import_id: UUID) -> HttpResponse:
    """Take the good rows in."""
    address = reverse("manage_people_import_preview", args=[import_id])
    return act(
        request,
        do=lambda: take_file(
            import_id=import_id, actor=request.actor, at=now(), send_out=bool(request.POST.get("invite"))
        ),
        back=address,
        done=_("The good rows are taken in."),
    )


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def wrong(request: Request, import_id: UUID) -> HttpResponse:
    """The wrong rows as an Excel file, with what is wrong in a column."""
    found = kept_file(import_id=import_id, actor=request.actor, at=now())
    rows = [row for row in found.planned if row.outcome is Outcome.WRONG]
    content = wrong_rows(headers=found.headers, planned=rows)
    return _download(content, file_name("can-sua", local_date(now())))


def _download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=_EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _in_order(planned: Sequence[Planned]) -> list[Planned]:
    order = {Outcome.WRONG: 0, Outcome.NEW: 1, Outcome.CHANGED: 2, Outcome.UNCHANGED: 3}
    return sorted(planned, key=lambda row: (order[row.outcome], row.number))


def _counts(planned: Sequence[Planned]) -> list[tuple[Outcome, int]]:
    return [(outcome, sum(row.outcome is outcome for row in planned)) for outcome in Outcome]


def _row(row: Planned, headers: Mapping[str, str]) -> dict[str, Any]:
    """A row with each problem and change named by its column's heading in the file."""
    return {
        "number": row.number,
        "outcome": row.outcome.value,
        "name": row.cells.get("full_name", ""),
        "place": " · ".join(filter(None, (row.cells.get("role", ""), row.cells.get("organization", "")))),
        "key": row.cells.get("login") or row.cells.get("email") or row.cells.get("phone") or "",
        "problems": [
            (headers.get(one.column) or HEADINGS[one.column], row.cells.get(one.column, ""), one.text)
            for one in row.problems
        ],
        "changes": [(HEADINGS[one.column], one.before, one.after) for one in row.changes if one.after and row.person],
        "appoints": any(one.column == "role" for one in row.changes) and row.person is not None,
    }
