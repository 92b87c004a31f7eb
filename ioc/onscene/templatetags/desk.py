"""The lines of the queue."""

from functools import lru_cache
from typing import Final

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ioc.kernel.clock import now
from ioc.onscene.queries.desk import Row

register = template.Library()

_KEPT: Final = 4096
_MINUTE: Final = 60


@register.simple_tag
def queue_row(row: Row, keep: str) -> SafeString:
    """A line of the queue; `keep` is the address's part that names the place in the queue."""
    return _rendered(row, keep, get_language() or "", int(now().timestamp()) // _MINUTE)


@lru_cache(maxsize=_KEPT)
def _rendered(row: Row, keep: str, _language: str, _minute: int) -> SafeString:
    """The line as HTML, made once a minute.

    Each change renews the lists of everybody at a desk at once, and nearly all lines of them are the same. What a
    line says changes with its row, or with the minutes that it counts.
    """
    return render_to_string("onscene/desk/row.html", {"row": row, "keep": keep})
