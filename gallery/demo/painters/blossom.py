"""A branch in blossom before soft lights, petals falling."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, smoothstep, soft
from gallery.demo.palettes import Array

_MOODS = (  # flower, mood, colour below, colour above, petals
    (
        "pink cherry blossom",
        "a misty rose morning",
        (0.88, 0.05, 15),
        (0.70, 0.05, 330),
        (0.91, 0.065, 0),
    ),
    (
        "white plum blossom",
        "a blue hour evening",
        (0.46, 0.07, 265),
        (0.24, 0.06, 275),
        (0.95, 0.02, 40),
    ),
    (
        "red plum blossom",
        "a pale winter sky",
        (0.90, 0.02, 85),
        (0.78, 0.04, 225),
        (0.62, 0.19, 18),
    ),
    (
        "pink cherry blossom",
        "a full moon night",
        (0.30, 0.06, 270),
        (0.15, 0.045, 280),
        (0.86, 0.09, 355),
    ),
)
_SCALE = 2


@dataclass(slots=True)
class _Tree:
    """What grew: limbs (x0, y0, x1, y1, width) and where flowers sit, in units of the sheet."""

    limbs: list[tuple[float, float, float, float, float]] = field(default_factory=list)
    flowers: list[tuple[float, float]] = field(default_factory=list)


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    flower, mood, above, below, petal = _MOODS[random.integers(len(_MOODS))]
    fall = smoothstep(0, 1, sheet.v + 0.12 * sheet.noise(1.2, 3))[..., None]
    sheet.lab[:] = palettes.oklch(*above) * fall + palettes.oklch(*below) * (1 - fall)
    if "moon" in mood:
        _moon(sheet)
    _lights(sheet, palettes.oklch(*petal))
    tree = _Tree()
    side = float(random.choice([-1, 1]))
    start = -side * size[0] / min(size) * 1.04, float(random.uniform(-0.1, 0.75))
    aim = (0.0 if side > 0 else np.pi) + side * float(random.uniform(-0.55, -0.2))
    _grow(tree, random, start, aim, float(random.uniform(0.5, 0.66)), 0.07, 0)
    _wood(sheet, tree)
    _petals(sheet, tree, palettes.oklch(*petal))
    prompt = (
        f"{flower} branch, {mood}, soft bokeh lights, falling petals, shallow depth of field, "
        "delicate, japanese painting mood"
    )
    return Work(sheet.finish(0.12), prompt)


def _grow(
    tree: _Tree,
    random: Random,
    at: tuple[float, float],
    aim: float,
    length: float,
    width: float,
    depth: int,
) -> None:
    """A crooked limb in short pieces, with side shoots that grow the same way, thinner."""
    x, y = at
    pieces = 7
    for piece in range(pieces):
        aim += float(random.normal(0, 0.17))
        step = length / pieces * 1.25
        next_x, next_y = x + np.cos(aim) * step, y + np.sin(aim) * step
        thin = width * (1 - 0.45 * piece / pieces)
        tree.limbs.append((x, y, float(next_x), float(next_y), thin))
        x, y = float(next_x), float(next_y)
        if depth >= 2 and random.random() < 0.24:
            tree.flowers.append((x, y))
        if depth < 4 and piece > 0 and random.random() < (0.36 if depth < 3 else 0.2):
            turn = float(random.choice([-1, 1]) * random.uniform(0.5, 1.05))
            _grow(tree, random, (x, y), aim + turn, length * 0.66, thin * 0.58, depth + 1)
    if depth < 4:
        _grow(tree, random, (x, y), aim, length * 0.8, width * 0.55, depth + 1)
    tree.flowers.append((x, y))


def _wood(sheet: Sheet, tree: _Tree) -> None:
    width, height = sheet.size
    unit = min(sheet.size) / 2

    def limbs(drawing: ImageDraw.ImageDraw, scale: int) -> None:
        for x0, y0, x1, y1, thick in tree.limbs:
            ends = [((x * unit) + width / 2) * scale for x in (x0, x1)]
            tops = [((y * unit) + height / 2) * scale for y in (y0, y1)]
            half = max(0.9, thick * unit / 2) * scale
            drawing.line((ends[0], tops[0], ends[1], tops[1]), fill=255, width=round(2 * half))
            for x, y in zip(ends, tops, strict=True):
                drawing.ellipse((x - half, y - half, x + half, y + half), fill=255)

    cover = sheet.draw(limbs, _SCALE)
    sheet.lay(palettes.oklch(0.22, 0.025, 40), cover)
    edge = np.clip(cover - np.roll(cover, (2, 1), (0, 1)), 0, 1)
    sheet.lay(palettes.oklch(0.55, 0.04, 50), edge * 0.55)


def _petals(sheet: Sheet, tree: _Tree, petal: Array) -> None:
    """Flowers of five petals in clusters, each petal a little different; some have let go."""
    random = sheet.random
    width, height = sheet.size
    unit = min(sheet.size) / 2
    layer = Image.new("RGBA", (width * _SCALE, height * _SCALE), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(layer)
    near = [
        (x + float(random.normal(0, 0.022)), y + float(random.normal(0, 0.022)))
        for x, y in tree.flowers
        for _ in range(2)
    ]
    for x, y in near:
        middle = ((x * unit + width / 2) * _SCALE, (y * unit + height / 2) * _SCALE)
        _flower(drawing, random, middle, unit * float(random.uniform(0.018, 0.04)) * _SCALE)
    for _ in range(26):
        middle = (random.uniform(0, width) * _SCALE, random.uniform(0, height) * _SCALE)
        _leaf(drawing, middle, float(random.uniform(0, 7)), 0.02 * unit * _SCALE, 215)
    pixels = np.asarray(layer.reduce(_SCALE), dtype=np.float32) / 255
    shade, heart, cover = pixels[..., 0], pixels[..., 1], pixels[..., 3]
    tone = np.stack(
        [petal[0] * (0.72 + 0.3 * shade), *(petal[1:, None, None] * (1.35 - 0.5 * shade))], -1
    )
    sheet.lay(tone.astype(np.float32), cover)
    sheet.lay(palettes.oklch(0.80, 0.13, 75), heart * cover)
    sheet.light(soft(cover * shade, 18) * 0.12, petal)


def _flower(
    drawing: ImageDraw.ImageDraw, random: Random, middle: tuple[float, float], size: float
) -> None:
    turn = float(random.uniform(0, 7))
    for index in range(5):
        angle = turn + index * 2 * np.pi / 5
        at = middle[0] + np.cos(angle) * size * 0.62, middle[1] + np.sin(angle) * size * 0.62
        _leaf(drawing, at, angle, size * 0.62, int(random.integers(190, 256)))
    heart = size * 0.2
    box = (middle[0] - heart, middle[1] - heart, middle[0] + heart, middle[1] + heart)
    drawing.ellipse(box, fill=(200, 255, 0, 255))


def _leaf(
    drawing: ImageDraw.ImageDraw, at: tuple[float, float], angle: float, size: float, shade: int
) -> None:
    """One petal: round outside, drawn in towards the heart."""
    around = np.linspace(0, 2 * np.pi, 18)
    along = np.cos(around) * size
    wide = np.sin(around) * size * (0.72 + 0.22 * np.cos(around))
    x = at[0] + np.cos(angle) * along - np.sin(angle) * wide
    y = at[1] + np.sin(angle) * along + np.cos(angle) * wide
    drawing.polygon(list(zip(x, y, strict=True)), fill=(shade, 0, 0, 240))


def _moon(sheet: Sheet) -> None:
    away = np.hypot(sheet.x - float(sheet.random.uniform(-0.3, 0.3)), sheet.y + 0.25)
    sheet.light(0.5 * np.exp(-away * 2.2), palettes.oklch(0.9, 0.03, 90))
    face = palettes.oklch(0.94, 0.03, 92) * (1 - 0.03 * sheet.noise(2.4, 4))[..., None]
    sheet.lay(face, smoothstep(0.452, 0.445, away) * 0.95)


def _lights(sheet: Sheet, petal: Array) -> None:
    """Discs of light out of focus."""
    random = sheet.random
    for _ in range(22):
        x = sheet.u - float(random.uniform(0, 1))
        y = sheet.v - float(random.uniform(0, 1))
        radius = float(random.uniform(0.02, 0.075))
        away = np.hypot(x * sheet.size[0], y * sheet.size[1]) / (radius * min(sheet.size))
        disc = smoothstep(1.15, 0.85, away) * (0.65 + 0.35 * np.clip(away, 0, 1) ** 3)
        warm = palettes.oklch(0.93, 0.05, 80) if random.random() < 0.4 else petal
        sheet.light(disc * float(random.uniform(0.05, 0.22)), warm)
