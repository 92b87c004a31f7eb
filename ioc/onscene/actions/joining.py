"""Several reports of one matter: joined, counted once, and each reporter told what becomes of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.errors import Conflict, Invalid
from ioc.onscene.actions.clocks import end_deadlines
from ioc.onscene.actions.steps import change, locked, record, require_triage, tell_screens
from ioc.onscene.actions.telling import tell_reporter
from ioc.onscene.actions.withdrawing import withdraw_jobs
from ioc.onscene.models import Report, ReportEvent
from ioc.onscene.rules.workflow import DONE_STATES, State


@transaction.atomic
def join(*, report_id: UUID, other_id: UUID, actor: Actor, at: datetime, version: int | None = None) -> Report:
    """Join a report to `other_id`, the same matter: counted once, its reporter is told of the other's result, at
    once where there is one. Agencies that had the report are told that the job is withdrawn.

    Raises:
        Forbidden, NotFound, Conflict, NotNow: see `steps`.
        Invalid: a report cannot be joined to itself or to one that is itself joined, refused or guided.
    """
    if report_id == other_id:
        raise Invalid(_("A report cannot be joined to itself."))
    first, second = (locked(one) for one in sorted((report_id, other_id)))
    report, other = (first, second) if first.id == report_id else (second, first)
    if version is not None and report.version != version:
        raise Conflict(version=report.version)
    for one in (report, other):
        require_triage(actor, one)
    if State(other.state) in {State.JOINED, State.REFUSED, State.GUIDED}:
        raise Invalid(_("The other report is no longer open for joining."))
    _join(report, other, actor=actor, at=at)
    return report


def _join(report: Report, other: Report, *, actor: Actor, at: datetime) -> None:
    end_deadlines(report, at=at)
    withdraw_jobs(report, actor=actor, at=at, reason=other.code)
    moved = [report.id, *Report.objects.filter(joined_to=report).values_list("id", flat=True)]
    Report.objects.filter(joined_to=report).update(joined_to=other)
    event = change(
        report,
        verb="joined",
        actor=actor,
        at=at,
        to=State.JOINED,
        facts={"other": other.code},
        for_reporter=True,
        joined_to_id=other.id,
        closed_at=at,
    )
    tell_reporter(report, event)
    other.join_count += report.join_count
    other.save(update_fields=["join_count"])
    record(other, verb="gained", actor=actor, at=at, after={"other": report.code}, is_public=True)
    tell_screens(other)
    if State(other.state) in DONE_STATES:
        _tell_result(_held(Q(id__in=moved)), other, actor=actor, at=at)


def tell_joined_result(report: Report, *, actor: Actor, at: datetime) -> None:
    """Give the result of `report` to those that are joined to it."""
    _tell_result(_held(Q(joined_to=report)), report, actor=actor, at=at)


def tell_joined_ended(report: Report, ended: ReportEvent, *, actor: Actor, at: datetime) -> None:
    """Tell those joined to `report` that it ended without a result: not taken up, or guided, as `ended` says."""
    for joined in _held(Q(joined_to=report)):
        event = change(joined, verb=ended.verb, actor=actor, at=at, reason=ended.reason, for_reporter=True)
        tell_reporter(joined, event)


def _held(which: Q) -> Iterable[Report]:
    return Report.objects.select_for_update(of=("self",)).filter(which).order_by("id")


def _tell_result(joined: Iterable[Report], report: Report, *, actor: Actor, at: datetime) -> None:
    for one in joined:
        event = change(
            one, verb="closed", actor=actor, at=at, reason=report.code, for_reporter=True, result=report.result
        )
        tell_reporter(one, event)
