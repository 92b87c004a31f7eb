"""Reporting: one form that works without script, and the pieces that script asks for while it is filled in."""

from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ioc.citizen import queries
from ioc.citizen.views import draft as drafts
from ioc.citizen.views import mine
from ioc.citizen.views.draft import Draft
from ioc.kernel import limits
from ioc.kernel.clock import now
from ioc.kernel.errors import Conflict, DomainError, Invalid, TooMany
from ioc.kernel.forms import form_key_of
from ioc.kernel.http import Request
from ioc.kernel.limits import MINUTE, Limit
from ioc.kernel.media.serving import media_response
from ioc.onscene import actions
from ioc.onscene.queries import files
from ioc.onscene.queries.close_by import Nearby, nearby

_LOOKS: Final = Limit("nearby-address", 60, 10 * MINUTE)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: Request) -> HttpResponse:
    """The form; sent, it files and goes on to the private link, or comes back with what is wrong."""
    if request.method != "POST":
        return _form(request, drafts.empty(request.GET.dict()))
    draft = drafts.read(request, at=now())
    if draft.limited is not None:
        draft.errors["form"] = _said(draft.limited)
        return _form(request, draft, error=draft.limited)
    return _mend(request, draft) if draft.is_wrong else _file(request, draft)


def _file(request: Request, draft: Draft) -> HttpResponse:
    try:
        filed = actions.file_report(
            filing=draft.filing(), at=now(), key=form_key_of(request), address=request.client_address
        )
    except Invalid as error:
        draft.errors.update(error.fields)
        return _mend(request, draft)
    except (TooMany, Conflict) as error:
        draft.errors["form"] = _said(error)
        return _form(request, draft, error=error)
    except DomainError as error:
        if error.code != "guided-elsewhere":
            raise
        return HttpResponseRedirect(reverse("citizen_guidance", args=[draft.values["kind"]]))
    response = HttpResponseRedirect(reverse("citizen_private", args=[filed.token]) + "?new")
    mine.keep(request, response, filed.token)
    return response


def _mend(request: Request, draft: Draft) -> HttpResponse:
    """The form again, with everything that is wrong said at once."""
    at = now()
    draft.errors = actions.problems_of(draft.filing(), at=at) | draft.errors
    if "place" in draft.errors and not draft.is_located:
        drafts.place_from_photo(draft, at=at)
    return _form(request, draft, status=422)


@require_safe
def questions(request: Request) -> HttpResponse:
    """What the chosen category asks."""
    shown = {"questions": queries.questions(request.GET.get("category", "")), "draft": Draft()}
    return render(request, "citizen/parts/questions.html", shown)


@require_safe
def close_by(request: Request) -> HttpResponse:
    """What was reported near the chosen place already, and which commune it lies in.

    Raises:
        TooMany: the address looked at too many places within ten minutes.
    """
    draft = drafts.empty(request.GET.dict())
    draft.latitude, draft.longitude = drafts.point(request.GET.dict())
    return render(request, "citizen/parts/nearby.html", _around(draft) | {"nearby": _nearby(request, draft)})


@require_safe
def communes(request: Request) -> HttpResponse:
    """Communes by a part of their name."""
    words = request.GET.get("area_name", "")[:60]
    shown = {"communes": queries.communes_like(words, at=now()), "words": words, "draft": Draft()}
    return render(request, "citizen/parts/communes.html", shown)


@require_safe
def draft_file(request: Request, handle: str) -> HttpResponseBase:
    """The small picture of a file that waits in the form; the handle is the right to see it."""
    file = files.kept_file(actions.media_of(handle))
    return media_response(file, request=request, variant="thumb")


def _form(request: Request, draft: Draft, *, status: int = 200, error: DomainError | None = None) -> HttpResponse:
    here, elsewhere = queries.kinds()
    shown: dict[str, Any] = {
        "draft": draft,
        "fields": queries.fields(),
        "kinds": here,
        "guided": elsewhere,
        "questions": queries.questions(draft.values.get("category", "")),
        "communes": draft.communes,
        "trap": drafts.TRAP,
        "consent": queries.consent(),
        "where_open": queries.where_open(at=now()),
    }
    code = error.status if error else status
    shown |= _around(draft) | {"nearby": _nearby_or_none(request, draft)}
    response = render(request, "citizen/report.html", shown, status=code)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    return response


def _around(draft: Draft) -> dict[str, Any]:
    if draft.latitude is None or draft.longitude is None:
        return {"place_name": "", "is_located": False}
    at = now()
    return {
        "place_name": queries.place_name(draft.latitude, draft.longitude, at=at),
        "is_located": True,
        "closed": queries.closed_at(draft.latitude, draft.longitude, at=at),
    }


def _nearby(request: Request, draft: Draft) -> list[Nearby]:
    if draft.latitude is None or draft.longitude is None or not draft.values.get("category"):
        return []
    at = now()
    limits.hit([(_LOOKS, request.client_address)], at=at)
    return nearby(category=draft.values["category"], latitude=draft.latitude, longitude=draft.longitude, at=at)


def _nearby_or_none(request: Request, draft: Draft) -> list[Nearby]:
    """A form that comes back is shown whatever was looked at before."""
    try:
        return _nearby(request, draft)
    except TooMany:
        return []


def _said(error: DomainError) -> str:
    return f"{error.message} {error.remedy}".strip()
