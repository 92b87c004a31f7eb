"""One's own data: asked about on the private page of a report, confirmed and followed by a link sent to the contact."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.citizen.views.private import secret
from ioc.kernel import limits
from ioc.kernel.actors import REPORTER
from ioc.kernel.clock import now
from ioc.kernel.errors import DomainError, NotFound
from ioc.kernel.forms import act, run_once, sentence
from ioc.kernel.http import Request
from ioc.kernel.limits import HOUR, Limit
from ioc.kernel.personal_copies import FORMS, copy_response
from ioc.kernel.personal_data import Correction
from ioc.management.actions import data_requests as requests
from ioc.management.queries.letterheads import letterhead
from ioc.onscene import actions
from ioc.onscene.queries.following import follow

_KINDS: Final = ("access", "correct", "erase")
_BY_ADDRESS: Final = Limit("data-request-address", 10, HOUR)
"""Each asking sends a message to somebody."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@secret
def ask(request: Request, token: str) -> HttpResponse:
    """The form; sent, a link goes to the contact that the report was filed with."""
    report = follow(token, at=now())
    shown = {"report": report, "given": request.POST, "error": "", "is_sent": "sent" in request.GET}
    if request.method != "POST":
        return render(request, "citizen/data_ask.html", shown)
    try:
        limits.hit([(_BY_ADDRESS, request.client_address)], at=now())
        run_once(request, do=lambda: actions.ask_about_my_data(token=token, asking=_asking(request), at=now()))
    except NotFound:
        raise
    except DomainError as error:
        return render(request, "citizen/data_ask.html", shown | {"error": sentence(error)}, status=error.status)
    return HttpResponseRedirect(reverse("citizen_data_ask", args=[token]) + "?sent")


def _asking(request: Request) -> requests.Asking:
    given = request.POST
    kind = given.get("kind", "")
    corrected = Correction(
        name=given.get("name", ""), phone=given.get("new_phone", ""), email=given.get("new_email", "")
    )
    return requests.Asking(
        kind=kind if kind in _KINDS else "",
        words=given.get("words", ""),
        correction=corrected if kind == "correct" else Correction(),
        language="en" if (get_language() or "").startswith("en") else "vi",
    )


@require_safe
@never_cache
@secret
def page(request: Request, token: str) -> HttpResponse:
    """How far the request is, and the copy once it is there."""
    asked = requests.by_token(token)
    has_copy = asked.copy_until is not None and now() < asked.copy_until
    return render(request, "citizen/data.html", {"asked": asked, "token": token, "has_copy": has_copy})


@require_POST
@secret
def confirm(request: Request, token: str) -> HttpResponse:
    """It was me."""
    return act(
        request,
        do=lambda: requests.confirm_by_token(token=token, at=now()),
        back=reverse("citizen_data", args=[token]),
        done=_("Thank you. We now know that it was you."),
    )


@require_POST
@never_cache
@secret
def copy(request: Request, token: str, form: str) -> HttpResponse:
    """The copy of one's own data."""
    if form not in FORMS:
        raise NotFound
    asked, sections = requests.copy_for_person(token=token, form=form, at=now())
    head = letterhead(actor=REPORTER, title=_("Copy of your data"), at=now())
    return copy_response(request, asked.code, sections, form, head)
