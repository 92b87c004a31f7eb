"""What the address of a page asks for."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from ioc.kernel.clock import local_date, now
from ioc.kernel.errors import Invalid
from ioc.kernel.http import Request


def day_asked(request: Request, name: str = "day") -> date:
    """The day in the address, today when there is none that makes sense."""
    return day_or_none(request, name) or local_date(now())


def day_or_none(request: Request, name: str) -> date | None:
    """The day in the address, None when there is none that makes sense."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    # A day at the end of what a date can be has no neighbour to count to.
    return day if 1900 <= day.year < 3000 else None


def number_or_none(request: Request, name: str) -> int | None:
    """A whole number in the address, None when there is none that makes sense."""
    return whole_number(request.GET.get(name, ""))


def whole_number(text: str) -> int | None:
    """A whole number as typed, None when it is none that makes sense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def day_of(text: str) -> date:
    """A day as sent, today when it is none that makes sense."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return local_date(now())


def day_given(request: Request, name: str) -> date:
    """The day that a form sends.

    Raises:
        Invalid: it is none.
    """
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as error:
        raise Invalid(fields={name: _("Choose a day.")}) from error
