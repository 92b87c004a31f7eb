"""The rules of how long data is kept."""

from datetime import datetime

from ioc.kernel.clock import local_date
from ioc.kernel.models import valid_on
from ioc.management.models import RetentionRule, RetentionRun


def rules_in_force(*, at: datetime) -> list[RetentionRule]:
    """The rules that count at `at`; one statement."""
    return list(RetentionRule.objects.filter(valid_on(local_date(at))).order_by("kind", "id"))


def latest_runs(*, most: int = 20) -> list[RetentionRun]:
    """What was done lately, newest first."""
    return list(RetentionRun.objects.select_related("rule").order_by("-at", "-id")[:most])
