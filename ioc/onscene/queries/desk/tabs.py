"""The tabs of the queue: which reports each holds, in what order, and whether it shows how many.

Each order is one that an index gives as it stands (`models.ordering`), so that a page costs the same however
many reports there are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.management.models import Urgency
from ioc.onscene.models import Extension, ExtensionState
from ioc.onscene.models.ordering import CALM, DUE
from ioc.onscene.rules.workflow import AGENCY_STATES, OPEN_STATES, WAITING_STATES, State

Order = tuple[Any, ...]
BY_URGENCY: Final[Order] = (CALM, DUE)
BY_DUE: Final[Order] = (DUE,)
NEWEST: Final[Order] = ()

_FINISHED: Final = sorted(set(State) - OPEN_STATES)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. `rows` gives the condition at a moment; an empty `order` means the newest first."""

    code: str
    name: str | Promise
    rows: Callable[[datetime], Q]
    order: Order = BY_URGENCY
    is_counted: bool = True
    tone: str = ""


def _asked_for_more_time(_at: datetime) -> Q:
    return Q(id__in=Extension.objects.filter(state=ExtensionState.ASKED).values("report_id"))


def _overdue(at: datetime) -> Q:
    return Q(state__in=sorted(OPEN_STATES), paused_at__isnull=True, due_at__lt=at)


TABS: Final[Mapping[str, Tab]] = {
    tab.code: tab
    for tab in (
        Tab("waiting", _("Waiting"), lambda _at: Q(state__in=sorted(WAITING_STATES))),
        Tab(
            "urgent",
            _("Urgent"),
            lambda _at: Q(urgency=Urgency.URGENT, state__in=sorted(OPEN_STATES)),
            order=BY_DUE,
            tone="error",
        ),
        Tab("overdue", _("Overdue"), _overdue, order=BY_DUE, tone="error"),
        Tab("results", _("To publish"), lambda _at: Q(state=State.APPROVED)),
        Tab("extensions", _("More time"), _asked_for_more_time),
        Tab("asked", _("Reporter asked"), lambda _at: Q(state=State.ASKED)),
        Tab(
            "agencies",
            _("With agencies"),
            lambda _at: Q(state__in=sorted(AGENCY_STATES)),
        ),
        Tab(
            "done",
            _("Done"),
            lambda _at: Q(state__in=_FINISHED),
            order=NEWEST,
            is_counted=False,
        ),
        Tab("all", _("All"), lambda _at: Q(), order=NEWEST, is_counted=False),
    )
}
DEFAULT: Final = "waiting"
