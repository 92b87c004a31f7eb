"""A stored photo, video or document on its way into a report."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Media:
    """A stored photo or video as it goes into a report; time and place from its metadata, if it had any."""

    sha256: str
    kind: str = "photo"
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
