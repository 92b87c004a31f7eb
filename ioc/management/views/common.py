"""What the address of a page asks for."""

from datetime import date

from ioc.kernel.clock import local_date, now
from ioc.kernel.http import Request


def day_asked(request: Request, name: str = "day") -> date:
    """The day in the address, today when there is none that makes sense."""
    return day_or_none(request, name) or local_date(now())


def day_or_none(request: Request, name: str) -> date | None:
    """The day in the address, None when there is none that makes sense."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def page_asked(request: Request) -> int:
    """The page number in the address, 1 when there is none that makes sense."""
    return number_or_none(request, "page") or 1


def number_or_none(request: Request, name: str) -> int | None:
    """A whole number in the address, None when there is none that makes sense."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
