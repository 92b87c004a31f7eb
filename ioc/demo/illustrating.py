"""The drawn photos of the invented reports, kept as the product keeps photos."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ioc.demo.pictures import draw, seed_of
from ioc.demo.stories_reader import Telling
from ioc.kernel.media.storage import keep_photo
from ioc.onscene.actions import Media

VARIANTS: Final = 3  # scenes a kind of picture: enough that a list does not repeat itself at a glance

SHOWN_AS: Final[Mapping[str, str]] = {
    "waste-uncollected": "rubbish",
    "waste-construction": "rubble",
    "water-pollution": "water",
    "air-smell": "smoke",
    "dead-animals": "canal",
    "road-surface": "pothole",
    "manhole": "manhole",
    "street-light": "lamps",
    "pavement": "pavement",
    "trees": "dry-tree",
    "flooding": "flood",
    "public-space": "park",
    "traffic-light": "signal",
    "traffic-sign": "sign",
    "congestion": "traffic",
    "parking": "parked",
    "overloaded-trucks": "truck",
    "bridge": "rail",
    "power-line": "pole",
    "clean-water": "burst",
    "telecom-cable": "cables",
    "pavement-taken": "stalls",
    "advertising": "posters",
    "illegal-building": "building",
    "building-safety": "building",
    "fire-safety": "plain",
    "food-safety": "stalls",
    "school-facilities": "park",
    "irrigation": "canal",
    "forest": "smoke",
    "land-use": "rubble",
    "mining": "truck",
    "market": "stalls",
    "heritage": "plain",
    "landslide": "slide",
    "fallen-tree": "fallen-tree",
}
"""Category → picture; categories without one are told in words."""
_RURAL: Final[Mapping[str, str]] = {"rubbish": "rubbish-rural", "pothole": "pothole-rural"}
_TOLD_IN_WORDS: Final = frozenset({"suggestion", "petition"})
_TOWN_WORDS: Final = ("đường", "phố", "ngõ", "chợ", "công viên", "quảng trường", "khu đô thị")


class Album:
    """Draws each picture once."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        self._kept: dict[tuple[str, int, bool], str] = {}

    def before(self, telling: Telling) -> tuple[Media, ...]:
        """The picture that the reporter took: none where the category has none, and from some who sent none."""
        if telling.number % 9 == 4 or not telling.place or telling.kind in _TOLD_IN_WORDS:
            return ()
        return self._media(telling, after=False, taken_at=telling.filed_at)

    def after(self, telling: Telling, *, at: datetime) -> tuple[Media, ...]:
        """The picture that the agency took of the same place."""
        return self._media(telling, after=True, taken_at=at)

    def _media(self, telling: Telling, *, after: bool, taken_at: datetime) -> tuple[Media, ...]:
        kind = SHOWN_AS.get(telling.category)
        if kind is None or telling.answers.get("water-problem", "leak") != "leak":
            return ()
        if not any(word in telling.place for word in _TOWN_WORDS):
            kind = _RURAL.get(kind, kind)
        key = (kind, seed_of(telling.commune, telling.place) % VARIANTS, after)
        if key not in self._kept:
            picture = draw(kind=kind, seed=seed_of(*key[:2]), after=after)
            self._kept[key] = keep_photo(picture, self._at).file.sha256
        return (Media(sha256=self._kept[key], taken_at=taken_at),)
