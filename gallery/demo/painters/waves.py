"""Moonlit sea: long swells towards the viewer, a road of light, the odd star."""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, sample, smoothstep

_PALETTES = (palettes.OCEAN, palettes.GLACIER, palettes.DUSK, palettes.ORCHID, palettes.GOLD)


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    line = float(random.uniform(0.36, 0.48))
    moon_u = float(random.uniform(0.3, 0.7))
    sky = 0.10 + 0.42 * smoothstep(-0.2, line, sheet.v) ** 2
    clouds = smoothstep(-0.1, 1.1, sheet.noise(2.0, 6, 0.55, stretch=4)) * smoothstep(
        0.0, line, sheet.v
    )
    sheet.lab[:] = palette.ramp(np.clip(sky + 0.16 * clouds, 0, 1))
    sheet.stars(int(size[0] * size[1] / 1500), palettes.oklch(0.97, 0.01, 250), 1 - 0.8 * clouds)
    _moon(sheet, palette, moon_u, line)
    _sea(sheet, palette, moon_u, line)
    prompt = (
        f"moonlit sea, long swells, path of moonlight on the water, {palette.words}, drifting "
        "clouds, calm night, seascape"
    )
    return Work(sheet.finish(0.22), prompt)


def _moon(sheet: Sheet, palette: palettes.Palette, u: float, line: float) -> None:
    width, height = sheet.size
    unit = min(sheet.size)
    v = line * 0.5
    away = np.hypot((sheet.u - u) * width / unit, (sheet.v - v) * height / unit)
    sheet.light(0.7 * np.exp(-away * 7) + 0.3 * np.exp(-away * 2), palette.at(0.95))
    sheet.lay(palette.at(1.0), smoothstep(0.052, 0.049, away))


def _sea(sheet: Sheet, palette: palettes.Palette, moon_u: float, line: float) -> None:
    """A plane in perspective: near swells are wide, far ones thin, all from one height field."""
    random = sheet.random
    width, height = sheet.size
    below = smoothstep(-0.6, 0.6, (sheet.v - line) * height)
    nearness = np.clip((sheet.v - line) / (1 - line), 1e-4, 1)
    distance = 0.06 / (nearness + 0.03)
    across = (sheet.u - 0.5) * width / min(sheet.size) * (0.35 + 0.9 * distance)
    away = np.log(distance + 0.02) * 1.15 + distance * 0.8
    field = Sheet((768, 768), random).noise(9, 6, 0.62, stretch=2.2)
    rows, columns = away * 430 + 5000, across * 330 + 5000
    columns = columns + np.zeros_like(rows)
    rows = rows + np.zeros_like(columns)
    swell = sample(field, rows, columns)
    steep = sample(field, rows + 4, columns) - swell
    tone = 0.15 + 0.10 * (1 - nearness) + 0.05 * swell + 0.42 * np.clip(steep, -0.35, 0.6)
    sheet.lay(palette.ramp(np.clip(tone, 0.02, 1)), below)
    off = (sheet.u - moon_u) * width / min(sheet.size)
    road = np.exp(-((off / (0.045 + 0.23 * nearness)) ** 2))
    glitter = smoothstep(0.10, 0.42, steep + 0.10 * swell + 0.05 * road)
    sheet.light(below * road * (glitter * 2.4 + 0.10), palette.at(0.98))
    haze = np.exp(-np.abs(sheet.v - line) * height / 16) * (
        0.25 + 0.5 * np.exp(-((off * 2.2) ** 2))
    )
    sheet.light(haze * 0.5, palette.at(0.75))
