"""How often a subject may do something, counted in PostgreSQL so that all processes share the count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from ioc.kernel.errors import TooMany
from ioc.kernel.models import RateWindow

_HIT: Final = (
    "INSERT INTO kernel_ratewindow AS w (bucket, count, ends_at) VALUES {rows}"
    " ON CONFLICT (bucket) DO UPDATE SET count = w.count + 1 RETURNING bucket, count"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in any clock window of `seconds`."""

    name: str
    most: int
    seconds: int


def hit(subjects: Sequence[tuple[Limit, str]], *, at: datetime) -> None:
    """Count one more for each (limit, subject); one statement whatever their number.

    Call it outside a transaction: the count then does not make others wait.

    Raises:
        TooMany: a limit was passed; says after how many seconds its window ends.
    """
    wanted = {_bucket(limit, subject, at): limit for limit, subject in sorted(subjects, key=str) if subject}
    if not wanted:
        return
    values: list[str | int | datetime] = []
    for bucket, limit in wanted.items():
        values += [bucket, 1, _window_end(limit, at)]
    with connection.cursor() as cursor:
        cursor.execute(_HIT.format(rows=", ".join(["(%s, %s, %s)"] * len(wanted))), values)
        for bucket, count in cursor.fetchall():
            if count > wanted[bucket].most:
                raise TooMany(retry_after=int((_window_end(wanted[bucket], at) - at).total_seconds()) + 1)


def forget_old(*, at: datetime) -> int:
    """Drop windows that are over; how many."""
    return RateWindow.objects.filter(ends_at__lt=at).delete()[0]


def _window_end(limit: Limit, at: datetime) -> datetime:
    number = int(at.timestamp()) // limit.seconds
    return datetime.fromtimestamp((number + 1) * limit.seconds, tz=UTC)


def _bucket(limit: Limit, subject: str, at: datetime) -> str:
    return f"{limit.name}:{subject}:{int(at.timestamp()) // limit.seconds}"


MINUTE: Final = int(timedelta(minutes=1).total_seconds())
HOUR: Final = int(timedelta(hours=1).total_seconds())
DAY: Final = int(timedelta(days=1).total_seconds())
