"""Reports that may be about the same matter: near in place, or alike in words, and not old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from ioc.kernel.quadkeys import box_around, distance_m, ranges
from ioc.kernel.text import search_terms, similarity, syllables
from ioc.management.queries import loading
from ioc.onscene.models import Report
from ioc.onscene.queries.cards import CARD_FIELDS, Card, card
from ioc.onscene.rules.workflow import OPEN_STATES, State

NEAR_M: Final = 150.0
ALIKE: Final = 0.5
RECENT: Final = timedelta(days=30)
MOST: Final = 4
_MOST_READ: Final = 200
_MOST_PAIRS: Final = 40
_NOT_A_MATTER: Final = sorted({State.JOINED, State.REFUSED, State.GUIDED})


@dataclass(frozen=True, slots=True)
class Alike:
    """A report that may be the same matter: metres away (None: no point), age, likeness from 0 to 1."""

    card: Card
    distance: float | None
    age: timedelta
    likeness: float
    is_open: bool

    @property
    def score(self) -> float:
        """From 0 to 1: words count most, then nearness, then how recent it is."""
        near = 0.0 if self.distance is None else max(0.0, 1 - self.distance / NEAR_M)
        return 0.5 * self.likeness + 0.35 * near + 0.15 * max(0.0, 1 - self.age / RECENT)

    @property
    def is_close(self) -> bool:
        """Whether it is worth a look: close by, or at least half alike."""
        return self.likeness >= ALIKE or (self.distance is not None and self.distance <= NEAR_M)


def same_matter(report: Report, *, within: QuerySet[Report], at: datetime, most: int = MOST) -> Sequence[Alike]:
    """Reports of `within` that may be the same matter as `report`, open ones first; one statement.

    Same or sibling category within 150 m, or the same commune with texts at least half alike, filed in the 30
    days before `at`.
    """
    rows = within.exclude(id=report.id).exclude(state__in=_NOT_A_MATTER)
    rows = rows.filter(_candidates(report), filed_at__gte=at - RECENT)
    rows = rows.only(*CARD_FIELDS, "text", "latitude", "longitude").order_by("-filed_at")
    found = [_alike(report, other, at=at) for other in rows[:_MOST_READ]]
    return sorted((one for one in found if one.is_close), key=lambda one: (not one.is_open, -one.score))[:most]


def _candidates(report: Report) -> Q:
    """What is worth reading: near in the same field, or in the commune with a pair of syllables shared."""
    wanted = Q(pk__in=[])
    if report.latitude is not None and report.longitude is not None:
        near = Q()
        for first, end in ranges(box_around(report.latitude, report.longitude, NEAR_M)):
            near |= Q(quadkey__gte=first, quadkey__lt=end)
        wanted |= near & Q(category_id__in=_field(report.category_id))
    pairs = _neighbours(report.text)[:_MOST_PAIRS]
    if report.area_id is not None and pairs:
        shared = SearchQuery(" | ".join(pairs), config="simple", search_type="raw")
        wanted |= Q(area_id=report.area_id, words=shared)
    return wanted


def _neighbours(text: str) -> list[str]:
    """The pairs of neighbouring syllables of `text`, as the search column has them, each once."""
    singles = len(syllables(text))
    return list(dict.fromkeys(search_terms(text)[singles:]))


def _field(category_id: int) -> list[int]:
    """The category, its siblings, and what is above or below it."""
    categories = loading.current().categories
    own = categories[category_id]
    top = own.parent_id or own.id
    return [one.id for one in categories.values() if top in {one.id, one.parent_id}]


def _alike(report: Report, other: Report, *, at: datetime) -> Alike:
    return Alike(
        card=card(other, at=at),
        distance=_distance(report, other),
        age=max(timedelta(0), at - other.filed_at),
        likeness=similarity(report.text, other.text),
        is_open=State(other.state) in OPEN_STATES,
    )


def _distance(report: Report, other: Report) -> float | None:
    if report.latitude is None or report.longitude is None:
        return None
    if other.latitude is None or other.longitude is None:
        return None
    return distance_m(report.latitude, report.longitude, other.latitude, other.longitude)
