"""What surrounds the rows of a list: headings that sort, filters and their chips, pages, and the list as a file.

Everything that a reader chose stands in the address, so a list can be kept as a bookmark and sent to a colleague; it
works without scripts. A list of one's own: `records.list_context(request, screen)` and `management/list.html`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.documents import pdf_response, render
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.sheets import csv_lines, file_name, workbook
from ioc.management.actions.exporting import export_list
from ioc.management.queries.letterheads import letterhead
from ioc.management.queries.screens import LISTS
from ioc.management.views.common import day_asked
from ioc.management.views.kinds import SCREENS, Screen

_PLACE: Final = frozenset({"cursor", "page"})
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row as the list shows it."""

    value: Any
    quiet: bool
    label: str | Promise
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: its address, cells and, in a tree, its depth."""

    href: str
    cells: list[Cell]
    depth: int
    row: Any


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading. `href` sorts by it (empty: one cannot); `sorted` is "ascending", "descending" or empty."""

    label: str | Promise
    quiet: bool
    href: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that the list is narrowed by, and the address without it."""

    label: str | Promise
    value: str | Promise
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with what may be chosen and what is."""

    name: str
    label: str | Promise
    choices: Sequence[tuple[str, Any]]
    chosen: str


def lines(screen: Screen, rows: Sequence[Any]) -> Iterator[Line]:
    """The rows as the list shows them."""
    for row in rows:
        cells = [Cell(one.value(row), one.quiet, one.label, one.href(row)) for one in screen.columns if not one.in_file]
        yield Line(reverse("manage_record", args=[screen.slug, row.pk]), cells, getattr(row, "depth", 0), row)


def address(request: Request, **changes: str) -> str:
    """The list's address with `changes` made, at its first page; an empty value takes a key away."""
    asked = request.GET.copy()
    for name in [*asked, *changes]:
        value = changes.get(name, asked.get(name, ""))
        asked[name] = value
        if not value or name in _PLACE - changes.keys():
            del asked[name]
    return f"?{asked.urlencode()}" if asked else "?"


def heads(request: Request, screen: Screen) -> list[Head]:
    """The headings: the first press sorts upwards, the second downwards, the third goes back to the list's order."""
    sorts = LISTS[screen.kind].sorts
    return [_head(request, column, sorts) for column in screen.columns if not column.in_file]


def _head(request: Request, column: Any, sorts: Sequence[str]) -> Head:
    if column.sort not in sorts:
        return Head(column.label, column.quiet)
    now_sorted = request.GET.get("sort", "")
    after = {column.sort: f"-{column.sort}", f"-{column.sort}": ""}.get(now_sorted, column.sort)
    way = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(now_sorted, "")
    return Head(column.label, column.quiet, href=address(request, sort=after), sorted=way)


def choices(request: Request, screen: Screen) -> list[Choice]:
    """The list's own filters with their choices and what is chosen."""
    return [
        Choice(name, label, _options(screen, name), request.GET.get(name, "")) for name, label in screen.filters.items()
    ]


def _options(screen: Screen, name: str) -> list[tuple[str, Any]]:
    """What a filter may be: as the screen says, else as its form's field does."""
    if name in screen.choices:
        return [(str(value), text) for value, text in screen.choices[name]()]
    found = getattr(screen.form().fields.get(name), "choices", ())
    return [(str(value), text) for value, text in found if value]


def chips(request: Request, screen: Screen, found: Sequence[Choice], day: date) -> list[Chip]:
    """What narrows the list now, each with the way to be without it."""
    made = []
    if words := request.GET.get("q", "").strip():
        made.append(Chip(_("Search"), words, address(request, q="")))
    for choice in found:
        if choice.chosen:
            text = dict(choice.choices).get(choice.chosen, choice.chosen)
            made.append(Chip(choice.label, text, address(request, **{choice.name: ""})))
    if screen.has_validity:
        made += _validity_chips(request, day)
    return made


def _validity_chips(request: Request, day: date) -> Iterator[Chip]:
    states = {"ended": _("ended"), "all": _("All")}
    if text := states.get(request.GET.get("state", "")):
        yield Chip(_("Show"), text, address(request, state=""))
    if day != local_date(now()):
        yield Chip(_("as of"), f"{day:%d/%m/%Y}", address(request, day=""))


def clean_address(request: Request) -> str:
    """The page's address without what says nothing, for the browser's address bar."""
    today = f"{local_date(now()):%Y-%m-%d}"
    empty = {"state": "now", "day": today}
    drop = {name: "" for name, value in request.GET.items() if value in {"", empty.get(name)}}
    return request.path + address(request, **drop).removesuffix("?")


def exports(request: Request, screen: Screen) -> list[tuple[str, str]]:
    """The list as a file: what it is called and its address, with the list's filters."""
    query = address(request)
    return [
        (name, reverse("manage_export", args=[screen.slug, form]) + query)
        for name, form in (*(("PDF", "pdf"),) * bool(screen.paper), ("Excel", "xlsx"), ("CSV", "csv"))
    ]


@require_safe
@staff()
def export(request: Request, slug: str, form: str) -> HttpResponseBase:
    """The list as a file, as it is filtered and sorted; sent while it is read."""
    screen = SCREENS.get(slug)
    if screen is None or not screen.is_listed or form not in {"csv", "xlsx", *(("pdf",) * bool(screen.paper))}:
        raise Http404
    asked: dict[str, Any] = {"filters": request.GET.dict(), "day": day_asked(request), "form": form}
    rows = export_list(kind=screen.kind, **asked, actor=request.actor, at=now())
    return paper_of(screen, list(rows), request) if form == "pdf" else file_of(screen, rows, form)


def paper_of(screen: Screen, rows: Sequence[Any], request: Request) -> HttpResponseBase:
    """The rows of a list that can be a document, as one."""
    if screen.paper is None:
        raise Http404
    paper, at = screen.paper(rows, len(rows)), now()
    head = letterhead(actor=request.actor, kind=paper.kind, title=paper.title, at=at)
    name = file_name(str(screen.title), day=local_date(at), form="pdf")
    return pdf_response(render(paper.layout, content=paper.content, head=head), name)


def file_of(screen: Screen, rows: Iterator[Any], form: str) -> HttpResponseBase:
    """The rows as an answer that downloads."""
    name = file_name(str(screen.title), day=local_date(now()), form=form)
    titles = [*(column.label for column in screen.columns), *((_("From"), _("To")) if screen.has_validity else ())]
    cells = (_exported(screen, row) for row in rows)
    if form == "xlsx":
        file = workbook(str(screen.title), titles, cells)
        return FileResponse(file, as_attachment=True, filename=name, content_type=_EXCEL)
    streamed = StreamingHttpResponse(csv_lines(titles, cells), content_type="text/csv; charset=utf-8")
    streamed["Content-Disposition"] = f'attachment; filename="{name}"'
    return streamed


def _exported(screen: Screen, row: Any) -> list[Any]:
    values = [column.value(row) for column in screen.columns]
    return [*values, row.valid_from, row.valid_to] if screen.has_validity else values
