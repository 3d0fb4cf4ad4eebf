"""Ridges behind ridges, each paler than the one before, under a low sun."""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, noise, smoothstep
from gallery.demo.palettes import Array

_PALETTES = (palettes.DUSK, palettes.DAWN, palettes.GLACIER, palettes.EMBER, palettes.BERRY)
_COUNTS = ("five", "six", "seven", "eight")


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    layers = int(random.integers(5, 9))
    horizon = float(random.uniform(0.42, 0.56))
    sky = np.broadcast_to(0.28 + 0.68 * smoothstep(-0.1, horizon + 0.08, sheet.v), sheet.shape)
    haze = sheet.noise(1.6, 5, stretch=5) * 0.05 * smoothstep(0.0, 0.35, sheet.v)
    sheet.lab[:] = palette.ramp(sky + haze)
    sun_x = float(random.uniform(0.28, 0.72))
    _sun(sheet, palette, sun_x, horizon - float(random.uniform(0.04, 0.16)))
    for layer in range(layers):
        near = layer / (layers - 1)
        _ridge(sheet, palette, near, horizon - 0.03 + (0.98 - horizon) * near**1.25, sun_x)
    words = (
        f"{_COUNTS[layers - 5]} layered mountain ridges fading into fog, low sun, wide quiet sky, "
        f"{palette.words}, minimalist landscape, soft gradients, aerial perspective"
    )
    return Work(sheet.finish(), words)


def _sun(sheet: Sheet, palette: palettes.Palette, u: float, v: float) -> None:
    width, height = sheet.size
    unit = min(sheet.size)
    distance = np.hypot((sheet.u - u) * width / unit, (sheet.v - v) * height / unit)
    bright = palette.at(1.0)
    sheet.light(0.85 * np.exp(-distance * 5) + 0.35 * np.exp(-distance * 1.8), bright)
    disc = smoothstep(0.062, 0.058, distance)
    sheet.lay(bright + np.array([0.04, 0, 0], dtype=np.float32), disc * 0.96)


def _ridge(sheet: Sheet, palette: palettes.Palette, near: float, base: float, sun_x: float) -> None:
    width, height = sheet.size
    random = sheet.random
    rough = noise((width, 8), random, 0.02 + 0.012 * (1 - near), 8, 0.53)[4]
    outline = base + (0.05 + 0.075 * (1 - abs(near - 0.45))) * rough
    outline += 0.05 * (1 - near) * np.abs(rough)
    below = (sheet.v - outline[None, :].astype(np.float32)) * height
    cover = smoothstep(-0.8, 0.8, below)
    depth = np.clip(below / height / (0.16 + 0.1 * near), 0, 1)
    # Fog lies in the valleys: each ridge is darkest at its crest.
    shade = (0.66 - 0.62 * near) + depth * (0.20 - 0.10 * near)
    texture = sheet.noise(14 - 6 * near, 4, 0.6) * 0.018 * near
    towards_sun = np.exp(-(((sheet.u - sun_x) * 2.2) ** 2)) * 0.07 * (1 - near)
    sheet.lay(palette.ramp(np.asarray(shade + texture + towards_sun, dtype=np.float32)), cover)
    rim: Array = np.exp(-np.clip(below, 0, None) / 2.2) * cover
    sheet.light(rim * 0.18 * (1 - near) * np.exp(-(((sheet.u - sun_x) * 3) ** 2)), palette.at(0.95))
