"""Where a step leads: on to the next matter when it is done, back to the same one when it is not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from ioc.kernel.clock import now
from ioc.kernel.forms import act
from ioc.kernel.http import Request
from ioc.onscene.queries import desk
from ioc.onscene.views.desk_forms import filters_of, kept_query


def matter_url(request: Request, report_id: UUID) -> str:
    """The matter's address at the same place in the queue."""
    return reverse("desk-matter", args=[report_id]) + kept_query(request)


def act_and_go_on(request: Request, report_id: UUID, *, do: Callable[[], Any], done: str | Promise) -> HttpResponse:
    """Do it and open the next matter of the queue, the queue itself when there is none."""
    following = desk.next_after(request.actor, filters=filters_of(request), report_id=report_id, at=now())
    back = matter_url(request, following) if following else reverse("desk") + kept_query(request)
    return act(request, do=do, back=back, failed=matter_url(request, report_id), done=done)


def act_and_stay(request: Request, report_id: UUID, *, do: Callable[[], Any], done: str | Promise) -> HttpResponse:
    """Do it and show the matter as it is then."""
    return act(request, do=do, back=matter_url(request, report_id), done=done)
