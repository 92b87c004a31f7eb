"""What an upper room tells without knowing who listens: lower rooms subscribe as they start.

A subscriber runs at once, in the publisher's transaction: either both changes are kept or neither is.
"""

from collections.abc import Callable
from typing import Any, Final

Subscriber = Callable[..., None]
_subscribers: Final[dict[str, list[Subscriber]]] = {}


def subscribe(name: str, function: Subscriber) -> None:
    """Have `function` called with the facts of every event `name`; once, however often it is said."""
    known = _subscribers.setdefault(name, [])
    if function not in known:
        known.append(function)


def publish(name: str, **facts: Any) -> None:
    """Tell the subscribers of `name`, in the order of subscribing. What they raise goes to the publisher."""
    for function in _subscribers.get(name, ()):
        function(**facts)
