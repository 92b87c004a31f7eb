"""What every page may show of the province and of who reads it."""

from typing import Any

from django.http import HttpRequest

from ioc.management.queries import loading


def province(request: HttpRequest) -> dict[str, Any]:
    """The province's facts and the actor, for templates."""
    return {"province": loading.current().province, "actor": getattr(request, "actor", None)}
