"""What Open311 GeoReport v2 asks of the values in a request: instants, spans, answers.

Specification: https://wiki.open311.org/GeoReport_v2/
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Final

from django.utils.translation import gettext as _

from ioc.kernel.clock import PROVINCE_ZONE
from ioc.kernel.errors import Invalid
from ioc.kernel.limits import MINUTE, Limit

OPEN: Final = "open"
CLOSED: Final = "closed"
LONGEST_SPAN: Final = timedelta(days=90)
LONGEST_LINK: Final = 1000
BY_PROGRAM: Final = Limit("open311-key-minute", 600, MINUTE)
_LINK: Final = re.compile(r"https?://[^\s<>\"]+")


def instant(name: str, value: str) -> datetime | None:
    """The instant in a parameter (W3C note on dates); None when it is empty. Without a zone: the province's.

    A plus sign that an address turned into a blank is read as a plus sign.

    Raises:
        Invalid: it is no date.
    """
    if not value:
        return None
    try:
        found = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", value.strip()))
    except ValueError as error:
        what = _("%(name)s is not a date such as 2026-01-31T08:00:00+07:00.") % {"name": name}
        raise Invalid(fields={name: what}) from error
    return found if found.tzinfo else found.replace(tzinfo=PROVINCE_ZONE)


def span(*, start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when requests are looked for: at most 90 days, the last 90 when nothing is given.

    Raises:
        Invalid: the two are more than 90 days apart, or the wrong way round.
    """
    if start is None:
        last = end or now
        return last - LONGEST_SPAN, last
    last = end or start + LONGEST_SPAN
    if last < start:
        raise Invalid(fields={"end_date": _("end_date lies before start_date.")})
    if last - start > LONGEST_SPAN:
        raise Invalid(fields={"end_date": _("start_date and end_date may be 90 days apart at most.")})
    return start, last


def number(name: str, value: str) -> float | None:
    """The number in a parameter; None when it is empty.

    Raises:
        Invalid: it is none.
    """
    if not value:
        return None
    try:
        found = float(value)
    except ValueError:
        found = float("nan")
    if not isfinite(found):
        raise Invalid(fields={name: _("%(name)s is not a number.") % {"name": name}})
    return found


def answer(*, code: str, datatype: str, values: Sequence[str]) -> str | list[str]:
    """The answer to a question of a category as it is kept: a list for `multivaluelist`, else the last value.

    Raises:
        Invalid: it has the wrong form for `datatype`.
    """
    if datatype == "multivaluelist":
        return [value for value in values if value]
    given = values[-1].strip()
    if datatype == "number":
        number(f"attribute[{code}]", given)
    if datatype == "datetime" and given:
        instant(f"attribute[{code}]", given)
    return given


def link(value: str) -> str:
    """A link to a picture elsewhere, kept as text and never followed.

    Raises:
        Invalid: it is no web address.
    """
    if value and (len(value) > LONGEST_LINK or not _LINK.fullmatch(value)):
        raise Invalid(fields={"media_url": _("media_url is not a web address.")})
    return value
