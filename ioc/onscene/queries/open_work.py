"""What an agency has open: the matters that it leads or takes part in, by category, and what goes along with them."""

from datetime import datetime
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ioc.kernel.open_work import Group, Holder, Text, Work
from ioc.management.queries import loading
from ioc.onscene.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Deadline,
    Extension,
    ExtensionState,
    Question,
)
from ioc.onscene.rules.workflow import OPEN_STATES

NAME: Final = "onscene.matters"
_UNFINISHED: Final = (AssignmentState.SENT, AssignmentState.ACCEPTED)


def open_assignments(organization_id: int) -> QuerySet[Assignment]:
    """The jobs of an agency that still ask something of it: unfinished ones, and those that it leads and has done
    while the team has not published yet, for they can come back."""
    led = Q(role=AssignmentRole.LEAD, state=AssignmentState.DONE)
    rows = Assignment.objects.filter(led | Q(state__in=_UNFINISHED), organization_id=organization_id)
    return rows.filter(report__state__in=sorted(OPEN_STATES))


def key_of(category_id: int) -> str:
    """The key of the open matters in a category."""
    return f"{NAME}/{category_id}"


def category_of(key: str) -> int:
    """The category that a key speaks of."""
    return int(key.rpartition("/")[2])


def work_held(holder: Holder, *, at: datetime) -> Work:
    """The open matters of an agency by category; people hold none of their own. Four statements."""
    if holder.organization_id is None:
        return Work(label=_("Open matters"))
    rows = open_assignments(holder.organization_id)
    counted = rows.values("report__category_id").annotate(count=Count("report_id", distinct=True))
    reference = loading.current()
    groups = [
        Group(key_of(row["report__category_id"]), reference.category_label(row["report__category_id"]), row["count"])
        for row in counted.order_by("-count", "report__category_id")
    ]
    return Work(_("Open matters"), tuple(groups), _along(holder.organization_id, rows, at))


def _along(organization_id: int, rows: QuerySet[Assignment], at: datetime) -> tuple[tuple[Text, int], ...]:
    led = rows.filter(role=AssignmentRole.LEAD).values("report_id")
    running = Deadline.objects.filter(report_id__in=led, met_at__isnull=True, dropped_at__isnull=True)
    late = Q(due_at__lt=at, report__paused_at__isnull=True)
    deadlines = running.aggregate(all=Count("id"), late=Count("id", filter=late))
    asked = Extension.objects.filter(organization_id=organization_id, state=ExtensionState.ASKED).count()
    questions = Question.objects.filter(asked_by_id=organization_id, answered_at__isnull=True).count()
    return (
        (_("running deadlines"), deadlines["all"]),
        (_("of them overdue"), deadlines["late"]),
        (_("requests for more time"), asked),
        (_("questions that wait for the reporter"), questions),
    )
