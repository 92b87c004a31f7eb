"""What is wrong on roads, rivers and fields, and the same place put right."""

from dataclasses import replace
from itertools import pairwise

from ioc.demo.props import SIGNAL, STEEL, Pen, car
from ioc.demo.scenes import HEIGHT, Colour, Point, Scene, blob, shaded, tree


def water(pen: Pen, place: Scene) -> None:
    """A black canal with foam; put right: clear."""
    colour: Colour = (96, 146, 158) if place.mended else (44, 46, 42)
    bank = [place.at(0, 0.15), place.at(0.93, 0.4), place.at(0.93, 2.2), place.at(0, 2.4)]
    pen.polygon(bank, fill=place.light.on((120, 128, 84)))
    body = [place.at(0, 0.3), place.at(0.92, 0.55), place.at(0.92, 2.0), place.at(0, 2.3)]
    pen.polygon(body, fill=place.light.on(colour))
    random = place.random("ripples")
    for _ in range(60):
        depth, side = random.random() * 0.9, random.uniform(0.62, 1.8)
        x, y = place.at(depth, side)
        wide = 60 * (1 - depth)
        pen.line((x - wide, y, x + wide, y), fill=place.light.on(shaded(colour, 1.3)), width=3)
    if not place.mended:
        for _ in range(30):
            x, y = place.at(random.random() * 0.5, random.uniform(0.6, 1.4))
            blob(pen, (x, y), (22, 7), (226, 224, 210, 190), random)


def smoke(pen: Pen, place: Scene) -> None:
    """Smoke from a fire; put right: none."""
    x, y = place.at(0.45, 1.3)
    random = place.random("smoke")
    if place.mended:
        return
    pen.ellipse((x - 60, y - 14, x + 60, y + 14), fill=(58, 46, 38))
    for n in range(9):
        puff = (x + n * 24 + random.randint(-24, 24), y - 36 - n * 42)
        blob(pen, puff, (46 + n * 15, 34 + n * 8), (206, 204, 200, 66), random)


def fallen_tree(pen: Pen, place: Scene) -> None:
    """A tree across the road; put right: its stump."""
    x, y = place.at(0.42, -1.2)
    if place.mended:
        pen.ellipse((x - 30, y - 16, x + 30, y + 12), fill=place.light.on((176, 142, 100)))
        return
    end = place.at(0.3, 0.55)
    pen.line((x, y, *end), fill=place.light.on((98, 78, 58)), width=36)
    random = place.random("crown")
    for tone in (0.7, 0.95, 1.15):
        blob(pen, (end[0] + 40, end[1] - 30), (170, 84), place.light.on(shaded((82, 128, 70), tone)), random)


def dry_tree(pen: Pen, place: Scene) -> None:
    """A tree with dry branches; put right: trimmed."""
    foot = place.at(0.28, 1.3)
    tree(pen, foot, 1.9, place)
    if not place.mended:
        x, y = foot
        for dx, dy in ((-210, -330), (-260, -250), (-170, -400)):
            pen.line((x, y - 170, x + dx, y + dy), fill=place.light.on((120, 96, 74)), width=15)
            pen.line(
                (x + dx * 0.6, y - 170 + (dy + 170) * 0.6, x + dx - 40, y + dy + 60),
                fill=place.light.on((120, 96, 74)),
                width=7,
            )


def signal(pen: Pen, place: Scene) -> None:
    """Traffic lights out; put right: green."""
    x, y = place.at(0.3, 1.15)
    pen.line((x, y, x, y - 470), fill=place.light.on(STEEL), width=18)
    pen.rectangle((x - 46, y - 640, x + 46, y - 440), fill=(34, 36, 40))
    lights: list[Colour] = [(216, 48, 40), (232, 178, 40), (54, 186, 96)]
    for n, colour in enumerate(lights):
        lit = place.mended and n == 2
        centre = y - 608 + n * 62
        pen.ellipse((x - 25, centre - 25, x + 25, centre + 25), fill=colour if lit else shaded(colour, 0.28))
    for depth, side in ((0.35, -0.5), (0.48, 0.1), (0.4, 0.55)):
        car(pen, place.at(depth, side), 1.3 * (1 - depth), place)


def sign(pen: Pen, place: Scene) -> None:
    """A sign that leans; put right: upright."""
    x, y = place.at(0.3, 1.25)
    lean = 0 if place.mended else 150
    top = (x + lean, y - (420 if place.mended else 330))
    pen.line((x, y, *top), fill=place.light.on(STEEL), width=14)
    corners = [(top[0], top[1] - 130), (top[0] - 92, top[1] + 26), (top[0] + 92, top[1] + 26)]
    pen.polygon(corners, fill=place.light.on((206, 48, 44)))
    inner = [(top[0], top[1] - 94), (top[0] - 60, top[1] + 8), (top[0] + 60, top[1] + 8)]
    pen.polygon(inner, fill=place.light.on((246, 214, 86) if place.mended else (190, 178, 130)))
    if place.mended:
        pen.line((top[0], top[1] - 60, top[0], top[1] - 26), fill=(30, 30, 30), width=11)
        pen.ellipse((top[0] - 6, top[1] - 16, top[0] + 6, top[1] - 4), fill=(30, 30, 30))


