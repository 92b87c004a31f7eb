"""What a browser says of itself, as people say it: "Chrome on Windows"."""

from dataclasses import dataclass
from typing import Final

# The order matters: most browsers name others too.
_BROWSERS: Final = (
    ("Edg/", "Edge"), ("coc_coc_browser", "Cốc Cốc"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_PHONES: Final = frozenset({"iPhone", "Android"})


@dataclass(frozen=True, slots=True)
class Device:
    """A browser and what it runs on; empty where it does not say."""

    browser: str
    system: str

    @property
    def is_phone(self) -> bool:
        """Whether it is held in the hand."""
        return self.system in _PHONES

    @property
    def name(self) -> str:
        """The browser and the system in one line; empty when neither is known."""
        return " · ".join(part for part in (self.browser, self.system) if part)


def device(agent: str) -> Device:
    """What the User-Agent header `agent` says."""
    return Device(_first(_BROWSERS, agent), _first(_SYSTEMS, agent))


def _first(marks: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in marks if mark in agent), "")
