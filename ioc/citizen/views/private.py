"""The private link: whoever has it follows the report, answers, rates. Never cached, never indexed, never told on."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ioc.citizen.views import mine
from ioc.kernel.clock import now
from ioc.kernel.errors import NotFound
from ioc.kernel.forms import act
from ioc.kernel.http import Request
from ioc.kernel.media.serving import media_response
from ioc.onscene import actions
from ioc.onscene.queries import files, following

View = Callable[..., HttpResponseBase]


def secret(view: View) -> View:
    """Keep the link out of caches, search engines and other sites' logs."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        # Nothing to other sites; to our own the origin must be said, or its forms would not be believed.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@require_safe
@secret
def private(request: Request, token: str) -> HttpResponse:
    """Everything about one's own report. Asked by htmx, only the part that changes."""
    report = following.follow(token, at=now())
    shown = {
        "report": report,
        "link": f"{settings.ORIGIN}{_page(token)}",
        "is_kept": token in mine.tokens_of(request),
        "is_new": "new" in request.GET,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "citizen/parts/private_body.html" if part else "citizen/private.html", shown)


@require_safe
@secret
def code_picture(request: Request, token: str) -> HttpResponse:
    """The private link as a QR code, for another device or on paper."""
    code = segno.make(f"{settings.ORIGIN}{_page(token)}", error="m")
    picture = io.BytesIO()
    code.save(picture, kind="svg", scale=4, border=3, dark="#101828", light="#ffffff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_safe
@secret
def file(request: Request, token: str, attachment_id: UUID, variant: str) -> HttpResponseBase:
    """A picture of one's own report."""
    found = files.file_for_reporter(attachment_id, token=token)
    return media_response(found, request=request, variant="" if variant == "whole" else variant)


@require_safe
@secret
def thumbnail(request: Request, token: str) -> HttpResponseBase:
    """The small picture of one's own report."""
    return media_response(files.thumbnail_for_reporter(token), request=request, variant="thumb")


@require_POST
@secret
def answer(request: Request, token: str) -> HttpResponse:
    """Answer what was asked; photos that cannot be read are said, the answer goes all the same."""
    taken = actions.Taken()
    if following.is_asked(token):
        taken = actions.take_files(request.FILES.getlist("photos"), at=now(), address=request.client_address)
    if taken.refusals and not taken.media and not request.POST.get("answer", "").strip():
        raise taken.refusals[0]
    return act(
        request,
        do=lambda: actions.answer_question(
            token=token, answer=request.POST.get("answer", ""), media=taken.media, at=now()
        ),
        back=_page(token),
        done=_("Thank you. Your answer is on its way."),
    )


@require_POST
@secret
def rate(request: Request, token: str) -> HttpResponse:
    """Say how the result is."""
    return act(
        request,
        do=lambda: actions.rate(
            token=token, value=request.POST.get("value", ""), words=request.POST.get("words", ""), at=now()
        ),
        back=_page(token),
        done=_("Thank you for telling us."),
    )


@require_POST
@secret
def keep(request: Request, token: str) -> HttpResponse:
    """Keep the report among one's own on this device, or take it off."""
    following.follow(token, at=now())
    takes_off = "forget" in request.POST
    done = _("It is no longer listed on this device.") if takes_off else _("It is now listed on this device.")
    response = act(request, do=lambda: None, back="/citizen/" if takes_off else _page(token), done=done)
    (mine.forget if takes_off else mine.keep)(request, response, token)
    return response


def _page(token: str) -> str:
    if len(token) > 40:
        raise NotFound
    return reverse("citizen_private", args=[token])
