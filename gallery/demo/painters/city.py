"""A city at night in the rain: towers behind towers, lit windows, wet street."""

import numpy as np
from PIL import ImageDraw

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, noise, sample, smoothstep, soft
from gallery.demo.palettes import Array

_MOODS = (  # words, sky, glow, hue of the windows
    ("violet and magenta neon", (0.36, 0.09, 275), (0.72, 0.19, 345), 200),
    ("amber and indigo", (0.32, 0.08, 282), (0.80, 0.14, 62), 75),
    ("crimson haze", (0.30, 0.08, 305), (0.68, 0.20, 22), 60),
    ("cold blue fog", (0.36, 0.05, 250), (0.84, 0.06, 225), 85),
)


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    words, sky_tone, glow_tone, window = _MOODS[random.integers(len(_MOODS))]
    sky, glow = palettes.oklch(*sky_tone), palettes.oklch(*glow_tone)
    street = float(random.uniform(0.74, 0.8))
    rise = smoothstep(-0.25, street, sheet.v)
    sheet.lab[:] = sky * 0.55
    sheet.lay(glow, (rise**1.6 * 0.95 + 0.06 * sheet.noise(1.6, 5, stretch=2)) * 0.9)
    layers = 4
    for layer in range(layers):
        near = layer / (layers - 1)
        _towers(sheet, near, street, sky, glow, window)
        sheet.lay(glow, (1 - near) * 0.30 * smoothstep(0.1, street, sheet.v))
    _street(sheet, street)
    _rain(sheet)
    sheet.light(0.5 * soft(smoothstep(0.6, 0.95, sheet.lab[..., 0]), 14), glow)
    prompt = (
        f"rainy city skyline at night, towers with lit windows, wet street reflections, {words}, "
        "cyberpunk mood, volumetric haze, cinematic"
    )
    return Work(sheet.finish(0.25), prompt)


def _towers(
    sheet: Sheet, near: float, street: float, sky: Array, glow: Array, window: float
) -> None:
    """One row of towers, and the windows in them where somebody is awake."""
    random = sheet.random
    width, height = sheet.size
    boxes: list[tuple[float, float, float]] = []
    x = -float(random.uniform(0, 0.1))
    while x < 1.05:
        wide = float(random.uniform(0.05, 0.11)) * (0.65 + 0.85 * near) * min(sheet.size) / width
        tall = street * float(random.beta(2.2, 2.6)) * (0.86 - 0.30 * near)
        boxes.append((x, wide, street - 0.06 - tall))
        x += wide + float(random.uniform(-0.01, 0.035)) * (0.3 + near)

    def blocks(drawing: ImageDraw.ImageDraw, scale: int) -> None:
        for left, wide, top in boxes:
            edges = [value * width * scale for value in (left, left + wide)]
            drawing.rectangle((edges[0], top * height * scale, edges[1], height * scale), fill=255)
            if random.random() < 0.4:
                middle = (edges[0] + edges[1]) / 2
                mast = (top - float(random.uniform(0.02, 0.06))) * height * scale
                drawing.line((middle, mast, middle, top * height * scale), fill=255, width=scale)

    def windows(drawing: ImageDraw.ImageDraw, scale: int) -> None:
        pitch = (4.2 + 5.5 * near) * scale * min(sheet.size) / 900
        for left, wide, top in boxes:
            share = float(random.beta(1.6, 3.2))
            columns = int(wide * width * scale / pitch) - 1
            rows = int((street - top) * height * scale / (pitch * 1.35)) - 1
            if columns < 1 or rows < 1:
                continue
            lit = random.random((rows, columns)) < share * 0.75
            levels = random.integers(110, 255, (rows, columns))
            for row, column in np.argwhere(lit):
                at_x = left * width * scale + pitch * (column + 0.8)
                at_y = top * height * scale + pitch * 1.35 * (row + 0.8)
                box = (at_x, at_y, at_x + pitch * 0.5, at_y + pitch * 0.66)
                drawing.rectangle(box, fill=int(levels[row, column]))

    body = sky * 0.42 * near + (sky * 0.8 + glow * 0.2) * (1 - near)
    sheet.lay(body.astype(np.float32), sheet.draw(blocks))
    cover = sheet.draw(windows) * (sheet.v < street)
    warm = palettes.oklch(0.90, 0.09, window)
    sheet.lay(warm, cover * (0.30 + 0.65 * near))
    sheet.light(soft(cover, 9) * 0.35 * near, warm)


def _street(sheet: Sheet, street: float) -> None:
    """Wet asphalt: the towers upside down, smeared downwards and broken by puddles."""
    height, width = sheet.shape
    line = int(street * height)
    depth = np.arange(height - line, dtype=np.float32)[:, None]
    ripple = noise((width, height - line), sheet.random, 22, 4, 0.6, stretch=5)
    rows = line - 2 - depth * 1.7 + ripple * (2 + depth * 0.14)
    columns = np.arange(width, dtype=np.float32)[None, :] + ripple * (1 + depth * 0.045)
    puddles = 0.62 + 0.38 * smoothstep(
        -0.5, 0.5, noise((width, height - line), sheet.random, 3, 4, stretch=4)
    )
    for channel in range(3):
        above = np.ascontiguousarray(sheet.lab[:line, :, channel])
        mirrored = (
            sample(above, rows, columns)
            + sample(above, rows - 9, columns)
            + sample(above, rows - 20, columns)
        ) / 3
        sheet.lab[line:, :, channel] = mirrored * (puddles if channel == 0 else 0.95) * 0.9
    edge = np.exp(-np.abs(sheet.v - street) * height / 3)
    sheet.lay(palettes.oklch(0.12, 0.02, 270), edge * 0.6)


def _rain(sheet: Sheet) -> None:
    random = sheet.random
    width, height = sheet.size

    def drops(drawing: ImageDraw.ImageDraw, scale: int) -> None:
        for _ in range(420):
            x, y = (
                random.uniform(-0.05, 1.0) * width * scale,
                random.uniform(-0.1, 1) * height * scale,
            )
            long = random.gamma(3, 0.009) * height * scale
            level = int(random.integers(30, 120))
            drawing.line((x, y, x + long * 0.12, y + long), fill=level, width=1)

    sheet.light(sheet.draw(drops) * 0.55, palettes.oklch(0.9, 0.02, 240))
