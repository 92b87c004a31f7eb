"""Agencies: the tree of a day, one agency's page, and what becomes of it: renamed, merged, split, closed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.forms import act, fill_in, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions.reorganizing import plan_change, withdraw_change
from ioc.management.forms.reorganizing import FORMS, ChangeForm
from ioc.management.models import ChangeState, Organization, OrganizationChange, OrganizationKind
from ioc.management.queries import organizations
from ioc.management.queries.reorganizing import Preview, preview
from ioc.management.rules.reorganizing import RENAME, from_json
from ioc.management.stepup import step_up, step_up_to_send
from ioc.management.views.common import day_asked
from ioc.management.views.organization_words import CHANGE_TITLES, MOVED, inverse_of, moving_words


@require_safe
@staff(MANAGE)
def tree(request: Request) -> HttpResponse:
    """The agencies of a day as a tree."""
    asked = request.GET
    found = organizations.tree(
        day=day_asked(request), words=asked.get("q", ""), kind=asked.get("kind", ""), actor=request.actor
    )
    context = {
        "tree": found,
        "kinds": OrganizationKind.choices,
        "is_searched": bool(asked.get("q") or asked.get("kind")),
        "is_today": found.day == local_date(now()),
    }
    return render(request, "management/organizations_tree.html", context)


@require_safe
@staff(MANAGE)
def page(request: Request, organization_id: int) -> HttpResponse:
    """One agency."""
    found = organizations.page(organization_id=organization_id, day=local_date(now()), actor=request.actor)
    today = local_date(now())
    context = {
        "page": found,
        "organization": found.row,
        "has_ended": found.row.valid_to is not None and found.row.valid_to <= today,
        "not_begun": found.row.valid_from > today,
        "today": today,
    }
    return render(request, "management/organization.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
@step_up_to_send
def change(request: Request, organization_id: int, kind: str) -> HttpResponse:
    """The form of a change with what would happen; sent, it is carried out today or planned."""
    if kind not in FORMS:
        raise Http404
    found = organizations.page(organization_id=organization_id, day=local_date(now()), actor=request.actor)
    if request.method == "POST":
        return _send(request, found, FORMS[kind](request.POST, source=found.row), kind)
    asked = "day" in request.GET
    form = FORMS[kind](request.GET if asked else None, source=found.row, initial=_initial(found.row))
    return _form(request, found, form, kind)


def _initial(row: Organization) -> dict[str, Any]:
    names = {"name": row.name, "short_name": row.short_name, "name_en": row.name_en}
    return {"day": local_date(now()), "parent": row.parent_id, **names}


def _form(
    request: Request, found: organizations.Page, form: ChangeForm, kind: str, *, status: int = 200
) -> HttpResponse:
    seen = _preview(request, form) if form.is_bound else None
    context = {
        "form": form,
        "kind": kind,
        "organization": found.row,
        "words": CHANGE_TITLES[kind],
        "preview": seen,
        "moving": moving_words(seen.moving) if seen and seen.moving else None,
        "is_ready": seen is not None and not form.errors and not seen.stays and form.says_why,
        "lacks_reason": seen is not None and not form.says_why,
        "is_today": form.is_bound and form.is_valid() and form.cleaned_data["day"] == local_date(now()),
    }
    return render(request, "management/organization_change.html", context, status=status)


def _preview(request: Request, form: ChangeForm) -> Preview | None:
    """What would happen; None where the form is not right yet, which it then says."""
    if not form.is_valid():
        return None
    try:
        return preview(plan=form.plan(), day=form.cleaned_data["day"], actor=request.actor)
    except Invalid as error:
        form.add_error(None, sentence(error))
        return None


def _send(request: Request, found: organizations.Page, form: ChangeForm, kind: str) -> HttpResponse:
    made: list[OrganizationChange] = []

    def do() -> None:
        given = form.cleaned_data
        made.append(
            plan_change(
                plan=form.plan(),
                day=given["day"],
                legal_basis=given["legal_basis"],
                reason=given["reason"],
                actor=request.actor,
                at=now(),
            )
        )

    if fill_in(request, form, do=do):
        return _form(request, found, form, kind, status=422)
    if not made:
        return HttpResponseRedirect(reverse("manage_organization", args=[found.row.pk]))
    messages.success(request, _said(made[0]))
    return HttpResponseRedirect(reverse("manage_organization_change_page", args=[made[0].pk]))


def _said(made: OrganizationChange) -> str:
    if made.state == ChangeState.DONE:
        return _("Done. The change is in force.")
    if organizations.request_for(made) is not None:
        return _("Planned. It waits for a second administrator, who is told.")
    return _("Planned for %(day)s. Until then it can be withdrawn.") % {"day": f"{made.day:%d/%m/%Y}"}


@require_safe
@staff(MANAGE)
def changes(request: Request) -> HttpResponse:
    """The changes that wait, and those that were."""
    rows = organizations.changes(actor=request.actor, state=request.GET.get("state", ""))
    context = {"changes": rows, "titles": CHANGE_TITLES, "states": ChangeState.choices}
    return render(request, "management/organization_changes.html", context)


@require_safe
@staff(MANAGE)
def change_page(request: Request, change_id: int) -> HttpResponse:
    """One change: what, who, what went along, and how to go back."""
    found = organizations.change(change_id=change_id, actor=request.actor)
    coming = _still_to_come(request, found)
    context = {
        "change": found,
        "words": CHANGE_TITLES[found.kind],
        "moved": [(MOVED[name], count) for name, count in found.moved.items() if count],
        "inverse": inverse_of(found),
        "preview": coming,
        "moving": moving_words(coming.moving) if coming and coming.moving else None,
        "request_waiting": organizations.request_for(found) if found.state == ChangeState.PLANNED else None,
        "new_names": found.plan if found.kind == RENAME else None,
        "to_make": [part["new"] for part in found.plan["parts"] if part["new"]],
    }
    return render(request, "management/organization_change_page.html", context)


def _still_to_come(request: Request, found: OrganizationChange) -> Preview | None:
    """What a planned change would take along if its day were now; None where there is nothing to say."""
    if found.state != ChangeState.PLANNED:
        return None
    return preview(plan=from_json(found.plan), day=found.day, actor=request.actor)


@require_POST
@staff(MANAGE)
@step_up
def withdraw(request: Request, change_id: int) -> HttpResponse:
    """Take a planned change back."""
    back = reverse("manage_organization_change_page", args=[change_id])
    return act(
        request,
        do=lambda: withdraw_change(
            change_id=change_id, actor=request.actor, at=now(), reason=request.POST.get("reason", "")
        ),
        back=back,
        done=_("Withdrawn. Nothing changes."),
    )
