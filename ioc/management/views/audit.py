"""The audit log: the list, the list as a file, and whether its chain holds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ioc.kernel.clock import PROVINCE_ZONE, local_date, now
from ioc.kernel.forms import act
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import READ_AUDIT
from ioc.kernel.sheets import csv_lines, file_name, workbook
from ioc.management.actions.audit_checking import ask_for_check
from ioc.management.actions.audit_exporting import export_audit
from ioc.management.models import AuditEntry, AuditTopic
from ioc.management.queries.audit import Asked, AuditRow, audit_log
from ioc.management.queries.audit_chain import chain_state
from ioc.management.queries.audit_subjects import organizations_named, person_named
from ioc.management.rules.browsers import device
from ioc.management.views.common import day_or_none
from ioc.management.views.kinds import SCREENS
from ioc.management.views.words import FAULTS, KIND_NAMES, TOPICS, VERBS, field_name, value_name

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ICONS: Final[Mapping[str, str]] = {
    AuditTopic.CONFIG: "sliders-horizontal",
    AuditTopic.SIGN_IN: "log-in",
    AuditTopic.IDENTITY: "lock-open",
    AuditTopic.EXPORT: "download",
    AuditTopic.DATA_REQUEST: "id-card",
}
_CHANGES_OPEN: Final = 6
_PLAIN: Final = ("q", "topic", "kind", "record", "person", "organization", "address", "session")


@require_safe
@staff(READ_AUDIT)
def audit(request: Request) -> HttpResponse:
    """Who did what, when and from where, newest first."""
    asked = _asked(request)
    page = audit_log(actor=request.actor, asked=asked, cursor=request.GET.get("after", ""))
    context = {
        "rows": [_shown(row) for row in page.rows],
        "next": page.older,
        "newer": page.newer,
        "topics": AuditTopic.choices,
        "kinds": sorted(((code, str(name)) for code, name in KIND_NAMES.items()), key=lambda kind: kind[1]),
        "organizations": organizations_named(),
        "who": person_named(asked.person),
        "asked": request.GET,
        "is_filtered": bool(asked.said()),
        "chain": chain_state(),
        "exports": [(name, _export_address(request, form)) for name, form in (("Excel", "xlsx"), ("CSV", "csv"))],
    }
    return render(request, "management/audit.html", context)


def _asked(request: Request) -> Asked:
    since, until = day_or_none(request, "since"), day_or_none(request, "until")
    plain = {name: request.GET.get(name, "").replace("\0", "")[:200] for name in _PLAIN}
    return Asked(
        **plain,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=PROVINCE_ZONE)


def _export_address(request: Request, form: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    return f"{reverse('manage_audit_export', args=[form])}?{query.urlencode()}"


def _shown(row: AuditRow) -> dict[str, Any]:
    kind, slugs = row.event.record_kind, {screen.kind: screen.slug for screen in SCREENS.values()}
    changes = [
        (field_name(kind, one.field), value_name(one.field, one.before), value_name(one.field, one.after))
        for one in row.changes
    ]
    # What a record was made with is folded away: what matters at a glance is what changed.
    most = 0 if row.event.topic == AuditTopic.CONFIG and not row.event.before else _CHANGES_OPEN
    return {
        "event": row.event,
        "topic": TOPICS[row.event.topic],
        "icon": _ICONS[row.event.topic],
        "verb": VERBS.get(row.event.verb, row.event.verb),
        "kind": KIND_NAMES.get(kind, kind),
        "browser": device(row.event.browser).name or row.event.browser[:40],
        "href": _address(row.event, slugs.get(kind, "")),
        "changes": changes,
        "open": changes[:most],
        "folded": changes[most:],
    }


def _address(event: AuditEntry, slug: str) -> str:
    """Where the record is looked at; empty when it is gone or has no page of its own."""
    if not slug or not event.record_id or event.verb == "removed":
        return ""
    return reverse("manage_record", args=[slug, event.record_id])


@require_safe
@staff(READ_AUDIT)
def export(request: Request, form: str) -> HttpResponseBase:
    """The log as it is filtered, as a file; sent while it is read."""
    if form not in {"csv", "xlsx"}:
        raise Http404
    at, asked = now(), _asked(request)
    asked = replace(asked, until=min(asked.until, at) if asked.until else at)
    rows = export_audit(asked=asked, form=form, actor=request.actor, at=at)
    title, cells = _("Audit log"), (_cells(row) for row in rows)
    name = file_name(title, day=local_date(at), form=form)
    if form == "xlsx":
        return FileResponse(workbook(title, _heads(), cells), as_attachment=True, filename=name, content_type=_EXCEL)
    answer = StreamingHttpResponse(csv_lines(_heads(), cells), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _heads() -> list[str]:
    return [
        _("Number"), _("When"), _("About"), _("Who"), _("Agency"), _("Did what"), _("Kind"), _("Record"), _("Why"),
        _("What changed"), _("Address"), _("Browser"), _("Session"),
    ]  # fmt: skip


def _cells(row: AuditRow) -> list[Any]:
    shown, event = _shown(row), row.event
    return [
        event.number, event.at, shown["topic"], event.actor_name, event.organization_name, shown["verb"],
        shown["kind"], event.record_name, event.reason, "\n".join(_lines(shown["changes"])), event.address,
        event.browser, event.session,
    ]  # fmt: skip


def _lines(changes: list[tuple[Any, str, str]]) -> Iterator[str]:
    for name, before, after in changes:
        yield f"{name}: {before} → {after}" if before else f"{name}: {after}"


@require_safe
@staff(READ_AUDIT)
def chain(request: Request) -> HttpResponse:
    """Whether somebody tampered with the log: what the latest checks of its chain found."""
    state = chain_state()
    faults = [(FAULTS.get(one["kind"], one["kind"]), one) for one in (state.check.faults if state.check else ())]
    return render(request, "management/audit_chain.html", {"chain": state, "faults": faults})


@require_POST
@staff(READ_AUDIT)
def check(request: Request) -> HttpResponse:
    """Have the chain checked now, in the background."""
    return act(
        request,
        do=lambda: ask_for_check(actor=request.actor),
        back=reverse("manage_audit_chain"),
        done=_("The check runs. Look again in a moment."),
    )
