"""Somebody is away and has a deputy, somebody was invited and has not come yet."""

from datetime import datetime, timedelta

from ioc.demo.setup import Province
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import local_date
from ioc.management.actions.absences import enter_leave
from ioc.management.actions.people_adding import add_person


def come_and_go(made: Province, *, at: datetime) -> None:
    """Enter a leave at the power company, and invite a new officer to a ward."""
    today = local_date(at)
    enter_leave(
        person_id=made.people["lanhdao.dienluc"].pk,
        deputy_id=made.people["canbo.dienluc"].pk,
        first_day=today - timedelta(days=1),
        last_day=today + timedelta(days=4),
        note="Nghỉ phép năm",
        actor=SYSTEM,
        at=at,
    )
    add_person(
        fields={
            "full_name": "Nguyễn Thị Thanh Mai",
            "email": "ntmai@ngoquyen.example.vn",
            "organization": made.organizations["ubnd-07207"],
            "role": made.roles["officer"],
            "title": "Công chức địa chính - đô thị",
        },
        actor=SYSTEM,
        at=at,
    )
