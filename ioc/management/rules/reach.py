"""By what each right reaches a matter: by its place and category, by the agency that has it, by both, or by nothing."""

from typing import Final

from ioc.kernel.rights import APPROVE, HANDLE, LEAD, MANAGE, MANAGE_PEOPLE, OPEN_IDENTITY, PUBLISH, TRIAGE

_BY_PLACE: Final = frozenset({TRIAGE, PUBLISH, OPEN_IDENTITY, LEAD})
_BY_AGENCY: Final = frozenset({HANDLE, APPROVE})
_BY_BOTH: Final = frozenset({MANAGE, MANAGE_PEOPLE})


def asks_for_area(right: str) -> bool:
    """Whether the area of its position, or of the position's agency, bounds the right."""
    return right in _BY_PLACE | _BY_BOTH


def asks_for_agency(right: str) -> bool:
    """Whether the agency of its position bounds the right."""
    return right in _BY_AGENCY | _BY_BOTH


def asks_for_matter(right: str) -> bool:
    """Whether the category, and an area that its position names, bound the right."""
    return right in _BY_PLACE | _BY_AGENCY
