"""What is wrong in a street, and the same street put right."""

from ioc.demo.props import Pen, car, cone, dustbin, motorbike, shadow
from ioc.demo.scenes import HEIGHT, WIDTH, Colour, Scene, blob, shaded


def rubbish(pen: Pen, place: Scene) -> None:
    """A heap of bags; put right: two bins."""
    (x, y), random = place.at(0.3, 0.98), place.random("heap")
    if place.mended:
        dustbin(pen, (x + 30, y), place)
        dustbin(pen, (x + 120, y - 12), place)
        return
    shadow(pen, (x, y), 220)
    bags: list[Colour] = [(58, 62, 68), (44, 90, 120), (206, 204, 196), (176, 60, 58), (70, 110, 70), (224, 196, 96)]
    for _ in range(46):
        dx = random.gauss(0, 95)
        lift = max(0.0, 92 - abs(dx) * 0.62) * random.random()
        size, colour = random.randint(16, 42), place.light.on(random.choice(bags))
        box = (x + dx - size, y - lift - size * 0.8, x + dx + size, y - lift + size * 0.6)
        pen.ellipse(box, fill=colour)
        pen.arc(box, 190, 300, fill=shaded(colour, 1.35), width=3)


def rubble(pen: Pen, place: Scene) -> None:
    """Bricks and mortar; put right: gone."""
    (x, y), random = place.at(0.28, 0.75), place.random("rubble")
    if place.mended:
        cone(pen, (x + 90, y), place)
        return
    shadow(pen, (x, y), 240)
    for _ in range(70):
        dx = random.gauss(0, 100)
        lift, size = max(0.0, 100 - abs(dx) * 0.6) * random.random(), random.randint(10, 30)
        brick = place.light.on(random.choice([(164, 92, 70), (186, 180, 170), (150, 146, 140), (196, 120, 90)]))
        turn = random.uniform(-9, 9)
        corners = [
            (x + dx - size, y - lift),
            (x + dx + size, y - lift - turn),
            (x + dx + size, y - lift + size * 0.6 - turn),
            (x + dx - size, y - lift + size * 0.6),
        ]
        pen.polygon(corners, fill=brick)


def pothole(pen: Pen, place: Scene) -> None:
    """A hole with water in it; put right: patched."""
    (x, y), random = place.at(0.22, random_side(place)), place.random("hole")
    if place.mended:
        patch = [(x - 190, y - 34), (x + 170, y - 44), (x + 200, y + 44), (x - 200, y + 50)]
        pen.polygon(patch, fill=place.light.on((62, 64, 66)))
        return
    blob(pen, (x, y), (150, 40), place.light.on((128, 118, 104)), random)
    blob(pen, (x, y + 4), (112, 28), place.light.on((70, 64, 58)), random)
    pen.ellipse((x - 90, y - 12, x + 84, y + 24), fill=place.light.on((112, 124, 130)))
    for _ in range(22):
        dx, dy = random.uniform(-200, 200), random.uniform(-46, 56)
        pen.ellipse((x + dx, y + dy, x + dx + 12, y + dy + 8), fill=place.light.on((150, 140, 126)))


def random_side(place: Scene) -> float:
    """How far left or right of the middle of the road a thing lies."""
    return place.random("side").uniform(-0.35, 0.45)


def manhole(pen: Pen, place: Scene) -> None:
    """A manhole without its cover, a branch in it; put right: covered."""
    x, y = place.at(0.25, 0.45)
    frame = (x - 118, y - 38, x + 118, y + 38)
    pen.ellipse(frame, fill=place.light.on((84, 84, 86)))
    hole = place.light.on((116, 118, 122)) if place.mended else (16, 16, 18)
    pen.ellipse((x - 100, y - 30, x + 100, y + 30), fill=hole)
    if place.mended:
        for n in range(-4, 5):
            pen.line((x + n * 20, y - 22, x + n * 20, y + 22), fill=place.light.on((86, 88, 92)), width=5)
        return
    pen.line((x - 40, y + 16, x + 30, y - 190), fill=place.light.on((110, 84, 58)), width=9)
    blob(pen, (x + 34, y - 196), (40, 30), place.light.on((90, 136, 80)), place.random("branch"))


