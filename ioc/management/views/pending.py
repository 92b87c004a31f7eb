"""Changes that wait for a second administrator."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.actors import Actor
from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid, NotFound
from ioc.kernel.forms import act, sentence
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions import second_person
from ioc.management.queries import pending
from ioc.management.queries.area_changes import AreaChange, plan_change
from ioc.management.queries.audit import Change
from ioc.management.stepup import step_up
from ioc.management.views.rights_words import right_name
from ioc.management.views.words import KIND_NAMES, field_name


@require_safe
@staff(MANAGE)
def listing(request: Request) -> HttpResponse:
    """What waits, and what was decided lately."""
    found = pending.pending_list(actor=request.actor, at=now())
    names = pending.names_of(one.change for one in [*found.waiting, *found.decided])
    shown: dict[str, Any] = {
        "waiting": [_shown(one, names) for one in found.waiting],
        "decided": [_shown(one, names) for one in found.decided],
        "others": found.others,
    }
    return render(request, "management/pending.html", shown)


@require_safe
@staff(MANAGE)
def page(request: Request, change_id: UUID) -> HttpResponse:
    """One change: what it gives, who asked for it and why, and what it would write."""
    one = pending.pending_change(change_id, actor=request.actor, at=now())
    others = pending.other_administrators(one.change.asked_by_id, at=now()) if one.is_open else []
    shown = {**_shown(one, pending.names_of([one.change])), "others": others}
    if one.change.kind == pending.AREA_CHANGE:
        return render(request, "management/pending_change.html", shown | _of_areas(one, request.actor))
    changes = [(field_name(one.change.kind, row.field), _worded(row)) for row in pending.changes_of(one.change)]
    return render(request, "management/pending_change.html", shown | {"changes": changes})


def _of_areas(one: pending.Waiting, actor: Actor) -> dict[str, Any]:
    """What a change of units would do as things stand now, or why it cannot be made any more."""
    if not one.is_open:
        return {}
    try:
        return {"planned": plan_change(AreaChange.of_plain(one.change.fields), actor=actor)}
    except (Invalid, NotFound) as error:
        return {"fault": sentence(error)}


def _worded(row: Change) -> Change:
    """A change of rights with their names for their codes."""
    if row.field != "rights":
        return row
    before, after = (
        "; ".join(str(right_name(one)) for one in said.split(", ") if one) for said in (row.before, row.after)
    )
    return replace(row, before=before, after=after)


def _shown(one: pending.Waiting, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "one": one,
        "name": names[one.change.id],
        "change": one.change,
        "kind": KIND_NAMES.get(one.change.kind, one.change.kind),
        "rights": [right_name(right) for right in one.change.rights],
    }


@require_POST
@staff(MANAGE)
@step_up
def confirm(request: Request, change_id: UUID) -> HttpResponse:
    """Be the second administrator: the change is carried out."""
    return _decided(request, change_id, second_person.confirm_change, _("Confirmed: it is in force now."))


@require_POST
@staff(MANAGE)
@step_up
def refuse(request: Request, change_id: UUID) -> HttpResponse:
    """Not let it happen."""
    return _decided(
        request, change_id, second_person.refuse_change, _("Refused: nothing changes."), reason=_reason(request)
    )


@require_POST
@staff(MANAGE)
def withdraw(request: Request, change_id: UUID) -> HttpResponse:
    """Take back what one asked for oneself."""
    return _decided(
        request, change_id, second_person.withdraw_change, _("Withdrawn: nothing changes."), reason=_reason(request)
    )


def _reason(request: Request) -> str:
    return str(request.POST.get("reason", ""))


def _decided(request: Request, change_id: UUID, action: Callable[..., Any], done: str, **more: str) -> HttpResponse:
    return act(
        request,
        do=lambda: action(change_id=change_id, actor=request.actor, at=now(), **more),
        back=reverse("manage_pending_change", args=[change_id]),
        done=done,
    )
