"""Small drawn photos of matters, before and after: the same place, the matter there and then put right."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Final

from ioc.demo import open_matters, town_matters
from ioc.demo.props import Pen
from ioc.demo.scenes import CLOUD, DUSK, NIGHT, Light, Scene, backdrop, finished, scene

Painter = Callable[[Pen, Scene], None]

KINDS: Final[Mapping[str, tuple[bool, Light | None, Painter]]] = {
    "rubbish": (True, None, town_matters.rubbish),
    "rubbish-rural": (False, None, town_matters.rubbish),
    "rubble": (True, None, town_matters.rubble),
    "water": (False, CLOUD, open_matters.water),
    "smoke": (False, None, open_matters.smoke),
    "pothole": (True, None, town_matters.pothole),
    "pothole-rural": (False, None, town_matters.pothole),
    "manhole": (True, None, town_matters.manhole),
    "lamps": (True, NIGHT, town_matters.lamps),
    "pavement": (True, None, town_matters.pavement),
    "fallen-tree": (True, CLOUD, open_matters.fallen_tree),
    "dry-tree": (True, None, open_matters.dry_tree),
    "flood": (True, CLOUD, town_matters.flood),
    "signal": (True, None, open_matters.signal),
    "sign": (False, None, open_matters.sign),
    "traffic": (True, DUSK, open_matters.traffic),
    "parked": (True, None, open_matters.parked),
    "truck": (False, None, open_matters.truck),
    "rail": (False, None, open_matters.rail),
    "pole": (False, CLOUD, open_matters.pole),
    "cables": (True, None, town_matters.cables),
    "burst": (True, None, town_matters.burst),
    "stalls": (True, None, town_matters.stalls),
    "posters": (True, None, town_matters.posters),
    "building": (True, None, town_matters.building),
    "canal": (False, None, open_matters.canal),
    "slide": (False, CLOUD, open_matters.slide),
    "park": (True, None, town_matters.park),
    "plain": (True, None, town_matters.plain),
    "night": (True, NIGHT, town_matters.plain),
}
"""What can be drawn: whether in a town, in which light (none: by seed), by which painter."""


def draw(*, kind: str, seed: int, after: bool) -> bytes:
    """A JPEG of 1280 × 960 of a matter of `kind` (see `KINDS`); the same for the same arguments."""
    urban, light, painter = KINDS[kind]
    place = replace(scene(seed, urban=urban, light=light), mended=after)
    image, pen = backdrop(place)
    painter(pen, place)
    out = io.BytesIO()
    finished(image, place).save(out, "JPEG", quality=80)
    return out.getvalue()


def seed_of(*parts: object) -> int:
    """A seed that is the same everywhere for the same parts."""
    return Random("/".join(str(part) for part in parts)).getrandbits(30)  # noqa: S311 - a drawing
