"""A person's copy of the own data: JSON for programs, a page to read, a document to print and keep."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as page
from django.utils.translation import gettext as _

from ioc.kernel.clock import local, now
from ioc.kernel.documents import Document, Head, pdf_response, render
from ioc.kernel.personal_data import Section

FORMS: Final = frozenset({"html", "pdf", "json"})


def copy_response(
    request: HttpRequest, code: str, sections: Sequence[Section], form: str, head: Head
) -> HttpResponse:  # fmt: skip
    """The copy in `form` (one of `FORMS`), never kept by a cache; `head` is that of the document."""
    made = local(now())
    if form == "pdf":
        response = pdf_response(_document(code, sections, made, head), f"{code}.pdf")
    elif form == "html":
        response = page(request, "kernel/data_copy.html", {"code": code, "sections": sections, "made": made})
    elif form == "json":
        content: dict[str, Any] = {
            "request": code,
            "made_at": made.isoformat(),
            "sections": [{"title": one.title, "entries": [dict(entry) for entry in one.entries]} for one in sections],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{code}.json"'
    else:
        raise Http404
    response["Cache-Control"] = "no-store"
    return response


def _document(code: str, sections: Sequence[Section], made: datetime, head: Head) -> Document:
    content = {
        "lead": _("Request %(code)s. Made at %(at)s.") % {"code": code, "at": f"{made:%H:%M %d/%m/%Y}"},
        "sections": [{"title": one.title, "entries": [_facts(entry) for entry in one.entries]} for one in sections],
        "empty": _("Nothing is kept about you."),
        "rights": _("You may ask to have this corrected or erased, in the same way as you asked for this copy."),
    }
    return render("kernel/data_copy", content=content, head=head)


def _facts(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in entry.items() if value != ""]