def lamps(pen: Pen, place: Scene) -> None:
    """Dark street lamps; put right: lit."""
    for depth in (0.72, 0.55, 0.3):
        (x, y), scale = place.at(depth, 1.12), 1.5 * (1 - depth)
        top = y - 360 * scale
        pen.line((x, y, x, top), fill=(74, 78, 86), width=max(3, int(11 * scale)))
        pen.line((x, top, x - 80 * scale, top - 12 * scale), fill=(74, 78, 86), width=max(3, int(8 * scale)))
        head = (x - 80 * scale, top - 10 * scale)
        if place.mended:
            for size in (150, 100, 56):
                glow = size * scale
                pen.ellipse((head[0] - glow, head[1] - glow, head[0] + glow, head[1] + glow), fill=(255, 226, 150, 40))
            wide = 300 * scale
            pen.polygon([head, (head[0] - wide, y + 20), (head[0] + wide * 0.8, y + 20)], fill=(255, 226, 150, 34))
        lamp = (255, 244, 214) if place.mended else (60, 62, 66)
        pen.ellipse((head[0] - 22 * scale, head[1] - 8 * scale, head[0] + 22 * scale, head[1] + 10 * scale), fill=lamp)


def pavement(pen: Pen, place: Scene) -> None:
    """Broken tiles; put right: whole."""
    random = place.random("tiles")
    for row in range(9):
        for column in range(6):
            near, far = row * 0.075, row * 0.075 + 0.068
            left, right = 1.02 + column * 0.2, 1.02 + column * 0.2 + 0.185
            broken = random.random() < 0.4 and not place.mended
            tone = random.uniform(0.94, 1.05) * (0.62 if broken else 1)
            drop = random.uniform(-12, 14) if broken else 0
            tile = [place.at(near, left), place.at(far, left), place.at(far, right), place.at(near, right)]
            colour = place.light.on(shaded((196, 176, 158), tone))
            pen.polygon([(x, y + drop) for x, y in tile], fill=colour)


def flood(pen: Pen, place: Scene) -> None:
    """A street under water; put right: drained."""
    if place.mended:
        for depth in (0.2, 0.45):
            x, y = place.at(depth, 0.9)
            pen.rectangle((x - 50, y - 10, x + 50, y + 12), fill=place.light.on((62, 64, 68)))
        return
    top = place.horizon + 60
    pen.rectangle((0, top, WIDTH, HEIGHT), fill=(*place.light.on((140, 124, 96)), 238))
    random = place.random("waves")
    for _ in range(120):
        y = top + (HEIGHT - top) * random.random() ** 1.3
        wide = 20 + (y - top) * 0.22
        x = random.randint(0, WIDTH)
        pen.line((x - wide, y, x + wide, y), fill=(*place.light.on((206, 198, 176)), 130), width=3)
    for x, y in ((place.at(0.55, -0.3)), (place.at(0.4, 0.4))):
        motorbike(pen, (x, y - 14), place)
    for _ in range(150):
        drop, fall = random.randint(0, WIDTH), random.randint(0, HEIGHT)
        pen.line((drop, fall, drop - 8, fall + 34), fill=(230, 236, 240, 60), width=2)


def burst(pen: Pen, place: Scene) -> None:
    """A burst pipe; put right: the trench filled."""
    (x, y), random = place.at(0.3, 0.55), place.random("burst")
    if place.mended:
        pen.polygon(
            [(x - 150, y - 26), (x + 140, y - 34), (x + 170, y + 34), (x - 170, y + 40)],
            fill=place.light.on((66, 68, 70)),
        )
        return
    blob(pen, (x, y + 20), (300, 46), place.light.on((150, 176, 188)), random)
    for _ in range(120):
        dx, up = random.gauss(0, 34), random.random() * 300
        pen.ellipse(
            (x + dx * (1 + up / 150), y - up, x + dx * (1 + up / 150) + 11, y - up + 15), fill=(224, 238, 246, 170)
        )


def stalls(pen: Pen, place: Scene) -> None:
    """Stalls on both sides of the road; put right: free."""
    if place.mended:
        mark = [place.at(0, 0.96), place.at(0.9, 0.96), place.at(0.9, 1.0), place.at(0, 1.0)]
        pen.polygon(mark, fill=place.light.on((240, 240, 236)))
        return
    random = place.random("stalls")
    cloths: list[Colour] = [(196, 60, 54), (44, 112, 160), (228, 168, 50), (60, 134, 94)]
    for depth in (0.7, 0.52, 0.32, 0.1):
        for side in (-1.05, 1.0):
            (x, y), scale = place.at(depth, side), 1.3 * (1 - depth)
            for dx in (-80, 80):
                pen.line((x + dx * scale, y, x + dx * scale, y - 190 * scale), fill=(110, 112, 116), width=5)
            roof = [(-120, -180), (120, -180), (86, -240), (-86, -240)]
            pen.polygon([(x + a * scale, y + b * scale) for a, b in roof], fill=place.light.on(random.choice(cloths)))
            pen.rectangle((x - 90 * scale, y - 70 * scale, x + 90 * scale, y), fill=place.light.on((156, 124, 88)))
            for n in range(6):
                box = x + (-80 + n * 27) * scale
                fruit = random.choice([(206, 70, 50), (236, 172, 60), (96, 150, 70)])
                pen.ellipse((box, y - 94 * scale, box + 27 * scale, y - 66 * scale), fill=place.light.on(fruit))


