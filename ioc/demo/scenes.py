"""The place in a drawn picture: sky, what stands at the back, ground and road. Before and after share it."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageOps

WIDTH: Final = 1280
HEIGHT: Final = 960
_GRAIN: Final = Image.effect_noise((WIDTH, HEIGHT), 16).convert("RGB")
_VIEW: Final = (120, 170, 1160, 950)  # what the picture shows of the drawn scene

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of a time of day."""

    sky: Colour
    low: Colour
    shade: float

    def on(self, colour: Colour) -> Colour:
        """`colour` as this light shows it."""
        red, green, blue = colour
        return (int(red * self.shade), int(green * self.shade), min(255, int(blue * (self.shade + 0.03))))


DAY: Final = Light((126, 176, 220), (226, 236, 240), 1.0)
MORNING: Final = Light((150, 184, 214), (246, 226, 200), 0.96)
CLOUD: Final = Light((168, 176, 184), (214, 218, 218), 0.86)
DUSK: Final = Light((70, 84, 122), (214, 150, 116), 0.62)
NIGHT: Final = Light((16, 24, 48), (48, 56, 86), 0.36)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where things are: the horizon and the vanishing point, in pixels, how the place is built up, and whether
    the matter is put right."""

    seed: int
    light: Light
    horizon: int
    vanish: int
    urban: bool
    mended: bool = False

    def random(self, part: str) -> Random:
        """The same numbers for the same part of the scene, before and after."""
        return Random(f"{self.seed}/{part}")  # noqa: S311 - a drawing

    def at(self, depth: float, side: float) -> Point:
        """A place on the ground: `depth` 0 near to 1 at the horizon, `side` -1 left to 1 right of the road."""
        near = 1 - depth
        y = self.horizon + (HEIGHT - self.horizon) * near
        return (self.vanish + side * WIDTH * 0.31 * near + (WIDTH / 2 - self.vanish) * near, y)


def scene(seed: int, *, urban: bool, light: Light | None = None) -> Scene:
    """A scene that is always the same for `seed`."""
    random = Random(seed)  # noqa: S311 - a drawing
    return Scene(
        seed=seed,
        light=light or random.choice([DAY, DAY, MORNING, CLOUD]),
        horizon=random.randint(350, 430),
        vanish=random.randint(500, 780),
        urban=urban,
    )


def backdrop(place: Scene) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """The scene without its matter, and a pen to draw on it."""
    image = _sky(place)
    pen = ImageDraw.Draw(image, "RGBA")
    (_town if place.urban else _hills)(pen, place)
    _ground(pen, place)
    _road(pen, place)
    return image, pen


def finished(image: Image.Image, place: Scene) -> Image.Image:
    """What a phone would have taken: the middle of the scene, a little soft, with grain."""
    seen = image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=_VIEW)
    if place.random("side of the street").random() < 0.5:
        seen = ImageOps.mirror(seen)
    return ImageChops.soft_light(seen, _GRAIN)


def shaded(colour: Colour, by: float) -> Colour:
    """`colour` lighter (above 1) or darker."""
    red, green, blue = (max(0, min(255, int(part * by))) for part in colour)
    return (red, green, blue)


def blob(pen: ImageDraw.ImageDraw, at: Point, size: Point, colour: Sequence[int], random: Random) -> None:
    """An uneven round shape, such as a bush, a heap or a cloud of smoke."""
    (x, y), (wide, high) = at, size
    for _ in range(7):
        dx, dy = random.uniform(-wide, wide) * 0.55, random.uniform(-high, high) * 0.45
        part = random.uniform(0.45, 0.8)
        box = (x + dx - wide * part, y + dy - high * part, x + dx + wide * part, y + dy + high * part)
        pen.ellipse(box, fill=tuple(colour))


def _sky(place: Scene) -> Image.Image:
    fade = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    top = Image.new("RGB", (WIDTH, HEIGHT), place.light.sky)
    low = Image.new("RGB", (WIDTH, HEIGHT), place.light.low)
    image = Image.composite(low, top, fade.point(lambda value: min(255, value * 2)))
    pen, random = ImageDraw.Draw(image, "RGBA"), place.random("clouds")
    for _ in range(random.randint(1, 4)):
        at = (random.randint(0, WIDTH), random.randint(30, place.horizon - 130))
        white = (255, 255, 255, int(46 * max(0.0, place.light.shade - 0.3)))
        blob(pen, at, (random.randint(60, 150), random.randint(10, 26)), white, random)
    return image


def _hills(pen: ImageDraw.ImageDraw, place: Scene) -> None:
    random = place.random("hills")
    for layer, tone in enumerate((1.25, 1.05, 0.85)):
        base, steps = place.horizon - 70 + layer * 34, 9
        ridge = [(WIDTH * n / steps, base - random.randint(0, 80 - layer * 20)) for n in range(steps + 1)]
        colour = place.light.on(shaded((104, 142, 118), tone))
        pen.polygon([(0, HEIGHT), *ridge, (WIDTH, HEIGHT)], fill=colour)
    for _ in range(9):
        x = random.randint(0, WIDTH)
        tree(pen, (x, place.horizon + random.randint(0, 26)), random.uniform(0.35, 0.7), place)


def _town(pen: ImageDraw.ImageDraw, place: Scene) -> None:
    random = place.random("town")
    x = -30
    walls: list[Colour] = [(222, 206, 178), (198, 214, 218), (232, 224, 206), (214, 184, 160), (188, 200, 180)]
    while x < WIDTH:
        wide, high = random.randint(80, 150), random.randint(130, 310)
        if abs(x + wide / 2 - place.vanish) < 120:
            high //= 3
        _house(pen, place, (x, place.horizon + 24 - high, x + wide, place.horizon + 24), random.choice(walls))
        x += wide + random.choice([0, 0, 6, 26])
    for side in (-1.25, 1.2):
        for depth in (0.35, 0.6, 0.78):
            tree(pen, place.at(depth, side), 1.5 * (1 - depth), place)


def _house(pen: ImageDraw.ImageDraw, place: Scene, box: tuple[float, float, float, float], wall: Colour) -> None:
    random, (left, top, right, foot) = place.random(f"house{box[0]}"), box
    pen.rectangle(box, fill=place.light.on(wall))
    pen.rectangle((left, top, right, top + 12), fill=place.light.on(shaded(wall, 0.75)))
    lit = place.light.shade < 0.7
    for y in range(int(top) + 30, int(foot) - 60, 52):
        for x in range(int(left) + 14, int(right) - 26, 38):
            shines = lit and random.random() < 0.35
            pane: Colour = (250, 214, 140) if shines else place.light.on((98, 118, 134))
            pen.rectangle((x, y, x + 22, y + 30), fill=pane)
    pen.rectangle((left + 10, foot - 44, right - 10, foot), fill=place.light.on(shaded(wall, 0.55)))
    if random.random() < 0.5:
        awning = random.choice([(178, 62, 54), (52, 104, 150), (60, 128, 90)])
        pen.polygon(
            [(left + 4, foot - 50), (right - 4, foot - 50), (right + 6, foot - 34), (left - 6, foot - 34)],
            fill=place.light.on(awning),
        )


def _ground(pen: ImageDraw.ImageDraw, place: Scene) -> None:
    colour: Colour = (176, 168, 156) if place.urban else (142, 158, 96)
    pen.rectangle((0, place.horizon + 22, WIDTH, HEIGHT), fill=place.light.on(colour))
    random = place.random("ground")
    for _ in range(160):
        depth, side = random.random() ** 1.6, random.uniform(-2.6, 2.6)
        x, y = place.at(depth, side)
        if y > place.horizon + 26:
            mark = place.light.on(shaded(colour, random.uniform(0.82, 1.12)))
            size = 34 * (1 - depth)
            pen.ellipse((x - size, y - size / 5, x + size, y + size / 5), fill=mark)


def _road(pen: ImageDraw.ImageDraw, place: Scene) -> None:
    far = 0.95
    edge = [place.at(0, -1.12), place.at(far, -1.12), place.at(far, 1.12), place.at(0, 1.12)]
    pen.polygon(edge, fill=place.light.on((204, 200, 192) if place.urban else (168, 146, 110)))
    body = [place.at(0, -1), place.at(far, -1), place.at(far, 1), place.at(0, 1)]
    pen.polygon(body, fill=place.light.on((104, 106, 108) if place.urban else (150, 146, 140)))
    random = place.random("asphalt")
    for _ in range(130):
        depth, side = random.random() ** 1.5 * 0.9, random.uniform(-0.95, 0.95)
        x, y = place.at(depth, side)
        tone = place.light.on(shaded((112, 113, 114), random.uniform(0.86, 1.1)))
        size = 26 * (1 - depth)
        pen.ellipse((x - size, y - size / 6, x + size, y + size / 6), fill=(*tone, 120))
    for n in range(6):
        near, end = 0.14 * n, 0.14 * n + 0.07
        dash = [place.at(near, -0.02), place.at(end, -0.02), place.at(end, 0.02), place.at(near, 0.02)]
        pen.polygon(dash, fill=place.light.on((232, 230, 220)))


def tree(pen: ImageDraw.ImageDraw, foot: Point, scale: float, place: Scene) -> None:
    """A round-crowned tree on its foot; scale 1 is about 190 pixels high."""
    (x, y), random = foot, place.random(f"tree{foot}")
    pen.rectangle((x - 8 * scale, y - 90 * scale, x + 8 * scale, y), fill=place.light.on((104, 82, 62)))
    for tone in (0.78, 1.0, 1.18):
        leaf = place.light.on(shaded((84, 132, 76), tone))
        blob(pen, (x, y - (110 + 22 * tone) * scale), (52 * scale, 44 * scale), leaf, random)
