"""From where somebody acts: set for the time of a request, read by what writes the audit log.

Kept beside the actor and not in it: the actor says who may do what, and most rules never ask from where.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

_BROWSER_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """A network address, a browser as it names itself, and a fingerprint of the session (empty: not known)."""

    address: str = ""
    browser: str = ""
    session: str = ""


NOWHERE: Final = Origin()
_current: Final[ContextVar[Callable[[], Origin]]] = ContextVar("ioc.origin")


def current() -> Origin:
    """Where the present work comes from; `NOWHERE` for jobs and commands."""
    ask = _current.get(None)
    return ask() if ask is not None else NOWHERE


@contextmanager
def coming_from(ask: Callable[[], Origin]) -> Iterator[None]:
    """Within the block, `current()` gives what `ask` says: asked late, as signing in changes the session."""
    token = _current.set(ask)
    try:
        yield
    finally:
        _current.reset(token)


def origin_of(*, address: str, browser: str, session_key: str) -> Origin:
    """The origin of a request. The session's key is a secret, so only a fingerprint of it is kept."""
    session = hashlib.sha256(session_key.encode()).hexdigest()[:12] if session_key else ""
    return Origin(address=address[:45], browser=browser[:_BROWSER_LENGTH], session=session)