def traffic(pen: Pen, place: Scene) -> None:
    """A jam; put right: flowing."""
    random = place.random("cars")
    rows = [0.75, 0.5] if place.mended else [0.8, 0.72, 0.62, 0.5, 0.36, 0.18]
    for depth in rows:
        for side in (-0.62, -0.12, 0.4) if not place.mended else (-0.5,):
            car(pen, place.at(depth, side + random.uniform(-0.06, 0.06)), 1.3 * (1 - depth), place)


def parked(pen: Pen, place: Scene) -> None:
    """Cars on the pavement; put right: a marked edge."""
    if place.mended:
        mark = [place.at(0.1, 0.78), place.at(0.6, 0.78), place.at(0.6, 0.84), place.at(0.1, 0.84)]
        pen.polygon(mark, fill=place.light.on((236, 200, 60)))
        return
    for depth in (0.6, 0.42, 0.18):
        car(pen, place.at(depth, 1.08), 1.45 * (1 - depth), place)


def truck(pen: Pen, place: Scene) -> None:
    """A truck that spills earth; put right: covered."""
    (x, y), random = place.at(0.3, -0.2), place.random("load")
    box: Colour = (66, 108, 150)
    pen.rectangle((x - 150, y - 250, x + 150, y - 50), fill=place.light.on(box))
    for wheel in (-110, 110):
        pen.ellipse((x + wheel - 44, y - 70, x + wheel + 44, y + 14), fill=(30, 30, 32))
    if place.mended:
        pen.polygon(
            [(x - 154, y - 246), (x + 154, y - 246), (x + 120, y - 292), (x - 120, y - 292)],
            fill=place.light.on((70, 120, 86)),
        )
        return
    for _ in range(5):
        blob(pen, (x + random.randint(-80, 80), y - 276), (90, 38), place.light.on((140, 102, 68)), random)
    for _ in range(36):
        dx, dy = random.uniform(-260, 260), random.uniform(10, 180)
        pen.ellipse((x + dx, y + dy, x + dx + 22, y + dy + 13), fill=place.light.on((138, 100, 66)))


def rail(pen: Pen, place: Scene) -> None:
    """A gap in the railing; put right: closed and painted."""
    for n in range(9):
        depth = n * 0.1
        gone = not place.mended and n in {2, 3}
        (x, y), (x2, y2) = place.at(depth, 1.1), place.at(depth + 0.1, 1.1)
        high, high2 = 190 * (1 - depth), 190 * (0.9 - depth)
        bend = 90 if gone else 0
        pen.line(
            (x, y, x + bend, y - high + bend), fill=place.light.on((150, 152, 150)), width=max(4, int(22 * (1 - depth)))
        )
        if not gone:
            for part in (1.0, 0.55):
                ends = (x, y - high * part, x2, y2 - high2 * part)
                pen.line(
                    ends,
                    fill=place.light.on(SIGNAL if place.mended else (168, 140, 116)),
                    width=max(3, int(15 * (1 - depth))),
                )


def pole(pen: Pen, place: Scene) -> None:
    """A pole that leans, wires low; put right: upright."""
    tops: list[Point] = []
    for depth in (0.78, 0.58, 0.28):
        (x, y), scale = place.at(depth, -1.25), 1.5 * (1 - depth)
        lean = 190 * scale if depth == 0.28 and not place.mended else 0
        top = (x + lean, y - 470 * scale)
        pen.line((x, y, *top), fill=place.light.on((176, 172, 164)), width=max(5, int(26 * scale)))
        pen.line((top[0] - 56 * scale, top[1] + 30, top[0] + 56 * scale, top[1] + 30), fill=(70, 70, 72), width=6)
        tops.append((top[0], top[1] + 30))
    sag = 20 if place.mended else 150
    for (x, y), (x2, y2) in pairwise(tops):
        for shift in (-22, 0, 22):
            middle = ((x + x2) / 2 + shift, (y + y2) / 2 + sag)
            pen.line([(x + shift, y), middle, (x2 + shift, y2)], fill=(32, 34, 38), width=4, joint="curve")


def canal(pen: Pen, place: Scene) -> None:
    """A slipped bank and weed; put right: staked and clean."""
    water(pen, replace(place, mended=True))
    random, (x, y) = place.random("bank"), place.at(0.25, 0.5)
    if place.mended:
        for n in range(9):
            stake = x - 160 + n * 42
            pen.rectangle((stake, y - 60 - n * 4, stake + 18, y + 34), fill=place.light.on((150, 120, 78)))
        return
    blob(pen, (x, y), (210, 60), place.light.on((150, 108, 70)), random)
    for _ in range(30):
        px, py = place.at(random.random() * 0.6, random.uniform(0.6, 1.5))
        blob(pen, (px, py), (38, 11), place.light.on((96, 142, 74)), random)


def slide(pen: Pen, place: Scene) -> None:
    """Earth across the road; put right: cleared."""
    random = place.random("slide")
    slope = [place.at(0.8, -0.9), place.at(0, -1.3), (0, HEIGHT), (0, 190), (260, 170)]
    pen.polygon(slope, fill=place.light.on((158, 112, 74)))
    if place.mended:
        return
    x, y = place.at(0.36, -0.35)
    for _ in range(60):
        dx, size = random.gauss(0, 190), random.randint(18, 60)
        lift = max(0.0, 130 - abs(dx) * 0.4) * random.random()
        earth = place.light.on(random.choice([(150, 106, 70), (130, 92, 62), (168, 150, 130)]))
        pen.ellipse((x + dx - size, y - lift - size * 0.7, x + dx + size, y - lift + size * 0.5), fill=earth)
