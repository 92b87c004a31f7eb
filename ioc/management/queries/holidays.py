"""A year's public holidays as a proposal: from the law as the `holidays` package knows it, or from another year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import holidays
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.rights import MANAGE
from ioc.management.models import CalendarDay, CalendarDayKind

_SWAP: Final = "thay cho ngày "
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100


@dataclass(frozen=True, slots=True)
class Proposed:
    """A day that might be taken into the calendar; `clash` says what is against it, `known` that it is there so."""

    day: date
    kind: str
    name: str
    known: bool
    clash: str | Promise


def proposal(*, year: int, source: str, actor: Actor) -> list[Proposed]:
    """The days for `year` from the law ("law") or copied from the year before ("copy"), each held against what the
    calendar has; two statements.

    Copied days keep day and month: those of the lunar calendar and moved days have to be looked at, and say so.

    Raises:
        Forbidden: the actor may not manage.
    """
    actor.require(MANAGE)
    known = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    if source == "copy":
        days = _copied(year)
    else:
        days = {day: (kind, name, "") for day, (kind, name) in special_days(year).items()}
    return [_held(day, kind, name, known.get(day), doubt) for day, (kind, name, doubt) in sorted(days.items())]


def _held(day: date, kind: str, name: str, has: CalendarDay | None, doubt: str | Promise) -> Proposed:
    if has is None:
        return Proposed(day, kind, name, known=False, clash=doubt)
    if has.kind == kind:
        return Proposed(day, kind, name, known=True, clash="")
    clash = _("the calendar has it as: %(kind)s, %(name)s") % {"kind": has.get_kind_display(), "name": has.name}
    return Proposed(day, kind, name, known=True, clash=clash)


@lru_cache(maxsize=32)
def special_days(year: int) -> Mapping[date, tuple[str, str]]:
    """Day → kind and name: the public holidays of Viet Nam in `year`, and the working days moved for them.

    Labour Code 45/2019/QH14 Art. 112; the Prime Minister decides each year which days are moved, and the package
    knows it once that is published. It names the Saturday for which a day off is worked.
    """
    found: dict[date, tuple[str, str]] = {}
    for day, name in holidays.country_holidays("VN", years=year, language="vi").items():
        moved = _SWAP in name
        found[day] = (CalendarDayKind.DAY_OFF if moved else CalendarDayKind.HOLIDAY, name)
        if moved:
            text = name.split(_SWAP)[1].rstrip(")")
            worked = date(*reversed([int(part) for part in text.split("/")]))
            found[worked] = (CalendarDayKind.COMPENSATORY, f"Làm bù ngày {day:%d/%m/%Y}")
    return dict(sorted(found.items()))


def _copied(year: int) -> Mapping[date, tuple[str, str, str | Promise]]:
    return {day: (kind, name, doubt) for day, kind, name, doubt in _copies(year)}


def _copies(year: int) -> Iterator[tuple[date, str, str, str | Promise]]:
    fixed = {(1, 1), (4, 30), (5, 1), (9, 2)}
    for row in CalendarDay.objects.filter(day__year=year - 1).order_by("day"):
        try:
            day = row.day.replace(year=year)
        except ValueError:  # 29 February
            continue
        sure = (day.month, day.day) in fixed and row.kind == CalendarDayKind.HOLIDAY
        yield day, row.kind, row.name, "" if sure else _("moves from year to year: check the day")
