"""The page about one's own sign-in: password, passkeys, app, codes, linked providers, devices, what happened."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.clock import now
from ioc.kernel.forms import act
from ioc.kernel.http import Request
from ioc.management.actions import own_sign_in
from ioc.management.queries import sign_in
from ioc.management.stepup import step_up


@require_safe
@login_required
@never_cache
def page(request: Request) -> HttpResponse:
    """All of it on one page."""
    security = sign_in.security_of(request.user, session_key=request.session.session_key or "")
    return render(request, "account/security.html", {"security": security, "policy": sign_in.policy()})


@require_safe
def to_page(_request: Request) -> HttpResponse:
    """The library's pages about single parts lead to ours about all."""
    return HttpResponseRedirect(reverse("account_security"))


@require_safe
@login_required
def second_factor(request: Request) -> HttpResponse:
    """Choosing a second factor: for who has to have one, and for who wants one."""
    security = sign_in.security_of(request.user, session_key=request.session.session_key or "")
    return render(request, "account/second_factor.html", {"security": security})


@require_POST
@login_required
@step_up
def end_session(request: Request, session_id: int) -> HttpResponse:
    """Sign out in one browser."""
    return act(
        request,
        do=lambda: own_sign_in.end_own_session(person=_me(request), session_id=session_id, at=now()),
        back=reverse("account_security"),
        done=_("That device is signed out."),
    )


@require_POST
@login_required
@step_up
def end_other_sessions(request: Request) -> HttpResponse:
    """Sign out everywhere but here."""
    return act(
        request,
        do=lambda: own_sign_in.end_other_sessions(person=_me(request), but=request.session.session_key or "", at=now()),
        back=reverse("account_security"),
        done=_("All other devices are signed out."),
    )


@require_POST
@login_required
@step_up
def unlink(request: Request, link_id: int) -> HttpResponse:
    """Take a linked provider away."""
    return act(
        request,
        do=lambda: own_sign_in.unlink(person=_me(request), link_id=link_id, at=now()),
        back=reverse("account_security"),
        done=_("The link is taken away."),
    )


def _me(request: Request) -> Any:
    return request.user
