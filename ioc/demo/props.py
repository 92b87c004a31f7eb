"""Small things that stand in drawn pictures."""

from typing import Final

from PIL import ImageDraw

from ioc.demo.scenes import Colour, Point, Scene, shaded

Pen = ImageDraw.ImageDraw
STEEL: Final[Colour] = (128, 134, 140)
SIGNAL: Final[Colour] = (226, 120, 36)


def car(pen: Pen, foot: Point, scale: float, place: Scene) -> None:
    """A car from behind, on its foot."""
    (x, y), random = foot, place.random(f"car{foot[0]:.0f}")
    paint = place.light.on(
        random.choice([(226, 226, 222), (60, 66, 76), (150, 40, 40), (150, 156, 162), (44, 74, 110)])
    )
    pen.ellipse((x - 125 * scale, y - 14 * scale, x + 125 * scale, y + 18 * scale), fill=(0, 0, 0, 70))
    pen.rounded_rectangle((x - 105 * scale, y - 110 * scale, x + 105 * scale, y - 20 * scale), 20 * scale, fill=paint)
    pen.polygon(
        [
            (x - 84 * scale, y - 106 * scale),
            (x + 84 * scale, y - 106 * scale),
            (x + 62 * scale, y - 172 * scale),
            (x - 62 * scale, y - 172 * scale),
        ],
        fill=shaded(paint, 0.9),
    )
    pen.polygon(
        [
            (x - 70 * scale, y - 110 * scale),
            (x + 70 * scale, y - 110 * scale),
            (x + 52 * scale, y - 160 * scale),
            (x - 52 * scale, y - 160 * scale),
        ],
        fill=place.light.on((70, 88, 102)),
    )
    for dx in (-82, 82):
        pen.rectangle((x + (dx - 20) * scale, y - 32 * scale, x + (dx + 20) * scale, y + 6 * scale), fill=(26, 26, 28))
        pen.ellipse(
            (x + (dx - 18) * scale, y - 84 * scale, x + (dx + 18) * scale, y - 58 * scale),
            fill=place.light.on((200, 50, 44)),
        )


def motorbike(pen: Pen, foot: Point, place: Scene) -> None:
    """Somebody on a motorbike."""
    (x, y), random = foot, place.random(f"bike{foot[0]:.0f}")
    shirt = random.choice([(70, 110, 160), (190, 80, 70), (90, 140, 90)])
    pen.ellipse((x - 20, y - 44, x + 20, y + 10), fill=(30, 30, 32))
    pen.polygon(
        [(x - 24, y - 60), (x + 24, y - 60), (x + 18, y - 24), (x - 18, y - 24)], fill=place.light.on((150, 40, 44))
    )
    pen.rounded_rectangle((x - 27, y - 130, x + 27, y - 56), 12, fill=place.light.on(shirt))
    pen.ellipse((x - 19, y - 166, x + 19, y - 126), fill=place.light.on((226, 226, 220)))


def dustbin(pen: Pen, foot: Point, place: Scene) -> None:
    """A green bin."""
    x, y = foot
    pen.polygon([(x - 36, y - 104), (x + 36, y - 104), (x + 29, y), (x - 29, y)], fill=place.light.on((46, 130, 84)))
    pen.rounded_rectangle((x - 42, y - 120, x + 42, y - 100), 7, fill=place.light.on((34, 102, 66)))


def cone(pen: Pen, foot: Point, place: Scene) -> None:
    """A traffic cone."""
    x, y = foot
    pen.polygon([(x, y - 96), (x - 32, y), (x + 32, y)], fill=place.light.on(SIGNAL))
    pen.polygon([(x - 12, y - 60), (x + 12, y - 60), (x + 19, y - 40), (x - 19, y - 40)], fill=(240, 240, 236))


def shadow(pen: Pen, foot: Point, wide: float) -> None:
    """What a heap throws on the ground."""
    x, y = foot
    pen.ellipse((x - wide, y - 16, x + wide, y + 40), fill=(0, 0, 0, 60))
