"""The one place that reads the clock; everything else is told the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PROVINCE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(tz=UTC)


def local(moment: datetime) -> datetime:
    """`moment` on the province's wall clock."""
    return moment.astimezone(PROVINCE_ZONE)


def local_date(moment: datetime) -> date:
    """The calendar day in the province at `moment`."""
    return local(moment).date()
