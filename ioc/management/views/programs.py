"""Keys for programs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ioc.kernel.clock import now
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions import tokens as actions
from ioc.management.forms.people import TokenForm
from ioc.management.queries.programs import tokens
from ioc.management.stepup import step_up, step_up_to_send
from ioc.management.views.records import posted


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
@step_up_to_send
def programs(request: Request) -> HttpResponse:
    """The keys; sending the form issues one and shows it this once: a second sending does not show it again."""
    form = TokenForm(posted(request))
    issued: list[Any] = []
    if request.method == "POST":
        fill_in(request, form, do=lambda: issued.append(_issue(request, **form.cleaned_data)))
    context = {
        "tokens": tokens(actor=request.actor),
        "token": issued[0] if issued else "",
        "was_sent": request.method == "POST" and not form.errors,
        "form": TokenForm() if issued else form,
    }
    return render(request, "management/programs.html", context, status=422 if form.errors else 200)


def _issue(request: Request, *, name: str, right: str) -> str:
    return actions.issue_token(name=name, rights=[right], actor=request.actor, at=now())


@require_POST
@staff(MANAGE)
@step_up
def revoke(request: Request, token_id: int) -> HttpResponse:
    """Make a key useless."""
    return act(
        request,
        do=lambda: actions.revoke_token(token_id=token_id, actor=request.actor, at=now()),
        back=reverse("manage_programs"),
        done=_("The key no longer works."),
    )
