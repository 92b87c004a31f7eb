"""People: the list, a new one, somebody's page and what is done to an account."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import DomainError, Forbidden, NotFound
from ioc.kernel.forms import act, fill_in, run_once, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management.actions import access, invitations, people_changes, scope
from ioc.management.actions.people_adding import add_person
from ioc.management.forms.people import HandOverForm, LeaveForm, NewPersonForm, PasswordForm
from ioc.management.queries.person_page import person_page
from ioc.management.queries.staffing import fitting_roles, unstaffed
from ioc.management.stepup import step_up, step_up_to_send
from ioc.management.views import records
from ioc.management.views.kinds import SCREENS


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def listing(request: Request) -> HttpResponse:
    """The list of people."""
    context = records.list_context(request, SCREENS["people"])
    return records.list_page(request, context, "management/people.html")


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def staffing(request: Request) -> HttpResponse:
    """Agencies in which nobody may handle or approve, each with a way to appoint."""
    found = list(unstaffed(actor=request.actor, day=local_date(now())))
    context = {"agencies": found, "roles": fitting_roles(actor=request.actor)}
    return render(request, "management/people_staffing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE, MANAGE_PEOPLE)
@step_up_to_send
def add(request: Request) -> HttpResponse:
    """The form for a new person, with the first position and the way in."""
    initial = {"language": "vi", "valid_from": local_date(now()), **request.GET.dict()}
    form = NewPersonForm(records.posted(request), initial=initial)
    form.narrow(request.actor)
    if request.method != "POST":
        return _add_page(request, form)
    made: list[Any] = []

    def do() -> None:
        made.append(add_person(fields=form.given(), actor=request.actor, at=now()))

    if fill_in(request, form, do=do):
        return _add_page(request, form, status=422)
    if not made:  # sent twice
        return HttpResponseRedirect(reverse("manage_people"))
    invited = not made[0].has_usable_password()
    messages.success(request, _("Saved. The invitation is on its way.") if invited else _("Saved."))
    return HttpResponseRedirect(_address(made[0].pk))


def _add_page(request: Request, form: NewPersonForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "screen": SCREENS["people"]}
    return render(request, "management/people_add.html", context, status=status)


@require_safe
@staff(MANAGE, MANAGE_PEOPLE)
def page(request: Request, person_id: UUID) -> HttpResponse:
    """Somebody's page."""
    return show(request, person_id)


def show(request: Request, person_id: UUID, *, status: int = 200, secret: str = "", **forms: Any) -> HttpResponse:
    """Somebody's page with `forms` as they were filled in: password, leave, hand_over."""
    found = person_page(person_id=person_id, actor=request.actor, at=now())
    context = {
        "found": found,
        "person": found.person,
        "may_manage": scope.reaches(request.actor, found.person),
        "password_form": PasswordForm(),
        "leave_form": LeaveForm(),
        "hand_over_form": HandOverForm(),
        "secret": secret,
        "screen": SCREENS["people"],
        **forms,
    }
    return render(request, "management/person.html", context, status=status)


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def password(request: Request, person_id: UUID) -> HttpResponse:
    """Give somebody a new password."""
    form = PasswordForm(request.POST)

    def do() -> None:
        new = form.cleaned_data["password"]
        access.reset_password(person_id=person_id, password=new, actor=request.actor, at=now())

    if fill_in(request, form, do=do):
        return show(request, person_id, password_form=form, status=422)
    messages.success(request, _("The new password holds. All sessions of the person have ended."))
    return HttpResponseRedirect(_address(person_id))


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def suspend(request: Request, person_id: UUID) -> HttpResponse:
    """Close an account."""
    return _account(request, person_id, access.suspend_person, _("The account is suspended."))


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def readmit(request: Request, person_id: UUID) -> HttpResponse:
    """Open a suspended account again."""
    return _account(request, person_id, access.readmit_person, _("The account is open again."))


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
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
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
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
    return show(request, person_id, secret=made[0] if made else "")


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
def invite(request: Request, person_id: UUID) -> HttpResponse:
    """Send the link for the first password, or send it again."""
    return act(
        request,
        do=lambda: invitations.invite(person_id=person_id, actor=request.actor, at=now()),
        back=_address(person_id),
        done=_("The invitation is on its way."),
    )


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
def revoke_invitation(request: Request, person_id: UUID) -> HttpResponse:
    """Make the open invitation worthless."""
    return act(
        request,
        do=lambda: invitations.revoke_invitation(person_id=person_id, actor=request.actor, at=now()),
        back=_address(person_id),
        done=_("The invitation is withdrawn."),
    )


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
def end_position(request: Request, person_id: UUID, position_id: int) -> HttpResponse:
    """End a position today."""
    return act(
        request,
        do=lambda: people_changes.end_position(position_id=position_id, actor=request.actor, at=now()),
        back=_address(person_id),
        done=_("The position has ended; its rights are gone."),
    )


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def hand_over(request: Request, person_id: UUID) -> HttpResponse:
    """Pass what somebody has open on to a colleague."""
    form, moved = HandOverForm(request.POST), [0]

    def do() -> None:
        moved[0] = people_changes.hand_over(
            person_id=person_id, successor_id=form.cleaned_data["successor"].pk,
            reason=form.cleaned_data["reason"], actor=request.actor, at=now(),
        )  # fmt: skip

    if fill_in(request, form, do=do):
        return show(request, person_id, hand_over_form=form, status=422)
    said = ngettext("%(n)d matter was handed over.", "%(n)d matters were handed over.", moved[0])
    messages.success(request, said % {"n": moved[0]})
    return HttpResponseRedirect(_address(person_id))


def _address(person_id: UUID) -> str:
    return reverse("manage_record", args=["people", person_id])
