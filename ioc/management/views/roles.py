"""Roles: one role with its holders, a new one or a copy, and retiring one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ioc.kernel.clock import local_date, now
from ioc.kernel.forms import act
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions.records import save_record
from ioc.management.forms.base import RecordForm
from ioc.management.forms.roles import RoleForm
from ioc.management.queries import roles, screens
from ioc.management.stepup import step_up, step_up_to_send
from ioc.management.views import records
from ioc.management.views.kinds import SCREENS
from ioc.management.views.reviewing import save_reviewed


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
@step_up_to_send
def add(request: Request) -> HttpResponse:
    """The form for a new role; `from` in the address names the one whose rights it starts with."""
    form = RoleForm(records.posted(request), initial=_copied(request))
    if request.method != "POST":
        return _page(request, form)
    return _save(request, form, None)


def _copied(request: Request) -> dict[str, Any]:
    if not request.GET.get("from"):
        return {}
    row = screens.record(kind="role", record_id=request.GET["from"], actor=request.actor)
    named = {"name": _("%(name)s (copy)") % {"name": row.name}, "name_en": f"{row.name_en} (copy)"}
    return {**named, "rights": row.rights, "requires_second_factor": row.requires_second_factor}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
@step_up_to_send
def page(request: Request, role_id: int) -> HttpResponse:
    """One role: its rights, and who holds it."""
    row = screens.record(kind="role", record_id=role_id, actor=request.actor)
    if request.method != "POST":
        return _page(request, RoleForm(instance=row))
    return _save(request, RoleForm(request.POST, instance=row), role_id)


def _save(request: Request, form: RoleForm, role_id: int | None) -> HttpResponse:
    return save_reviewed(
        request,
        kind="role",
        form=form,
        record_id=role_id,
        again=lambda wrong, status: _page(request, wrong, status=status),
        home=lambda row: reverse("manage_role", args=[row.pk]),
        title=form.cleaned_data.get("name") if form.is_valid() else "",
    )


def _page(request: Request, form: RecordForm, *, status: int = 200) -> HttpResponse:
    """The form. Its role is read anew: a form that was filled in wrongly has changed the one it holds."""
    at = now()
    role = None
    if form.instance.pk:
        role = roles.role_page(role_id=form.instance.pk, actor=request.actor, day=local_date(at), at=at)
    context = {"form": form, "role": role, "screen": SCREENS["roles"]}
    return render(request, "management/role.html", context, status=status)


@require_POST
@staff(MANAGE)
@step_up
def retire(request: Request, role_id: int) -> HttpResponse:
    """Give a role to nobody any more."""
    return _retired(request, role_id, now(), _("The role is retired: it is given to nobody any more."))


@require_POST
@staff(MANAGE)
@step_up
def restore(request: Request, role_id: int) -> HttpResponse:
    """Let a retired role be given again."""
    return _retired(request, role_id, None, _("The role can be given again."))


def _retired(request: Request, role_id: int, at: Any, done: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return act(
        request,
        do=lambda: save_record(
            kind="role", record_id=role_id, fields={"retired_at": at}, actor=request.actor, at=now(), reason=reason
        ),
        back=reverse("manage_role", args=[role_id]),
        done=done,
    )
