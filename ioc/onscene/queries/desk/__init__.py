"""What the operating team's desk asks."""

from ioc.onscene.queries.desk.matter import Matter, matter
from ioc.onscene.queries.desk.queue import Filters, Queue, counts_for, next_after, queue_for, report_by_code
from ioc.onscene.queries.desk.rows import Row
from ioc.onscene.queries.desk.suggestion import (
    AgencyGroup,
    Preview,
    agencies,
    agency_groups,
    dispatch_preview,
)
from ioc.onscene.queries.desk.tabs import TABS, Tab
from ioc.onscene.queries.desk.visible import visible_to

__all__ = [
    "TABS",
    "AgencyGroup",
    "Filters",
    "Matter",
    "Preview",
    "Queue",
    "Row",
    "Tab",
    "agencies",
    "agency_groups",
    "counts_for",
    "dispatch_preview",
    "matter",
    "next_after",
    "queue_for",
    "report_by_code",
    "visible_to",
]
