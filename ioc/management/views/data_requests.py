"""Requests of people about their own data."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import now
from ioc.kernel.errors import DomainError, Forbidden, NotFound
from ioc.kernel.forms import act, fill_in, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.media.serving import media_response
from ioc.kernel.personal_copies import FORMS, copy_response
from ioc.kernel.personal_data import FileChoice
from ioc.kernel.rights import ANSWER_DATA_REQUESTS
from ioc.management.actions import data_requests as actions
from ioc.management.forms.privacy import RequestForm
from ioc.management.models import DataRequest
from ioc.management.queries.data_requests import data_request, data_requests, given_file
from ioc.management.queries.letterheads import letterhead
from ioc.management.stepup import step_up
from ioc.management.views.words import VERBS

_FILE: Final = "file-"
_DONE: Final = {
    "verify": _("Noted."),
    "accept": _("The person is told that it will be done."),
    "refuse": _("The person is told why not."),
}


@require_safe
@staff(ANSWER_DATA_REQUESTS)
def listing(request: Request) -> HttpResponse:
    """The open requests, the most urgent first; with `all`, those that ended too."""
    shows_all = "all" in request.GET
    page = data_requests(actor=request.actor, only_open=not shows_all, cursor=request.GET.get("after", ""))
    context = {"page": page, "shows_all": shows_all, "at": now()}
    return render(request, "management/data_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(ANSWER_DATA_REQUESTS)
def add(request: Request) -> HttpResponse:
    """Enter what somebody asked at the counter, by phone or in a letter."""
    form = RequestForm(request.POST or None)
    if request.method == "POST":
        made: list[DataRequest] = []
        if fill_in(request, form, do=lambda: made.append(_enter(request, form))) is None:
            return HttpResponseRedirect(_page(made[0].pk) if made else reverse("manage_data_requests"))
    status = 422 if form.errors else 200
    return render(request, "management/data_request_add.html", {"form": form}, status=status)


def _enter(request: Request, form: RequestForm) -> DataRequest:
    return actions.enter_request(
        asking=form.asking(), verified_how=form.cleaned_data["verified_how"], actor=request.actor, at=now()
    )


def _page(request_id: int) -> str:
    return reverse("manage_data_request", args=[request_id])


@require_safe
@staff(ANSWER_DATA_REQUESTS)
def page(request: Request, request_id: int) -> HttpResponse:
    """One request: what was asked, what is kept of the person, and the next step."""
    opened = data_request(request_id=request_id, actor=request.actor)
    steps = [(VERBS.get(step.verb, step.verb), step) for step in opened.steps]
    context = {"opened": opened, "asked": opened.request, "found": opened.found, "steps": steps, "at": now()}
    return render(request, "management/data_request.html", context)


@require_POST
@staff(ANSWER_DATA_REQUESTS)
def answer(request: Request, request_id: int, step: str) -> HttpResponse:
    """Note how it was made sure who asks; accept; or refuse."""
    given = request.POST
    by: dict[str, Any] = {"request_id": request_id, "actor": request.actor, "at": now()}
    deeds: dict[str, Any] = {
        "verify": lambda: actions.verify(how=given.get("how", ""), **by),
        "accept": lambda: actions.accept(answer=given.get("answer", ""), **by),
        "refuse": lambda: actions.refuse(basis=given.get("basis", ""), answer=given.get("answer", ""), **by),
    }
    return act(request, do=deeds[step], back=_page(request_id), done=_DONE[step])


@require_POST
@staff(ANSWER_DATA_REQUESTS)
@step_up
def carry_out(request: Request, request_id: int) -> HttpResponse:
    """Do what was asked; fields "file-…" say of each of the person's photos and videos whether it stays."""
    return act(
        request,
        do=lambda: actions.carry_out(request_id=request_id, choices=_choices(request), actor=request.actor, at=now()),
        back=_page(request_id),
        done=_("Done. The person is told."),
    )


def _choices(request: Request) -> dict[str, FileChoice]:
    return {
        name.removeprefix(_FILE): FileChoice(value)
        for name, value in request.POST.items()
        if name.startswith(_FILE) and value in list(FileChoice)
    }


@require_safe
@staff(ANSWER_DATA_REQUESTS)
def file(request: Request, request_id: int, key: str, variant: str) -> HttpResponseBase:
    """A photo or video that the person gave, to decide about; the variant "whole" is the file itself."""
    found = given_file(request_id=request_id, key=key, actor=request.actor)
    return media_response(found, request=request, variant="" if variant == "whole" else variant)


@require_POST
@staff(ANSWER_DATA_REQUESTS)
@step_up
def copy(request: Request, request_id: int, form: str) -> HttpResponse:
    """The person's copy, to be handed over on paper."""
    if form not in FORMS:
        raise NotFound
    try:
        asked, sections = actions.copy_for_staff(request_id=request_id, form=form, actor=request.actor, at=now())
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, sentence(error))
        return HttpResponseRedirect(_page(request_id))
    head = letterhead(actor=request.actor, title=_("Copy of your data"), at=now())
    return copy_response(request, asked.code, sections, form, head)
