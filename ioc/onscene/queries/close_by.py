"""What was reported near a place already, shown before somebody reports it again."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from ioc.kernel.clock import local
from ioc.kernel.quadkeys import box_around, centre_of_block, distance_m, shift_for
from ioc.management.queries import loading
from ioc.onscene.models import Report
from ioc.onscene.queries.places import inside
from ioc.onscene.rules.words import STATES, TONES
from ioc.onscene.rules.workflow import OPEN_STATES, State

RADIUS_M: Final = 200
_ROUND_TO_M: Final = 50
_GRID_M: Final = 100
_RECENT: Final = timedelta(days=14)
_LOOKED_AT: Final = 60
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Nearby:
    """A report close by. `within_m` is rounded up to 50 m, so that places cannot be worked out from it.

    Where the report is not published, `code` and `title` are empty (its words are nobody else's yet), `within_m` is
    measured from a point of a grid, and `filed_at` is the beginning of the day.
    """

    within_m: int
    category: str
    state_name: str
    tone: str
    filed_at: datetime
    join_count: int
    code: str = ""
    title: str = ""


def nearby(*, category: str, latitude: float, longitude: float, at: datetime) -> list[Nearby]:
    """The nearest reports of the category: those still open, and those done in the last two weeks; one statement.

    Nothing for categories that are not public or show places only coarsely.
    """
    reference = loading.current()
    wanted = reference.categories_by_code.get(category)
    if wanted is None or not wanted.is_public or wanted.place_precision_m:
        return []
    kinds = [kind.code for kind in reference.kinds.values() if kind.is_published]
    # As far again as a place may be moved onto the grid, so that nothing can be told by who is left out.
    box = box_around(latitude, longitude, RADIUS_M + 2 * _GRID_M)
    running = Q(state__in=sorted(OPEN_STATES))
    recent = Q(state=State.PUBLISHED, published_at__gte=at - _RECENT)
    rows = Report.objects.filter(running | recent, inside(box), category_id=wanted.id, kind__in=kinds).order_by(
        "-filed_at"
    )[:_LOOKED_AT]
    measured = sorted(
        ((distance_m(latitude, longitude, *_measured_from(row)), row) for row in rows), key=lambda pair: pair[0]
    )
    return [_nearby(row, distance, wanted.label) for distance, row in measured[:_SHOWN] if distance <= RADIUS_M]


def _measured_from(row: Report) -> tuple[float, float]:
    """Where the report lies; of one that is not published the middle of a block of about 100 m."""
    if row.is_public:
        return row.latitude or 0, row.longitude or 0
    return centre_of_block(row.quadkey or 0, shift=shift_for(_GRID_M))


def _nearby(row: Report, distance: float, category: str) -> Nearby:
    state = State(row.state)
    day = local(row.filed_at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Nearby(
        within_m=max(1, math.ceil(distance / _ROUND_TO_M)) * _ROUND_TO_M,
        category=category,
        state_name=str(STATES[state]),
        tone=TONES[state],
        filed_at=row.filed_at if row.is_public else day,
        join_count=row.join_count,
        code=row.code if row.is_public else "",
        title=row.title if row.is_public else "",
    )
