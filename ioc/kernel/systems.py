"""Which pages for officials belong to which system: rooms say so as they start (`management.middleware.rollout`)."""

from typing import Final

_pages: Final[dict[str, str]] = {}


def add_pages(*, under: str, system: str) -> None:
    """Say that the pages below the address `under` ("/officer/") belong to `system`."""
    _pages[under] = system


def system_of(path: str) -> str | None:
    """The system whose page is at `path`; None for pages that belong to none."""
    return next((system for under, system in _pages.items() if path.startswith(under)), None)
