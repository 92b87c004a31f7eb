"""A person's own notices: the inbox and the bell that says that something is new."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.clock import now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.notices import actions, queries


@require_safe
@staff()
def inbox(request: Request) -> HttpResponse:
    """The latest notices; those not read yet stand out until the page says that they were seen."""
    return render(request, "notices/inbox.html", {"notices": queries.inbox_of(request.actor)})


@require_POST
@staff()
def read(request: Request) -> HttpResponse:
    """Mark all as read: by the page itself when it is shown, or by the button."""
    actions.mark_read(actor=request.actor, at=now())
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    return redirect("notices")


@require_safe
@staff()
def bell(request: Request) -> HttpResponse:
    """The bell as it stands now."""
    return render(request, "kernel/bell.html", {"unread": queries.unread_count(request.actor)})
