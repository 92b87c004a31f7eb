"""Reading the invented matters and deciding when each was reported and how far it went.

A telling is `[commune, place words, text, way, language or "", kind or "", urgency]`; what is left out is as the
matter says. Ways: empty (goes on as far as its age lets it), `joined` (to the matter's earlier telling at that
place), `overdue`, `extended`, `returned`, `refused:<reason>`, `guided:<kind>`, `asked:<question>`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, Final

import yaml

from ioc.kernel.clock import PROVINCE_ZONE, local_date

SPAN_DAYS: Final = 60
STORM_DAYS_AGO: Final = 19
_ENGLISH: Final = "en"
_KINDS: Final = frozenset({"suggestion", "petition"})
_SEED: Final = 24
_OLDER: Final = 150

_NOT_YET: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Telling:
    """One report to be filed. `place` is the commune's short name (unique among those used)."""

    number: int
    matter: int
    category: str
    commune: str
    place: str
    text: str
    kind: str
    urgency: str
    language: str
    way: str
    detail: str
    outcome: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    filed_at: datetime = _NOT_YET
    joins: int | None = None


@cache
def _matters() -> tuple[dict[str, Any], ...]:
    folder = files("ioc.demo.stories")
    found: list[dict[str, Any]] = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            found += yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(found)


def tellings(now: datetime) -> list[Telling]:
    """All reports, oldest first, filed at moments within the sixty days before `now`: always the same ones."""
    plain = list(_plain())
    random = Random(_SEED)  # noqa: S311 - believable, repeatable moments
    moments = _moments(now, random)
    dated: list[Telling] = []
    for matter, row in enumerate(_matters()):
        own = [telling for telling in plain if telling.matter == matter]
        dated += _dated(own, row, now=now, moments=moments, random=random)
    return sorted(dated, key=lambda telling: telling.filed_at)


def _plain() -> Iterator[Telling]:
    number = 0
    for matter, row in enumerate(_matters()):
        outcomes = row["done"] if isinstance(row["done"], list) else [row["done"]]
        for turn, cells in enumerate(row["tell"]):
            yield _telling(number, matter, row, cells, outcomes[turn % len(outcomes)])
            number += 1


def _telling(number: int, matter: int, row: Mapping[str, Any], cells: list[str], outcome: str) -> Telling:
    commune, place, text, *rest = cells
    way, _, detail = rest[0].partition(":") if rest else ("", "", "")
    extra = set(rest[1:])
    kind = next(iter(extra & _KINDS), row.get("kind", "on_scene"))
    return Telling(
        number=number,
        matter=matter,
        category=row["cat"],
        commune=commune,
        place=place,
        text=text,
        kind=kind,
        urgency="urgent" if "urgent" in extra else row.get("urgency", "normal"),
        language=_ENGLISH if _ENGLISH in extra else "vi",
        way=way,
        detail=detail,
        outcome=outcome.replace("{at}", place or f"địa bàn {commune}"),
        answers=row.get("answers", {}),
    )


def _dated(
    own: list[Telling], row: Mapping[str, Any], *, now: datetime, moments: list[datetime], random: Random
) -> list[Telling]:
    """The matter's tellings with their moments: hot spots weeks apart, joined ones hours after, a storm at once."""
    found: list[Telling] = []
    for turn, telling in enumerate(own):
        if row.get("storm"):
            at = _storm_moment(now, random)
        elif telling.way == "overdue":
            at = _at(local_date(now) - timedelta(days=random.randint(16, 24)), random)
        elif telling.way in {"refused", "guided", "extended", "returned"}:
            at = _at(local_date(now) - timedelta(days=random.randint(12, 50)), random)
        elif row.get("recent"):
            at = now - timedelta(hours=random.randint(3, 100))
        elif row.get("hot"):
            at = _at(local_date(now) - timedelta(days=max(9, 54 - 19 * turn)), random)
        else:
            at = moments.pop()
        joins = _same_matter(telling, found)
        if joins is not None:
            at = min(joins.filed_at + timedelta(minutes=random.randint(9, 55)), now - timedelta(minutes=5))
        found.append(_placed(telling, at, joins))
    return found


def _same_matter(telling: Telling, earlier: list[Telling]) -> Telling | None:
    """The telling that a joined one belongs to: the latest before it in its commune."""
    if telling.way != "joined":
        return None
    near = [one for one in earlier if one.commune == telling.commune and one.way != "joined"]
    return near[-1]


def _placed(telling: Telling, at: datetime, joins: Telling | None) -> Telling:
    values = {name: getattr(telling, name) for name in Telling.__slots__}
    return Telling(**values | {"filed_at": at, "joins": joins.number if joins else None})


def _moments(now: datetime, random: Random) -> list[datetime]:
    """More moments than tellings: the last days thick enough that every state of the way is on the desk."""
    today = local_date(now)
    recent = [_at(today - timedelta(days=day), random) for day in range(1, 6) for _ in range(17)]
    fresh = [now - timedelta(minutes=random.randint(4, 110)) for _ in range(14)]
    older = [_at(today - timedelta(days=random.randint(6, SPAN_DAYS)), random) for _ in range(400)]
    moments = fresh + recent + older[:_OLDER]
    random.shuffle(moments)
    return older[_OLDER:] + moments


def _at(day: date, random: Random) -> datetime:
    """A moment of `day`: four in five in office hours, fewer on Sundays' mornings and late evenings."""
    hour = random.choices(range(6, 23), weights=[3, 7, 9, 9, 8, 5, 3, 5, 9, 9, 8, 6, 4, 4, 3, 2, 1])[0]
    wall = datetime.combine(day, time(hour, random.randint(0, 59)), tzinfo=PROVINCE_ZONE)
    return wall.astimezone(PROVINCE_ZONE)


def _storm_moment(now: datetime, random: Random) -> datetime:
    day = local_date(now) - timedelta(days=STORM_DAYS_AGO)
    return datetime.combine(day, time(19, 25), tzinfo=PROVINCE_ZONE) + timedelta(minutes=random.randint(0, 150))
