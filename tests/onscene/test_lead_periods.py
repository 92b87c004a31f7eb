"""The periods of the leaders' page and what each is compared with."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.clock import PROVINCE_ZONE
from ioc.onscene.rules.periods import PeriodCode, period, weeks


def at(*parts):
    return datetime(*parts, tzinfo=PROVINCE_ZONE)


@pytest.mark.parametrize(
    ("code", "moment", "now", "before", "year_ago"),
    [
        ("month", at(2026, 4, 9, 15), (at(2026, 4, 1), at(2026, 4, 9, 15)), (at(2026, 3, 1), at(2026, 3, 9, 15)),
         (at(2025, 4, 1), at(2025, 4, 9, 15))),
        ("month", at(2026, 1, 31, 8), (at(2026, 1, 1), at(2026, 1, 31, 8)), (at(2025, 12, 1), at(2025, 12, 31, 8)),
         (at(2025, 1, 1), at(2025, 1, 31, 8))),
        ("month", at(2026, 3, 31, 8), (at(2026, 3, 1), at(2026, 3, 31, 8)), (at(2026, 2, 1), at(2026, 3, 1)),
         (at(2025, 3, 1), at(2025, 3, 31, 8))),
        ("quarter", at(2026, 5, 2), (at(2026, 4, 1), at(2026, 5, 2)), (at(2026, 1, 1), at(2026, 2, 1)),
         (at(2025, 4, 1), at(2025, 5, 2))),
        ("year", at(2024, 2, 29, 9), (at(2024, 1, 1), at(2024, 2, 29, 9)), (at(2023, 1, 1), at(2023, 3, 1, 9)),
         (at(2023, 1, 1), at(2023, 2, 28, 9))),
        ("days30", at(2026, 11, 24, 9), (at(2026, 10, 26), at(2026, 11, 24, 9)),
         (at(2026, 9, 26), at(2026, 10, 25, 9)), (at(2025, 10, 26), at(2025, 11, 24, 9))),
    ],
)  # fmt: skip
def test_each_period_is_compared_with_as_much_of_the_others(code, moment, now, before, year_ago):
    found = period(PeriodCode(code), at=moment)
    assert [(one.start, one.end) for one in found.windows] == [now, before, year_ago]


@given(st.sampled_from(PeriodCode), st.datetimes(datetime(2019, 1, 1), datetime(2035, 1, 1)))
def test_windows_never_overlap_and_never_run_backwards(code, moment):
    found = period(code, at=moment.replace(tzinfo=PROVINCE_ZONE))
    assert all(one.start <= one.end for one in found.windows)
    assert found.before.end <= found.now.start
    assert found.before.end - found.before.start <= found.now.end - found.now.start


def test_twelve_weeks_begin_on_a_monday():
    window = weeks(at=at(2026, 11, 24, 9))
    assert window.start == at(2026, 9, 7)
    assert window.start.weekday() == 0
    assert window.end - window.start < timedelta(weeks=12)
