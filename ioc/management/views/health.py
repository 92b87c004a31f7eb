"""Whether all is well: the health page, the figures for monitoring, the back-ups."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from ioc.kernel.clock import now
from ioc.kernel.errors import Forbidden
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions import backups as actions
from ioc.management.forms.backups import PlanForm
from ioc.management.queries.backups import Backups
from ioc.management.queries.backups import backups as standing
from ioc.management.queries.people import program_actor
from ioc.management.queries.system import metrics, system_state
from ioc.management.queries.worries import about_certificate
from ioc.management.stepup import step_up_to_send
from ioc.management.views.records import posted

COMMANDS: Final = {"keygen": "ioc backup keygen ioc-backup.key", "trial": "ioc backup test --identity ioc-backup.key"}


@require_safe
@staff(MANAGE)
def health(request: Request) -> HttpResponse:
    """Whether the parts work, what waits and how big things are."""
    at = now()
    state = system_state(actor=request.actor, at=at)
    worries = [*about_certificate(state.certificate_ends_at, at=at), *state.worries]
    return render(request, "management/health.html", {"state": state, "worries": worries})


@require_safe
def figures(request: Request) -> HttpResponse:
    """The figures for Prometheus, for who shows a key that may read them.

    Raises:
        Forbidden: no key, or one that may not.
    """
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    program = program_actor(key.strip()) if scheme.lower() == "bearer" else None
    if program is None:
        raise Forbidden
    return HttpResponse(metrics(actor=program), content_type=CONTENT_TYPE_LATEST)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
@step_up_to_send
def backups(request: Request) -> HttpResponse:
    """What was made and when, and the plan."""
    found = standing(actor=request.actor)
    form = PlanForm(posted(request), initial=_initial(found))
    if request.method == "POST":

        def do() -> None:
            actions.save_plan(fields=form.plan(), actor=request.actor, at=now())

        if fill_in(request, form, do=do) is None:
            return redirect("manage_backups")
    at = now()
    context = {
        "found": found,
        "is_old": found.is_old(at=at),
        "owes_test": found.owes_test(at=at),
        "form": form,
        "commands": COMMANDS,
    }
    return render(request, "management/backups.html", context, status=422 if form.errors else 200)


def _initial(found: Backups) -> dict[str, Any]:
    plan = found.plan
    if plan is None:
        return {"is_on": True, "hour": 2, "keep_days": 7, "keep_weeks": 5, "keep_months": 12}
    names = ("is_on", "hour", "to", "keys_to", "keep_days", "keep_weeks", "keep_months")
    return {name: getattr(plan, name) for name in names} | {"keys": "\n".join(plan.keys)}


@require_POST
@staff(MANAGE)
def back_up(request: Request) -> HttpResponse:
    """Have a back-up made now."""
    return act(
        request,
        do=lambda: actions.ask_for_backup(actor=request.actor, at=now()),
        back=reverse("manage_backups"),
        done=_("The back-up is being made; it appears in the list when it is done."),
    )
