"""Administering how people sign in: sessions, providers of identity, the list of leaked passwords."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel import breached
from ioc.kernel.clock import now
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management.actions import own_sign_in
from ioc.management.actions import providers as actions
from ioc.management.forms.sign_in import LinkForm, PolicyForm, ProviderForm
from ioc.management.queries import sign_in
from ioc.management.queries.provider_check import check
from ioc.management.rules import passwords
from ioc.management.stepup import step_up, step_up_to_send
from ioc.management.views.records import posted


@require_safe
@staff(MANAGE)
def page(request: Request) -> HttpResponse:
    """The rules of sessions, the providers, the list of leaked passwords."""
    return _page(request, _policy_form())


def _policy_form() -> PolicyForm:
    rules = sign_in.policy()
    return PolicyForm(initial={"idle_minutes": rules.idle_minutes, "absolute_hours": rules.absolute_hours})


def _page(request: Request, form: PolicyForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "providers": sign_in.providers(),
        "breached": breached.held(),
        "least": passwords.LEAST_WITH_SECOND_FACTOR,
        "alone": passwords.LEAST_ALONE,
        "command": "ioc passwords load FILE",
    }
    return render(request, "management/sign_in.html", context, status=status)


@require_POST
@staff(MANAGE)
@step_up
def policy(request: Request) -> HttpResponse:
    """Change how long sessions last."""
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    return act(
        request,
        do=lambda: actions.save_policy(**form.cleaned_data, actor=request.actor, at=now()),
        back=reverse("manage_sign_in"),
        done=_("Saved. It holds for everybody within a minute."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
@step_up_to_send
def add(request: Request) -> HttpResponse:
    """A new provider."""
    return _edit(request, ProviderForm(posted(request)), provider_id=None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
@step_up_to_send
def change(request: Request, provider_id: int) -> HttpResponse:
    """One provider."""
    row = sign_in.provider(provider_id)
    return _edit(request, ProviderForm(posted(request), instance=row), provider_id=provider_id)


def _edit(request: Request, form: ProviderForm, *, provider_id: int | None) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, form, provider_id)
    saved: list[Any] = []
    if fill_in(request, form, do=lambda: saved.append(_save(request, form, provider_id))):
        return _form_page(request, form, provider_id, status=422)
    messages.success(request, _("Saved. Try it now, before people depend on it."))
    made = saved[0].pk if saved else provider_id
    return HttpResponseRedirect(reverse("manage_provider", args=[made]) if made else reverse("manage_sign_in"))


def _save(request: Request, form: ProviderForm, provider_id: int | None) -> Any:
    return actions.save_provider(
        fields=form.given(), secret=form.given_secret(), provider_id=provider_id, actor=request.actor, at=now()
    )


def _form_page(
    request: Request, form: ProviderForm, provider_id: int | None, *, status: int = 200, findings: Any = None
) -> HttpResponse:
    row = sign_in.provider(provider_id) if provider_id else None
    context = {"form": form, "row": row, "callback": callback_of(row.code) if row else "", "findings": findings}
    return render(request, "management/provider.html", context, status=status)


def callback_of(code: str) -> str:
    """Where a provider sends people back to."""
    return settings.ORIGIN + reverse("openid_connect_callback", args=[code])


@require_POST
@staff(MANAGE)
def test(request: Request, provider_id: int) -> HttpResponse:
    """Ask the provider, and say what is wrong."""
    row = sign_in.provider(provider_id)
    findings = check(provider=row, callback=callback_of(row.code), actor=request.actor)
    return _form_page(request, ProviderForm(instance=row), provider_id, findings=findings)


@require_POST
@staff(MANAGE)
@step_up
def remove(request: Request, provider_id: int) -> HttpResponse:
    """Take a provider away."""
    return act(
        request,
        do=lambda: actions.remove_provider(provider_id=provider_id, actor=request.actor, at=now()),
        back=reverse("manage_sign_in"),
        done=_("The provider is taken away. Its people keep their other ways to sign in."),
    )


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def end_sessions(request: Request, person_id: UUID) -> HttpResponse:
    """Sign somebody out everywhere."""
    return act(
        request,
        do=lambda: own_sign_in.end_sessions_of(person_id=person_id, actor=request.actor, at=now()),
        back=_person(person_id),
        done=_("All sessions of the person have ended."),
    )


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def link(request: Request, person_id: UUID) -> HttpResponse:
    """Link somebody with a provider."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return HttpResponseRedirect(_person(person_id))
    return act(
        request,
        do=lambda: actions.link_by_hand(
            person_id=person_id, provider_id=form.cleaned_data["provider"].pk, subject=form.cleaned_data["subject"],
            actor=request.actor, at=now(),
        ),
        back=_person(person_id),
        done=_("Linked."),
    )  # fmt: skip


def _person(person_id: UUID) -> str:
    return reverse("manage_record", args=["people", person_id])
