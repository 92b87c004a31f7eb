"""Whether what goes to another machine is encrypted on its way."""

from typing import Final
from urllib.parse import urlsplit

_HERE: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})


class OpenWay(OSError):
    """Anybody on the way could read what is sent, so nothing was: to those who call, nobody was reached."""


def is_here(host: str) -> bool:
    """Whether the host is this machine; a folder is where a socket of this machine lies."""
    return host in _HERE or host.startswith("/")


def require_sealed(address: str) -> None:
    """Make sure that what is sent to a web address is encrypted, or stays on this machine.

    Raises:
        OpenWay: neither is so.
        ValueError: the address is none.
    """
    asked = urlsplit(address)
    if asked.scheme != "https" and not is_here(asked.hostname or ""):
        raise OpenWay(f"{asked.scheme}://{asked.hostname} is not encrypted; https is needed to another machine")
