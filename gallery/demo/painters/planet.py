"""A ringed planet with bands of cloud, half in its own shadow, and its moons."""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, noise, sample, smoothstep
from gallery.demo.palettes import Array

_PALETTES = (
    palettes.SAND,
    palettes.OCEAN,
    palettes.DUSK,
    palettes.VERDIGRIS,
    palettes.BERRY,
    palettes.GLACIER,
)
_TEXTURE = (1024, 512)
_MOONS = ("no moon", "one small moon", "two small moons", "three small moons")


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    sheet.lab[:] = palettes.oklch(0.10, 0.03, 275)
    haze = smoothstep(-0.6, 1.4, sheet.noise(1.1, 5))
    sheet.lay(palette.at(0.22), haze * 0.5)
    sheet.stars(int(size[0] * size[1] / 520), palettes.oklch(0.97, 0.02, 250))
    x = sheet.x - float(random.uniform(-0.25, 0.25))
    y = sheet.y - float(random.uniform(-0.2, 0.2))
    radius = float(random.uniform(0.46, 0.6))
    light = np.array([float(random.choice([-0.78, 0.78])), -0.35, 0.5], dtype=np.float32)
    light /= np.linalg.norm(light)
    has_rings = bool(random.random() < 0.65)
    tilt = float(random.uniform(-0.45, 0.45))
    far = np.cos(tilt) * x + np.sin(tilt) * y
    up = -np.sin(tilt) * x + np.cos(tilt) * y
    rings = _rings(random, np.hypot(far, up / 0.27) / radius) if has_rings else np.zeros_like(x + y)
    behind_planet = smoothstep(1.02, 0.86, np.hypot(x, y) / radius) * (up < 0)
    shadow = 1 - 0.9 * smoothstep(1.06, 0.92, np.hypot(x + light[0] * 0.9, y + 0.3) / radius)
    sheet.lay(palette.at(0.86), rings * (1 - behind_planet) * shadow * 0.85)
    _globe(sheet, palette, (x, y, far, up), radius, light)
    sheet.lay(palette.at(0.9), rings * (up >= 0) * 0.85)
    moons = int(random.integers(0, 4))
    for _ in range(moons):
        _moon(sheet, light)
    ringed = "a ringed gas giant" if has_rings else "a gas giant"
    prompt = (
        f"{ringed} with banded clouds, {_MOONS[moons]}, {palette.words}, deep space, stars, "
        "dramatic rim light, crescent shadow, science fiction matte painting"
    )
    return Work(sheet.finish(0.2), prompt)


def _globe(
    sheet: Sheet,
    palette: palettes.Palette,
    place: tuple[Array, Array, Array, Array],
    radius: float,
    light: Array,
) -> None:
    x, y, far, up = place
    away = np.hypot(x, y) / radius
    depth = np.sqrt(np.clip(1 - away**2, 0, 1))
    facing = (x * light[0] + y * light[1]) / radius + depth * light[2]
    width, height = _TEXTURE
    latitude = np.arcsin(np.clip(up / radius, -1, 1)) / np.pi + 0.5
    longitude = np.arctan2(far / radius, depth + 1e-3) / np.pi + 0.5
    swirl = noise(_TEXTURE, sheet.random, 9, 5, 0.6, stretch=2.5)
    bands = noise((16, height), sheet.random, 0.22, 6, 0.72)[:, 8]
    rows = np.arange(height, dtype=np.float32)[:, None] + 11 * swirl
    surface = sample(np.repeat(bands[:, None], width, 1), rows, np.zeros_like(swirl))
    surface = surface + 0.16 * swirl
    clouds = sample(surface, latitude * (height - 2), longitude * (width - 2))
    tone = 0.52 + 0.24 * clouds
    lit = smoothstep(-0.12, 0.85, facing)
    colour = palette.ramp(np.clip(tone * (0.08 + 0.98 * lit), 0, 1))
    sheet.lay(colour, smoothstep(1.0, 1.0 - 3.2 / (radius * min(sheet.size)), away))
    rim = np.exp(-np.abs(away - 1) * 22) * smoothstep(-0.2, 0.7, facing)
    sheet.light(rim * 0.75 + np.exp(-np.clip(away - 1, 0, 9) * 5) * 0.10, palette.at(0.92))


def _rings(random: Random, away: Array) -> Array:
    """How much of a ring covers each distance from the planet, in its radii."""
    steps = np.linspace(1.25, 2.25, 900, dtype=np.float32)
    grooves = noise((900, 8), random, 0.35, 6, 0.8)[4]
    cover = np.clip(0.5 + 0.55 * grooves, 0, 1) * smoothstep(1.27, 1.38, steps)
    cover *= smoothstep(2.24, 2.05, steps) * (1 - np.exp(-(((steps - 1.83) * 38) ** 2)) * 0.95)
    return np.asarray(np.interp(away, steps, cover, left=0, right=0), dtype=np.float32)


def _moon(sheet: Sheet, light: Array) -> None:
    random = sheet.random
    x = sheet.x - float(random.choice([-1, 1]) * random.uniform(0.62, 0.9))
    y = sheet.y - float(random.uniform(-0.85, 0.85))
    radius = float(random.uniform(0.018, 0.05))
    away = np.hypot(x, y) / radius
    depth = np.sqrt(np.clip(1 - away**2, 0, 1))
    lit = smoothstep(-0.1, 0.8, (x * light[0] + y * light[1]) / radius + depth * light[2])
    colour = palettes.oklch(0.86, 0.015, 80) * (0.12 + 0.88 * lit)[..., None]
    sheet.lay(colour, smoothstep(1.0, 1.0 - 2.4 / (radius * min(sheet.size)), away))
