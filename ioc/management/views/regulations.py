"""Regulations: read by everybody and by staff, written and put in force by administrators."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import now
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.media.serving import media_response
from ioc.kernel.media.storage import keep_document
from ioc.kernel.rights import MANAGE
from ioc.management.actions import regulations as actions
from ioc.management.forms.regulations import VersionForm
from ioc.management.queries import regulations as queries
from ioc.management.views.common import day_given, number_or_none


@require_safe
def listing(request: Request) -> HttpResponse:
    """The regulations that the reader may see."""
    found = queries.readable(actor=request.actor, at=now())
    return render(request, "management/regulations_public.html", {"regulations": found})


@require_safe
def page(request: Request, regulation_id: int) -> HttpResponse:
    """One regulation with its contents."""
    number = number_or_none(request, "version")
    found = queries.shown(regulation_id=regulation_id, number=number, actor=request.actor, at=now())
    return render(request, "management/regulation_public.html", {"shown": found})


@require_safe
def document(request: Request, version_id: int) -> HttpResponseBase:
    """The signed document."""
    return media_response(queries.document(version_id=version_id, actor=request.actor), request=request)


@require_POST
@staff()
def read(request: Request, regulation_id: int, version_id: int) -> HttpResponse:
    """Say that one has read it."""
    return act(
        request,
        do=lambda: actions.acknowledge(version_id=version_id, actor=request.actor, at=now()),
        back=reverse("regulation", args=[regulation_id]),
        done=_("Thank you. It is noted that you have read it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
def manage(request: Request, regulation_id: int) -> HttpResponse:
    """A regulation's versions and readers; sending the form writes the draft."""
    found = queries.managed(regulation_id=regulation_id, actor=request.actor, at=now())
    form = VersionForm(request.POST or None, request.FILES or None, initial=_initial(found))
    if request.method == "POST" and fill_in(request, form, do=lambda: _draft(request, regulation_id, form)) is None:
        messages.success(request, _("The draft is kept. Nobody is bound by it yet."))
        return HttpResponseRedirect(_home(regulation_id))
    context = {"found": found, "form": form, "is_writing": bool(form.errors) or "write" in request.GET}
    return render(request, "management/regulation.html", context, status=422 if form.errors else 200)


def _initial(found: queries.Managed) -> dict[str, object]:
    source = found.draft or found.newest
    if source is None:
        return {}
    begins = source.valid_from if found.draft else None
    return {"text": source.text, "valid_from": begins, "signed_on": source.signed_on if found.draft else None}


def _draft(request: Request, regulation_id: int, form: VersionForm) -> None:
    upload = form.cleaned_data["document"]
    kept = keep_document(upload, now(), name=upload.name).file.sha256 if upload else ""
    actions.write_draft(
        regulation_id=regulation_id, fields=form.fields_given(document=kept), actor=request.actor, at=now()
    )


@require_POST
@staff(MANAGE)
def publish(request: Request, regulation_id: int) -> HttpResponse:
    """Put the draft in force."""
    return act(
        request,
        do=lambda: actions.publish(regulation_id=regulation_id, actor=request.actor, at=now()),
        back=_home(regulation_id),
        done=_("The version is published, and those who must read it are told."),
    )


@require_POST
@staff(MANAGE)
def discard(request: Request, regulation_id: int) -> HttpResponse:
    """Throw the draft away."""
    return act(
        request,
        do=lambda: actions.discard_draft(regulation_id=regulation_id, actor=request.actor, at=now()),
        back=_home(regulation_id),
        done=_("The draft is thrown away."),
    )


@require_POST
@staff(MANAGE)
def end(request: Request, regulation_id: int) -> HttpResponse:
    """Have it bind nobody from a day on."""
    return act(
        request,
        do=lambda: actions.end_regulation(
            regulation_id=regulation_id,
            day=day_given(request, "day"),
            actor=request.actor,
            at=now(),
            reason=request.POST.get("reason", ""),
        ),
        back=_home(regulation_id),
        done=_("The regulation ends on that day."),
    )


@require_POST
@staff(MANAGE)
def remind(request: Request, regulation_id: int) -> HttpResponse:
    """Tell those again who have not read it."""
    told: list[int] = []

    def do() -> None:
        told.append(actions.remind(regulation_id=regulation_id, actor=request.actor, at=now()))

    response = act(request, do=do, back=_home(regulation_id))
    if told:
        text = ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", told[0])
        messages.success(request, text % {"n": told[0]})
    return response


def _home(regulation_id: int) -> str:
    return reverse("manage_regulation", args=[regulation_id])
