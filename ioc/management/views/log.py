"""The audit log and the system's health."""

from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ioc.kernel.clock import PROVINCE_ZONE
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE, READ_AUDIT
from ioc.management.queries.audit import audit_log
from ioc.management.queries.system import system_state
from ioc.management.views.common import day_or_none
from ioc.management.views.kinds import SCREENS
from ioc.management.views.words import KIND_NAMES, VERBS, field_name


@require_safe
@staff(READ_AUDIT)
def audit(request: Request) -> HttpResponse:
    """Who changed what, newest first."""
    since, until = day_or_none(request, "since"), day_or_none(request, "until")
    page = audit_log(
        actor=request.actor,
        kind=request.GET.get("kind", ""),
        record_id=request.GET.get("record", ""),
        person=request.GET.get("person", ""),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        cursor=request.GET.get("after", ""),
    )
    slugs = {screen.kind: screen.slug for screen in SCREENS.values()}
    rows = [
        {
            "event": row.event,
            "verb": VERBS.get(row.event.verb, row.event.verb),
            "kind": KIND_NAMES.get(row.event.record_kind, row.event.record_kind),
            "slug": slugs.get(row.event.record_kind, ""),
            "changes": [(field_name(row.event.record_kind, one.field), one) for one in row.changes],
        }
        for row in page.rows
    ]
    context = {"rows": rows, "next": page.next_cursor, "kinds": KIND_NAMES.items(), "asked": request.GET}
    return render(request, "management/audit.html", context)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=PROVINCE_ZONE)


@require_safe
@staff(MANAGE)
def health(request: Request) -> HttpResponse:
    """Whether the parts work, what waits and how big things are."""
    return render(request, "management/health.html", {"state": system_state(actor=request.actor)})
