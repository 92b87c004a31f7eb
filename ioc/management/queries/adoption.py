"""How the systems are taken up, commune by commune: accounts, sign-ins, reports, and what was handled in time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q

from ioc.kernel import adoption
from ioc.kernel.actors import Actor
from ioc.kernel.adoption import Use
from ioc.kernel.clock import local_date
from ioc.kernel.models import valid_on
from ioc.kernel.rights import MANAGE
from ioc.kernel.text import fold
from ioc.management.models import Position
from ioc.management.queries import loading
from ioc.management.queries.populations import People, populations
from ioc.management.queries.reference import AreaRef, Reference

WEEK: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
_NOBODY: Final = {"accounts": 0, "week": 0, "month": 0}


@dataclass(frozen=True, slots=True)
class AreaUse:
    """A commune: active accounts of its People's Committee, how many of them signed in within 7 and 30 days, what
    people filed, and how many people live there, None where nobody said."""

    area: AreaRef
    district: str
    accounts: int
    signed_in_week: int
    signed_in_month: int
    use: Use
    people: People | None = None

    @property
    def filed_per_thousand(self) -> float | None:
        """Reports of the last 30 days for each 1,000 people."""
        return self.people.per_thousand(self.use.filed_lately) if self.people else None

    @property
    def accounts_per_thousand(self) -> float | None:
        """Active accounts for each 1,000 people."""
        return self.people.per_thousand(self.accounts) if self.people else None


SORTS: Final = (
    "name", "accounts", "week", "month", "filed", "lately", "first", "in_time", "people", "lately_per", "accounts_per",
)  # fmt: skip


def adoption_by_area(*, at: datetime, sort: str = "", actor: Actor) -> list[AreaUse]:
    """The communes of the day's map in the order `sort` (one of `SORTS`, "-" before it for downwards).

    One statement for the accounts, one for the populations, and those of the rooms that file reports.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    reference = loading.current()
    accounts = _accounts(at)
    used = adoption.by_area(at=at)
    communes = reference.communes_on(reference.map_day(at))
    people = populations((area.id for area in communes), year=local_date(at).year)
    rows = [
        _row(reference, area, accounts, used.get(area.id, Use()), people.get(area.id)) for area in communes
    ]  # fmt: skip
    name = sort.removeprefix("-")
    key = _KEYS.get(name)
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows


def _accounts(at: datetime) -> Mapping[int, Mapping[str, int]]:
    """Organization → its active accounts, and how many of them signed in lately."""
    people: Any = Position.objects.filter(valid_on(local_date(at)), person__is_active=True)
    counted = people.values("organization_id").order_by().annotate(
        accounts=Count("person", distinct=True),
        week=Count("person", distinct=True, filter=Q(person__last_login__gte=at - WEEK)),
        month=Count("person", distinct=True, filter=Q(person__last_login__gte=at - MONTH)),
    )  # fmt: skip
    return {row["organization_id"]: row for row in counted}


def _row(
    reference: Reference, area: AreaRef, accounts: Mapping[int, Mapping[str, int]], use: Use, people: People | None
) -> AreaUse:
    committee = reference.committees_at(area.id).get(area.level, 0)
    staff = accounts.get(committee, _NOBODY)
    parent = reference.areas.get(area.parent_id or 0)
    return AreaUse(
        area=area,
        district=parent.name if parent and parent.level == "district" else "",
        accounts=staff["accounts"],
        signed_in_week=staff["week"],
        signed_in_month=staff["month"],
        use=use,
        people=people,
    )


_KEYS: Final[Mapping[str, Any]] = {
    "name": lambda row: fold(row.area.name),
    "accounts": lambda row: row.accounts,
    "week": lambda row: row.signed_in_week,
    "month": lambda row: row.signed_in_month,
    "filed": lambda row: row.use.filed,
    "lately": lambda row: row.use.filed_lately,
    "first": lambda row: row.use.first_on or date.max,
    "in_time": lambda row: -1.0 if row.use.share_in_time is None else row.use.share_in_time,
    "people": lambda row: row.people.people if row.people else -1,
    "lately_per": lambda row: -1.0 if row.filed_per_thousand is None else row.filed_per_thousand,
    "accounts_per": lambda row: -1.0 if row.accounts_per_thousand is None else row.accounts_per_thousand,
}


def sources_of(rows: Sequence[AreaUse]) -> list[tuple[str, int, bool, int]]:
    """Where the populations come from: source, year, whether estimated, and for how many communes; the most first."""
    counted = Counter((row.people.source, row.people.year, row.people.is_estimate) for row in rows if row.people)
    return [(*key, count) for key, count in counted.most_common()]


def steps_of(values: Sequence[int], *, steps: int = 4) -> list[int]:
    """The lower bounds of `steps` classes for a map: as many areas in each as can be, nought apart."""
    found = sorted({value for value in values if value > 0})
    if not found:
        return []
    return sorted({found[len(found) * step // steps] for step in range(min(steps, len(found)))})
