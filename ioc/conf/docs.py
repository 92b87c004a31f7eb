"""The page that describes the API: the viewer that comes with django-ninja, in a page of ours.

Its own page names no language and has no heading, which people who listen to pages need.
"""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class ApiDocs(DocsBase):
    """Swagger UI from files of ours; no code in the page, so that the content policy stays strict."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: str) -> HttpResponse:
        """The page."""
        settings = {"url": self.get_openapi_url(api, kwargs), "layout": "BaseLayout", "deepLinking": True}
        return render(request, "kernel/api_docs.html", {"settings": json.dumps(settings), "title": api.title})