def posters(pen: Pen, place: Scene) -> None:
    """A wall full of bills; put right: painted."""
    random, (x, y) = place.random("posters"), place.at(0.18, 1.2)
    wall = (x - 260, y - 430, x + 420, y)
    pen.rectangle(wall, fill=place.light.on((228, 222, 206)))
    if place.mended:
        pen.rectangle((wall[0], wall[3] - 90, wall[2], wall[3]), fill=place.light.on((110, 146, 132)))
        return
    for _ in range(34):
        left, top = random.randint(int(wall[0]), int(wall[2]) - 90), random.randint(int(wall[1]), int(wall[3]) - 60)
        paper = place.light.on(random.choice([(250, 250, 240), (248, 216, 90), (176, 214, 240), (240, 160, 150)]))
        pen.rectangle((left, top, left + 84, top + 54), fill=paper)
        for n in range(3):
            pen.line((left + 9, top + 13 + n * 14, left + 70, top + 13 + n * 14), fill=(70, 70, 80), width=4)


def building(pen: Pen, place: Scene) -> None:
    """A building site without nets; put right: screened."""
    x, y = place.at(0.32, 1.35)
    pen.rectangle((x - 190, y - 520, x + 190, y), fill=place.light.on((172, 152, 134)))
    for level in range(4):
        floor = y - 130 * level
        pen.rectangle((x - 196, floor - 14, x + 196, floor), fill=place.light.on((150, 148, 144)))
        for n in range(3):
            pen.rectangle(
                (x - 160 + n * 116, floor - 112, x - 90 + n * 116, floor - 34), fill=place.light.on((78, 74, 72))
            )
    for dx in range(-220, 231, 75):
        pen.line((x + dx, y, x + dx, y - 560), fill=place.light.on((186, 140, 60)), width=6)
    if place.mended:
        pen.rectangle((x - 240, y - 560, x + 240, y - 90), fill=(54, 124, 92, 190))
        pen.rectangle((x - 260, y - 96, x + 260, y), fill=place.light.on((60, 110, 160)))


def cables(pen: Pen, place: Scene) -> None:
    """Tangled cables; put right: tidy."""
    random = place.random("cables")
    x, y = place.at(0.3, -1.1)
    pen.line((x, y, x, y - 560), fill=place.light.on((176, 172, 164)), width=26)
    for n in range(3 if place.mended else 26):
        start, end = (
            (x, y - 520 + n * (6 if place.mended else 9)),
            (WIDTH, random.randint(120, 190) if place.mended else random.randint(90, 470)),
        )
        sag = 26 if place.mended else random.randint(40, 240)
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + sag)
        pen.line([start, middle, end], fill=(28, 30, 34), width=4, joint="curve")


def park(pen: Pen, place: Scene) -> None:
    """A broken swing; put right: mended."""
    x, y = place.at(0.25, 1.2)
    frame = place.light.on((58, 124, 176) if place.mended else (140, 116, 100))
    for dx in (-190, 170):
        pen.line((x + dx, y, x + dx + 50, y - 320), fill=frame, width=16)
        pen.line((x + dx + 100, y, x + dx + 50, y - 320), fill=frame, width=16)
    pen.line((x - 140, y - 320, x + 220, y - 320), fill=frame, width=16)
    for n, dx in enumerate((-60, 90)):
        hangs = place.mended or n == 0
        pen.line((x + dx, y - 316, x + dx, y - 90), fill=(70, 72, 76), width=5)
        pen.line(
            (x + dx + 70, y - 316, x + dx + (70 if hangs else 16), y - (90 if hangs else 60)),
            fill=(70, 72, 76),
            width=5,
        )
        seat = [
            (x + dx - 6, y - 90),
            (x + dx + 76, y - (90 if hangs else 14)),
            (x + dx + 76, y - (74 if hangs else 0)),
            (x + dx - 6, y - 72),
        ]
        pen.polygon(seat, fill=place.light.on((214, 120, 50)))


def plain(pen: Pen, place: Scene) -> None:
    """An everyday street."""
    car(pen, place.at(0.62, -0.5), 0.5, place)
    if place.mended:
        cone(pen, place.at(0.2, 0.9), place)
    motorbike(pen, place.at(0.4, 0.4), place)
