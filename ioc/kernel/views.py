"""Health, and the pages for when something went wrong."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from ioc.kernel import health


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503 and which part does not."""
    parts = health.parts()
    return JsonResponse({"ok": all(parts.values()), "parts": parts}, status=200 if all(parts.values()) else 503)


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when this process may be sent requests: the database answers and its tables fit this code."""
    ready = health.is_ready()
    return JsonResponse({"ready": ready}, status=200 if ready else 503)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs nothing that may be broken."""
    return HttpResponse(get_template("500.html").render(), status=500)
