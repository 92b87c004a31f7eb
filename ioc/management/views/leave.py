"""Entering and ending leave: of people whom one manages, and one's own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ioc.kernel.clock import now
from ioc.kernel.errors import Forbidden, NotFound
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE, MANAGE_PEOPLE
from ioc.management.actions.absences import end_leave, enter_leave
from ioc.management.actions.people_changes import change_own_details
from ioc.management.forms.people import LeaveForm, OwnDetailsForm
from ioc.management.queries.person_page import find_leave, own_page, possible_deputies
from ioc.management.stepup import step_up
from ioc.management.views import people


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
@step_up
def enter(request: Request, person_id: UUID) -> HttpResponse:
    """Enter somebody's leave."""
    form = LeaveForm(request.POST)
    if not _entered(request, form, person_id):
        return people.show(request, person_id, leave_form=form, status=422)
    return HttpResponseRedirect(reverse("manage_record", args=["people", person_id]))


@require_POST
@staff(MANAGE, MANAGE_PEOPLE)
def end(request: Request, person_id: UUID, leave_id: int) -> HttpResponse:
    """End somebody's leave."""
    return _end(request, leave_id, reverse("manage_record", args=["people", person_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def me(request: Request) -> HttpResponse:
    """One's own page; sending the form changes phone and language."""
    if request.method != "POST":
        return _own_page(request)
    form = OwnDetailsForm(request.POST)

    def do() -> None:
        change_own_details(**form.cleaned_data, actor=request.actor, at=now())

    if fill_in(request, form, do=do):
        return _own_page(request, form=form, status=422)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("account_me"))


@require_POST
@staff()
@step_up
def enter_own(request: Request) -> HttpResponse:
    """Enter one's own leave."""
    form = LeaveForm(request.POST)
    if request.actor.person_id is None:
        raise Forbidden
    if not _entered(request, form, request.actor.person_id):
        return _own_page(request, leave_form=form, status=422)
    return HttpResponseRedirect(reverse("account_me"))


@require_POST
@staff()
def end_own(request: Request, leave_id: int) -> HttpResponse:
    """End one's own leave."""
    if find_leave(leave_id=leave_id).person_id != request.actor.person_id:
        raise NotFound
    return _end(request, leave_id, reverse("account_me"))


def _entered(request: Request, form: LeaveForm, person_id: UUID) -> bool:
    """Whether the leave in `form` was entered; what is wrong stands in the form."""

    def do() -> None:
        given = form.cleaned_data
        enter_leave(
            person_id=person_id,
            deputy_id=given["deputy"].pk,
            first_day=given["first_day"],
            last_day=given["last_day"],
            note=given["note"],
            actor=request.actor,
            at=now(),
        )

    if fill_in(request, form, do=do):
        return False
    messages.success(request, _("The leave is entered; the deputy is told."))
    return True


def _end(request: Request, leave_id: int, back: str) -> HttpResponse:
    return act(
        request,
        do=lambda: end_leave(leave_id=leave_id, actor=request.actor, at=now()),
        back=back,
        done=_("The leave has ended."),
    )


def _own_page(
    request: Request, *, form: OwnDetailsForm | None = None, leave_form: LeaveForm | None = None, status: int = 200
) -> HttpResponse:
    at = now()
    found = own_page(actor=request.actor, at=at)
    initial = {"phone": found.person.phone, "language": found.person.language}
    context = {
        "found": found,
        "person": found.person,
        "form": form or OwnDetailsForm(initial=initial),
        "leave_form": leave_form or LeaveForm(),
        "colleagues": possible_deputies(actor=request.actor, at=at),
    }
    return render(request, "account/me.html", context, status=status)
