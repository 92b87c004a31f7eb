"""Whose a waiting report would be if the queue were shared evenly among those on duty: a suggestion, no lock."""

from collections.abc import Mapping, Sequence

from ioc.management.queries.duty import TeamNow
from ioc.management.rules.shifts import share_of
from ioc.onscene.queries.desk.rows import Row


def shares(rows: Sequence[Row], team: TeamNow | None) -> Mapping[str, str]:
    """Row id → the short name of whose it would be; empty for reports that somebody has, and unless several are on
    duty. No statement."""
    names = list({one.person_id: one.name.rsplit(" ", 1)[-1] for one in team.people}.values()) if team else []
    if len(names) < 2:
        names = []
    return {row.id: "" if row.note else share_of(_number(row.code), names) or "" for row in rows}


def _number(code: str) -> int:
    """The running number at the end of a code."""
    digits = code.rsplit("-", 1)[-1]
    return int(digits) if digits.isdecimal() else 0
