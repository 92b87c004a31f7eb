"""People: the list, a new one, somebody's page and what is done to an account."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from ioc.kernel.forms import act, run_once, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions import access
from ioc.management.forms.people import NewPersonForm, PasswordForm
from ioc.management.queries import screens
from ioc.management.views import records
from ioc.management.views.kinds import SCREENS


@require_safe
@staff(MANAGE)
def listing(request: Request) -> HttpResponse:
    """The list of people."""
    context = records.list_context(request, SCREENS["people"])
    context["filters"] = [
        {
            "name": "is_active",
            "label": _("State"),
            "choices": [("1", _("active")), ("0", _("suspended"))],
            "chosen": request.GET.get("is_active", ""),
        }
    ]
    return render(request, "management/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
def add(request: Request) -> HttpResponse:
    """The form for a new person, with the first password."""
    form = NewPersonForm(records.posted(request), initial={"language": "vi"})
    return records.add_with(request, SCREENS["people"], form)


@require_safe
@staff(MANAGE)
def page(request: Request, person_id: UUID) -> HttpResponse:
    """Somebody's page."""
    return _page(request, person_id, PasswordForm())


def _page(
    request: Request, person_id: UUID, form: PasswordForm, *, status: int = 200, secret: str = ""
) -> HttpResponse:
    person = screens.record(kind="person", record_id=person_id, actor=request.actor)
    today = local_date(now())
    positions = screens.parts(kind="position", of={"person": person.pk}, actor=request.actor)
    context = {
        "person": person,
        "positions": [(one, screens.in_force(one, today)) for one in positions],
        "has_second_factor": any(one.type == "totp" for one in person.authenticator_set.all()),
        "owes_second_factor": any(
            one.role.requires_second_factor and screens.in_force(one, today) for one in positions
        ),
        "form": form,
        "secret": secret,
        "screen": SCREENS["people"],
    }
    return render(request, "management/person.html", context, status=status)


@require_POST
@staff(MANAGE)
def password(request: Request, person_id: UUID) -> HttpResponse:
    """Give somebody a new password."""
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, person_id, form, status=422)
    new = form.cleaned_data["password"]
    try:
        run_once(
            request,
            do=lambda: access.reset_password(person_id=person_id, password=new, actor=request.actor, at=now()),
        )
    except Invalid as error:
        records.add_errors(form, error)
        return _page(request, person_id, form, status=422)
    messages.success(request, _("The new password holds. All sessions of the person have ended."))
    return HttpResponseRedirect(_address(person_id))


@require_POST
@staff(MANAGE)
def suspend(request: Request, person_id: UUID) -> HttpResponse:
    """Close an account."""
    return _account(request, person_id, access.suspend_person, _("The account is suspended."))


@require_POST
@staff(MANAGE)
def readmit(request: Request, person_id: UUID) -> HttpResponse:
    """Open a suspended account again."""
    return _account(request, person_id, access.readmit_person, _("The account is open again."))


@require_POST
@staff(MANAGE)
def reset_second_factor(request: Request, person_id: UUID) -> HttpResponse:
    """Take a lost second factor away."""
    done = _("The second factor is taken away. The next sign-in asks for a new one where the role needs it.")
    return _account(request, person_id, access.reset_second_factor, done)


def _account(request: Request, person_id: UUID, action: Callable[..., None], done: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return act(
        request,
        do=lambda: action(person_id=person_id, actor=request.actor, at=now(), reason=reason),
        back=_address(person_id),
        done=done,
    )


@require_POST
@staff(MANAGE)
def set_up_second_factor(request: Request, person_id: UUID) -> HttpResponse:
    """Enrol an authenticator app for somebody and show its secret this once."""
    made: list[Any] = []
    try:
        run_once(
            request,
            do=lambda: made.append(access.set_up_totp(person_id=person_id, actor=request.actor, at=now())),
        )
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, sentence(error))
    return _page(request, person_id, PasswordForm(), secret=made[0] if made else "")


def _address(person_id: UUID) -> str:
    return reverse("manage_record", args=["people", person_id])
