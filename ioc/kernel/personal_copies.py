"""A person's copy of the own data: JSON for programs, a page to read and print."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ioc.kernel.clock import local, now
from ioc.kernel.personal_data import Section


def copy_response(request: HttpRequest, code: str, sections: Sequence[Section], form: str) -> HttpResponse:
    """The copy in `form` ("json", "html"), never kept by a cache."""
    made = local(now())
    if form == "html":
        response = render(request, "kernel/data_copy.html", {"code": code, "sections": sections, "made": made})
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
