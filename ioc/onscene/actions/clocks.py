"""The deadlines of a report: set, met, ended otherwise, stopped by a question, counted anew."""

from datetime import datetime
from typing import Any

from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.onscene.models import Deadline, ExtensionState, Report


def open_deadlines(report: Report) -> Any:
    """The deadlines that still run."""
    return Deadline.objects.filter(report=report, met_at__isnull=True, dropped_at__isnull=True)


def start_deadline(report: Report, *, step: Step, at: datetime) -> Deadline:
    """Set the deadline of `step` from `at`, by the row in force, and make it the one that counts now.

    The caller saves the report. An open deadline of the same step is ended first.

    Raises:
        NoRule: no deadline row in force covers the step.
        CalendarGap: the working calendar does not reach far enough.
    """
    due = loading.current().due(
        step=step, kind=report.kind, urgency=report.urgency, category_id=report.category_id, start=at
    )
    end_deadlines(report, at=at, step=step)
    return _run(report, step=step, rule_id=due.term.id, at=at, due_at=due.due_at)


def _run(report: Report, *, step: Step, rule_id: int, at: datetime, due_at: datetime, extended: int = 0) -> Deadline:
    report.due_at, report.due_from = due_at, at
    return Deadline.objects.create(
        report=report, step=step, rule_id=rule_id, started_at=at, due_at=due_at, extended=extended
    )


def meet_deadline(report: Report, *, step: Step, at: datetime) -> None:
    """Close the open deadline of `step` as done at `at` (in time or late)."""
    open_deadlines(report).filter(step=step).update(met_at=at)


def end_deadlines(report: Report, *, at: datetime, step: Step | None = None) -> None:
    """Close the open deadlines (of `step`), because the matter goes another way. The caller saves the report.

    One that has not fallen due is not counted; one that has counts as late. While a question stops the clock, what
    counts is whether it had fallen due when the question was asked.
    """
    running = open_deadlines(report).filter(**({"step": step} if step else {}))
    running.filter(due_at__lt=report.paused_at or at).update(met_at=at)
    running.update(dropped_at=at)
    report.due_at = report.due_from = None


def resume(report: Report, *, at: datetime) -> dict[str, Any]:
    """Let the clock run again: what the report's fields become. Running deadlines are moved by the pause."""
    calendar = loading.current().calendar
    moved = report.due_at
    paused_at = report.paused_at
    if paused_at is not None:
        for deadline in open_deadlines(report):
            unit = loading.current().term(deadline.rule_id).unit
            due = calendar.resume(due=deadline.due_at, paused_at=paused_at, resumed_at=at, unit=unit)
            if report.due_at == deadline.due_at:
                moved = due
            deadline.due_at = due
            deadline.save(update_fields=["due_at"])
    return {"paused_at": None, "state_before_pause": "", "due_at": moved}


def count_again(report: Report) -> None:
    """Set running deadlines by the rows for what the report is now, each from where it began.

    A deadline whose row stays the same is left alone. More time that was granted and pauses for questions are given
    again. The caller saves the report.

    Raises:
        NoRule, CalendarGap: see `start_deadline`.
    """
    reference = loading.current()
    for deadline in open_deadlines(report):
        due = reference.due(
            step=deadline.step,
            kind=report.kind,
            urgency=report.urgency,
            category_id=report.category_id,
            start=deadline.started_at,
        )
        if due.term.id != deadline.rule_id:
            moved = _extended_again(deadline, due.due_at)
            deadline.due_at = _paused_again(deadline, moved, rule_id=due.term.id)
            deadline.rule_id = due.term.id
            deadline.save(update_fields=["rule", "due_at"])
            report.due_at, report.due_from = deadline.due_at, deadline.started_at


def _extended_again(deadline: Deadline, due_at: datetime) -> datetime:
    """`due_at` with the extensions that were granted, in the units in which they were."""
    reference = loading.current()
    unit = reference.term(deadline.rule_id).unit
    for extension in deadline.extensions.filter(state=ExtensionState.GRANTED).order_by("decided_at"):
        due_at = reference.calendar.add(due_at, extension.amount, unit)
    return due_at


def _paused_again(deadline: Deadline, due_at: datetime, *, rule_id: int) -> datetime:
    """`due_at` moved by the answered questions since the deadline began."""
    reference = loading.current()
    unit = reference.term(rule_id).unit
    for question in deadline.report.questions.filter(asked_at__gte=deadline.started_at).order_by("asked_at"):
        if question.answered_at is not None:
            due_at = reference.calendar.resume(
                due=due_at, paused_at=question.asked_at, resumed_at=question.answered_at, unit=unit
            )
    return due_at


def run_on(report: Report, *, step: Step, at: datetime) -> Deadline:
    """Let the deadline of `step` that was met last run on from `at`, with what was left when it was met, and one
    unit of its row (hour or day) at the least.

    One that was met late stays counted as late; a new one of a single unit then runs. The caller saves the report.

    Raises:
        CalendarGap: the working calendar does not reach far enough.
    """
    reference = loading.current()
    last = Deadline.objects.filter(report=report, step=step, met_at__isnull=False).latest("started_at")
    met_at = last.met_at or at
    unit = reference.term(last.rule_id).unit
    least = reference.calendar.add(at, 1, unit)
    if last.due_at < met_at:
        return _run(report, step=step, rule_id=last.rule_id, at=at, due_at=least, extended=last.extended)
    left = reference.calendar.resume(due=last.due_at, paused_at=met_at, resumed_at=at, unit=unit)
    last.due_at, last.met_at = max(left, least), None
    last.save(update_fields=["due_at", "met_at"])
    report.due_at, report.due_from = last.due_at, last.started_at
    return last
