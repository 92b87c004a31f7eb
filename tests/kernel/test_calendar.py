"""The working calendar: properties that hold for any calendar, and days that people can check by hand."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc.kernel.calendar import CalendarGap, Session, Unit, WorkingCalendar
from ioc.kernel.clock import PROVINCE_ZONE, local, local_date

MORNING, AFTERNOON = Session(time(7, 30), time(11, 30)), Session(time(13, 30), time(17))
WEEK = dict.fromkeys(range(5), (MORNING, AFTERNOON))
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PROVINCE_ZONE).astimezone(UTC)


days_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 10, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
units = st.sampled_from(Unit)
limits = st.integers(1, 60)
pauses = st.timedeltas(timedelta(0), timedelta(days=30))


@st.composite
def calendars(draw) -> WorkingCalendar:
    off = draw(st.frozensets(days_2026, max_size=20))
    on = draw(st.frozensets(days_2026, max_size=8)) - off
    return WorkingCalendar(week=WEEK, first=FIRST, last=LAST, days_off=off, days_on=on)


def open_until(calendar: WorkingCalendar, moment: datetime) -> bool:
    """Whether the offices are open just before `moment`: a due instant may be a closing."""
    wall = local(moment - timedelta(microseconds=1))
    return any(one.opens <= wall.time() < one.closes for one in calendar.sessions(wall.date()))


@settings(deadline=None)
@given(calendars(), moments, limits, units)
def test_nothing_falls_due_in_closed_time_or_before_its_start(calendar, start, limit, unit):
    due = calendar.add(start, limit, unit)
    assert due > start
    assert open_until(calendar, due)


@settings(deadline=None)
@given(calendars(), moments, limits, units)
def test_more_time_is_never_due_earlier(calendar, start, limit, unit):
    assert calendar.add(start, limit, unit) <= calendar.add(start, limit + 1, unit)


@settings(deadline=None)
@given(calendars(), moments, st.timedeltas(timedelta(0), timedelta(days=20)), limits, units)
def test_a_later_start_is_never_due_earlier(calendar, start, later, limit, unit):
    assert calendar.add(start, limit, unit) <= calendar.add(start + later, limit, unit)


@settings(deadline=None)
@given(calendars(), moments, limits)
def test_working_hours_count_open_time_only(calendar, start, limit):
    due = calendar.add(start, limit, Unit.WORKING_HOURS)
    assert calendar.worked(start, due) == timedelta(hours=limit)


@settings(deadline=None)
@given(
    calendars(),
    moments,
    limits,
    pauses,
    pauses,
)
def test_a_pause_gives_back_the_open_time_that_was_left(calendar, start, limit, before, pause):
    due = calendar.add(start, limit, Unit.WORKING_HOURS)
    paused, resumed = start + before, start + before + pause
    after = calendar.resume(due=due, paused_at=paused, resumed_at=resumed, unit=Unit.WORKING_HOURS)
    if due <= paused:
        assert after == due
    else:
        assert calendar.worked(resumed, after) == calendar.worked(paused, due)


@settings(deadline=None)
@given(
    calendars(),
    moments,
    limits,
    units,
    pauses,
    pauses,
)
def test_a_pause_never_shortens(calendar, start, limit, unit, before, pause):
    due = calendar.add(start, limit, unit)
    after = calendar.resume(due=due, paused_at=start + before, resumed_at=start + before + pause, unit=unit)
    assert after >= due


@settings(deadline=None)
@given(calendars(), moments, limits)
def test_working_days_count_working_days(calendar, start, limit):
    due_on = local_date(calendar.add(start, limit, Unit.WORKING_DAYS))
    first = local_date(start)
    between = (first + timedelta(days=n) for n in range(1, (due_on - first).days + 1))
    assert sum(calendar.is_working_day(day) for day in between) == limit


PLAIN = WorkingCalendar(
    week=WEEK, first=FIRST, last=LAST, days_off=frozenset({date(2026, 9, 2)}), days_on=frozenset({date(2026, 9, 5)})
)


@pytest.mark.parametrize(
    ("start", "limit", "unit", "due"),
    [
        ("2026-08-31T16:00", 2, Unit.WORKING_HOURS, "2026-09-01T08:30"),  # one hour today, one tomorrow
        ("2026-09-01T16:30", 1, Unit.WORKING_HOURS, "2026-09-03T08:00"),  # over the national day
        ("2026-09-04T16:30", 1, Unit.WORKING_HOURS, "2026-09-05T08:00"),  # Saturday works in lieu
        ("2026-08-29T10:00", 1, Unit.WORKING_HOURS, "2026-08-31T08:30"),  # begun on a Saturday
        ("2026-08-31T12:00", 1, Unit.WORKING_HOURS, "2026-08-31T14:30"),  # begun at noon
        ("2026-09-01T09:00", 1, Unit.WORKING_DAYS, "2026-09-03T17:00"),
        ("2026-09-01T09:00", 3, Unit.WORKING_DAYS, "2026-09-05T17:00"),
        ("2026-09-01T09:00", 1, Unit.CALENDAR_DAYS, "2026-09-03T17:00"),  # ends on a holiday: moves on
        ("2026-09-01T09:00", 5, Unit.CALENDAR_DAYS, "2026-09-07T17:00"),  # ends on a Sunday: moves on
        ("2026-09-01T09:00", 4, Unit.CALENDAR_DAYS, "2026-09-05T17:00"),
    ],
)
def test_days_that_can_be_checked_by_hand(start, limit, unit, due):
    assert PLAIN.add(at(start), limit, unit) == at(due)


@pytest.mark.parametrize("unit", Unit)
def test_a_count_beyond_the_calendar_says_so(unit):
    with pytest.raises(CalendarGap):
        PLAIN.add(at("2027-12-20T09:00"), 400, unit)
    with pytest.raises(CalendarGap):
        PLAIN.add(at("2025-12-20T09:00"), 1, unit)


def test_a_compensatory_saturday_has_mondays_hours():
    assert PLAIN.sessions(date(2026, 9, 5)) == (MORNING, AFTERNOON)
    assert PLAIN.sessions(date(2026, 9, 12)) == ()
    assert PLAIN.sessions(date(2026, 9, 2)) == ()
