"""What the rules of how long data is kept would do."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ioc.kernel import personal_data
from ioc.kernel.clock import now
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions.retention import try_out
from ioc.management.queries.retention import latest_runs
from ioc.management.views.kinds import SCREENS
from ioc.management.views.records import list_context


@require_safe
@staff(MANAGE)
def listing(request: Request) -> HttpResponse:
    """The rules, with the way to try them out."""
    return render(request, "management/retention_list.html", list_context(request, SCREENS["retention"]))


@require_safe
@staff(MANAGE)
def trial(request: Request) -> HttpResponse:
    """How much each rule would take away tonight, and what was taken away lately."""
    kinds = personal_data.retained()
    runs = [
        {
            "label": kinds[run.rule.kind].label if run.rule.kind in kinds else run.rule.kind,
            "count": run.count,
            "at": run.at,
        }
        for run in latest_runs()
    ]
    context = {"found": try_out(actor=request.actor, at=now()), "runs": runs}
    return render(request, "management/retention_trial.html", context)
