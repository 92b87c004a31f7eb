"""The operating team's roster: this week and the next, round the clock, and a note left by the shift before."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from ioc.demo.setup import Province
from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date
from ioc.management.actions.duty import hand_over
from ioc.management.actions.rostering import save_template, save_week
from ioc.management.queries import people
from ioc.management.queries.roster import DAYS, monday_of, roster

TEAM: Final = "to-van-hanh"
LEAD: Final = "truongca"
SINCE: Final = date(2023, 3, 1)
NOTE: Final = (
    "Đã gọi Điện lực TP lúc 13:40 về đường dây trũng ở Trần Nguyên Hãn, hẹn tới trước 15:00, chưa thấy thì gọi lại.\n"
    "Hai phản ánh ngập ở Hùng Vương là một việc, đã gộp.\n"
    "Chưa liên lạc được UBND xã Tân Mỹ (bận máy từ 11:00)."
)
_SHIFTS: Final = (("Sáng", time(6), time(14), 2), ("Chiều", time(14), time(22), 2), ("Đêm", time(22), time(6), 1))


def plan_shifts(made: Province) -> None:
    """Three shifts a day; each person goes on from one to the next with a day off between."""
    team = made.organizations[TEAM]
    shifts = [
        made.save(
            "shift", organization=team, name=name, weekdays=list(range(DAYS)), starts=starts, ends=ends, needed=needed,
            position=number, valid_from=SINCE,
        )
        for number, (name, starts, ends, needed) in enumerate(_SHIFTS)
    ]  # fmt: skip
    lead = people.actor_for(made.people[LEAD].id, day=local_date(made.at))
    monday = monday_of(local_date(made.at))
    for week in (0, 1):
        _plan_week(made, team, shifts, lead, monday + timedelta(days=DAYS * week))
    save_template(team_id=team.id, day=monday, name="Tuần thường", actor=lead, at=made.at)
    writer = people.actor_for(made.people["truc1"].id, day=local_date(made.at))
    hand_over(text=NOTE, actor=writer, at=_at_two(made.at))


def _plan_week(made: Province, team: Any, shifts: list[Any], lead: Actor, monday: date) -> None:
    empty = roster(team_id=team.id, day=monday, actor=lead)
    cells = {
        (line.person_id, monday + timedelta(days=day)): _turn(shifts, number, day)
        for number, line in enumerate(empty.lines)
        for day in range(DAYS)
    }
    save_week(team_id=team.id, day=monday, cells=cells, version=empty.version, actor=lead, at=made.at)


def _turn(shifts: list[Any], person: int, day: int) -> list[int]:
    """Two mornings, two afternoons, a night, two days off: each person a day and a half behind the one before."""
    step = (day + person * 3) % DAYS
    pattern = (0, 0, 1, 1, 2, None, None)
    wanted = pattern[step]
    return [] if wanted is None else [shifts[wanted].id]


def _at_two(at: datetime) -> datetime:
    """An hour before the demonstration begins."""
    return at - timedelta(hours=1)
