"""Looking into what was filled in, for templates."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(values: Mapping[str, Any], name: str) -> Any:
    """The value under `name`; empty where there is none."""
    return values.get(name, "")


@register.filter
def holds(given: Any, key: str) -> bool:
    """Whether the answer is `key`, or has it among several."""
    return key in given if isinstance(given, list) else given == key
