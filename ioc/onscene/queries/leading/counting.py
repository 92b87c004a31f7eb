"""What counts: each figure's rows as one query set, used for the figure and for the list behind it alike."""

from datetime import datetime

from django.db.models import Q, QuerySet

from ioc.management.models import Step
from ioc.onscene.models import Deadline, Rating, Report
from ioc.onscene.queries.leading.scope import Scope
from ioc.onscene.rules.periods import Window
from ioc.onscene.rules.workflow import DONE_STATES, OPEN_STATES, State

_OPEN = [state.value for state in OPEN_STATES]
_DONE = [state.value for state in DONE_STATES]
_ONCE = ~Q(state=State.JOINED)
_JUDGED = ~Q(report__state__in=[State.JOINED, State.REFUSED, State.GUIDED])
"""Matters that agencies answer for: refused and guided ones are not theirs, joined ones count with the other."""


def during(field: str, *windows: Window) -> Q:
    """The rows whose `field` lies in any of `windows`."""
    within = Q()
    for window in windows:
        within |= Q(**{f"{field}__gte": window.start, f"{field}__lt": window.end})
    return within


def received(scope: Scope, *windows: Window) -> QuerySet[Report]:
    """Reports filed; those joined to another are the other."""
    return Report.objects.filter(_ONCE, scope.of(), during("filed_at", *windows))


def done(scope: Scope, *windows: Window) -> QuerySet[Report]:
    """Reports whose result was published or told to the reporter, and that are not open again."""
    return Report.objects.filter(scope.of(), during("closed_at", *windows), state__in=_DONE)


def resolved(scope: Scope, *windows: Window) -> QuerySet[Report]:
    """Reports whose outcome the agency's head approved."""
    within = Report.objects.filter(_ONCE, scope.of(), during("resolved_at", *windows))
    return within.filter(dispatched_at__isnull=False)


def fell_due(scope: Scope, *windows: Window, at: datetime) -> QuerySet[Deadline]:
    """Handling deadlines that fell due: met in time, met late, or not met. Where the clock stands still the
    deadline has not come yet."""
    rows = Deadline.objects.filter(_JUDGED, scope.of("report__"), during("due_at", *windows))
    rows = rows.filter(step=Step.HANDLE, dropped_at__isnull=True, due_at__lt=at)
    return rows.exclude(met_at__isnull=True, report__paused_at__isnull=False)


def rated(scope: Scope, *windows: Window) -> QuerySet[Rating]:
    """Ratings that reporters gave."""
    return Rating.objects.filter(scope.of("report__"), during("at", *windows))


def open_now(scope: Scope) -> QuerySet[Report]:
    """Reports in which somebody still has to do something."""
    return Report.objects.filter(scope.of(), state__in=_OPEN)


def is_overdue(at: datetime) -> Q:
    """Open and past the deadline that counts now, the clock running."""
    return Q(due_at__lt=at, paused_at__isnull=True)
