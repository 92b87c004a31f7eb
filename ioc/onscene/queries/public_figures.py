"""The three figures of the public home: what the leaders see of the whole province, for everybody."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Q

from ioc.management.queries import loading
from ioc.management.queries.reference import Reference
from ioc.onscene.queries.leading import Scope, counting
from ioc.onscene.rules.periods import PeriodCode, period

FIGURES_DAYS: Final = 30
_KEPT_FOR: Final = timedelta(minutes=1)
_WHOLE: Final = Scope()


@dataclass(frozen=True, slots=True)
class Figures:
    """The three figures of the last `days` days; `on_time` is a share, None when nothing was due yet."""

    received: int
    done: int
    on_time: float | None
    days: int = FIGURES_DAYS


def figures(*, at: datetime) -> Figures:
    """Received, done, and handled in time of what fell due, in the last `FIGURES_DAYS` days, today among them.

    Counted as on the leaders' page (`leading.counting`). Three statements, none within a minute of the last.
    """
    return _minute.get(at)


class _Minute:
    """The last figures, kept for a minute; not beyond a change of the reference data."""

    def __init__(self) -> None:
        self._kept: tuple[Reference, datetime, Figures] | None = None
        self._lock = threading.Lock()

    def get(self, at: datetime) -> Figures:
        reference = loading.current()
        with self._lock:
            kept = self._kept
            if kept is None or kept[0] is not reference or not kept[1] <= at < kept[1] + _KEPT_FOR:
                kept = self._kept = (reference, at, _counted(at))
            return kept[2]


_minute: Final = _Minute()


def _counted(at: datetime) -> Figures:
    window = period(PeriodCode.DAYS30, at=at).now
    due = counting.fell_due(_WHOLE, window, at=at)
    judged = due.aggregate(all=Count("id"), kept=Count("id", filter=Q(met_at__lte=F("due_at"))))
    return Figures(
        received=counting.received(_WHOLE, window).count(),
        done=counting.done(_WHOLE, window).count(),
        on_time=judged["kept"] / judged["all"] if judged["all"] else None,
    )
