"""How much the system is used, area by area."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, F, Min, Q, QuerySet

from ioc.kernel.adoption import Use
from ioc.kernel.clock import local_date
from ioc.management.models import Step
from ioc.management.queries import loading
from ioc.onscene.models import Deadline, Report
from ioc.onscene.queries.rebasing import Rebasing, rebasing
from ioc.onscene.rules.workflow import State

LATELY: Final = timedelta(days=30)
_NONE: Final = {"n": 0, "good": 0}
_JUDGED: Final = ~Q(report__state__in=[State.JOINED, State.REFUSED, State.GUIDED])


def use_by_area(at: datetime) -> Mapping[int, Use]:
    """Commune of the day's map → what was filed there (joined reports are people who reported) and how it was
    handled; what lies in communes of another day counts where those went. Three statements."""
    ground = rebasing(loading.current().map_day(at))
    reports = Report.objects.filter(area_id__isnull=False, filed_at__lte=at)
    filed = ground.grouped(reports, lately=Count("id", filter=Q(filed_at__gte=at - LATELY)))
    due = ground.grouped(_fell_due(at), prefix="report__", good=Count("id", filter=Q(met_at__lte=F("due_at"))))
    first = _first_days(reports, ground)
    return {
        area: Use(
            filed=row["n"],
            filed_lately=row["lately"],
            first_on=first.get(area),
            due=due.get(area, _NONE)["n"],
            in_time=due.get(area, _NONE)["good"],
        )
        for area, row in filed.items()
    }


def _fell_due(at: datetime) -> QuerySet[Deadline]:
    """Handling deadlines that fell due, the clock running."""
    rows = Deadline.objects.filter(_JUDGED, step=Step.HANDLE, dropped_at__isnull=True, due_at__lt=at)
    return rows.exclude(met_at__isnull=True, report__paused_at__isnull=False)


def _first_days(reports: QuerySet[Report], ground: Rebasing) -> dict[int, date]:
    """Commune of the day's map → the first day on which something was filed there."""
    found: dict[int, date] = {}
    for area, moment in reports.order_by().values_list("area_id").annotate(first=Min("filed_at")):
        became = ground.whole.get(area, ground.parts[area][0].id if area in ground.parts else area)
        day = local_date(moment)
        found[became] = min(found.get(became, day), day)
    return found
