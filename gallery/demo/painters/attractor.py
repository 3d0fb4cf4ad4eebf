"""Strange attractors: one point, moved millions of times, leaves folded silk behind.

Clifford Pickover's map: x' = sin(a y) + c cos(a x), y' = sin(b x) + d cos(b y).
"""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, soft, splat

_PALETTES = (palettes.GOLD, palettes.BERRY, palettes.OCEAN, palettes.ORCHID, palettes.GLACIER)
# Found by looking: each fills its sheet and folds well.
_SHAPES = (
    (1.7, 1.7, 0.6, 1.2),
    (1.5, -1.8, 1.6, 0.9),
    (-1.6, 1.5, 1.2, 0.8),
    (-2.0, -2.0, -1.2, 2.0),
    (-1.9, 1.8, 0.9, 1.4),
    (1.1, -1.3, -1.8, 1.9),
    (-1.2, 1.9, 1.8, -1.6),
    (-1.24, -1.25, -1.81, -1.9),
    (-1.5, -1.9, 1.1, 1.7),
    (1.8, 1.5, -1.4, 1.1),
)
_POINTS, _STEPS = 30_000, 170


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    a, b, c, d = (
        np.float32(value + random.normal(0, 0.02))
        for value in _SHAPES[random.integers(len(_SHAPES))]
    )
    x = random.uniform(-1, 1, _POINTS).astype(np.float32)
    y = random.uniform(-1, 1, _POINTS).astype(np.float32)
    angle = float(random.uniform(0, 2 * np.pi))
    density = np.zeros(sheet.shape, dtype=np.float32)
    paced = np.zeros(sheet.shape, dtype=np.float32)
    width, height = size
    fit = min(width / (2 * (1 + abs(c))), height / (2 * (1 + abs(d)))) * 0.92
    if width / height > 1.2 or height / width > 1.2:
        fit *= 1.22
    for step in range(_STEPS):
        new_x = np.sin(a * y) + c * np.cos(a * x)
        new_y = np.sin(b * x) + d * np.cos(b * y)
        pace = np.hypot(new_x - x, new_y - y)
        x, y = new_x, new_y
        if step > 8:
            rows = height / 2 + fit * (np.sin(angle) * x + np.cos(angle) * y)
            columns = width / 2 + fit * (np.cos(angle) * x - np.sin(angle) * y)
            density += splat(sheet.shape, rows, columns)
            paced += splat(sheet.shape, rows, columns, pace)
    mean_pace = paced / np.maximum(density, 1e-3)
    bright = np.log1p(density) / np.log1p(np.percentile(density, 99.7))
    bright = np.clip(bright, 0, 1.25)
    sheet.lab[:] = palette.at(0.03)
    tone = np.clip(0.30 + 0.5 * bright + 0.09 * (mean_pace - 1.4), 0, 1)
    sheet.lay(palette.ramp(tone), np.clip(bright * 1.15, 0, 1))
    sheet.light(np.clip(bright - 0.75, 0, 1) * 1.4 + 0.35 * soft(bright**2, 16), palette.at(0.97))
    prompt = (
        f"strange attractor, folded translucent silk of light, {palette.words}, dark background, "
        "long exposure light painting, delicate, mathematical art"
    )
    return Work(sheet.finish(0.2), prompt)
