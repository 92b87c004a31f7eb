"""Whether the system is open where a report lies."""

from datetime import datetime
from uuid import UUID

from ioc.kernel.clock import local_date
from ioc.management.models import SystemCode
from ioc.management.queries import loading, rollout
from ioc.onscene.models import Report


def closed_where(report_id: UUID, *, at: datetime) -> rollout.Closed | None:
    """What to say of the report's place where the system is not open at `at`; None where it is. One statement."""
    row = Report.objects.filter(id=report_id, area__isnull=False).values_list("area_id", "kind").first()
    if row is None or row[0] is None:
        return None
    area = loading.current().areas[row[0]]
    return rollout.closed(
        systems=[SystemCode.ON_SCENE], area=area, day=local_date(at), audience=rollout.audience_of(row[1])
    )
