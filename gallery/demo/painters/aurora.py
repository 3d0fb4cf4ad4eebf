"""Curtains of northern light over a still lake, mirrored in it."""

import numpy as np
from PIL import ImageDraw

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, noise, sample, smoothstep
from gallery.demo.palettes import Array

_LIGHTS = (
    ("green and violet", palettes.oklch(0.86, 0.20, 155), palettes.oklch(0.62, 0.20, 310)),
    ("teal and rose", palettes.oklch(0.84, 0.14, 185), palettes.oklch(0.64, 0.19, 355)),
    ("emerald and blue", palettes.oklch(0.85, 0.19, 150), palettes.oklch(0.58, 0.17, 262)),
)


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    words, low, high = _LIGHTS[random.integers(len(_LIGHTS))]
    shore = float(random.uniform(0.66, 0.76))
    night = smoothstep(0, shore, sheet.v)[..., None]
    sheet.lab[:] = palettes.oklch(0.13, 0.045, 268) * (1 - night) + night * palettes.oklch(
        0.27, 0.06, 245
    )
    sheet.stars(int(size[0] * size[1] / 620), palettes.oklch(0.97, 0.015, 240))
    for _ in range(int(random.integers(3, 5))):
        _curtain(sheet, shore, low, high)
    _far_shore(sheet, shore)
    _lake(sheet, shore)
    prompt = (
        f"aurora borealis in {words} over a still lake, starry night sky, dark spruce treeline, "
        "reflection on the water, long exposure, arctic night"
    )
    return Work(sheet.finish(0.2), prompt)


def _curtain(sheet: Sheet, shore: float, low: Array, high: Array) -> None:
    """A band that hangs from the sky: sharp below, rays drawn upwards, folds along its way."""
    width = sheet.size[0]
    random = sheet.random
    way = noise((width, 8), random, 0.012, 3, 0.45)[4]
    foot = shore * (float(random.uniform(0.5, 0.9)) + 0.17 * way)
    rays = noise((width, 8), random, 0.3, 4, 0.8)[4]
    tall = shore * (0.32 + 0.13 * noise((width, 8), random, 0.03, 3)[4] + 0.10 * rays)
    bright = np.clip(0.55 + 0.55 * noise((width, 8), random, 0.018, 3)[4] + 0.28 * rays, 0, 2)
    above = (foot[None, :] - sheet.v) / np.maximum(tall, 0.05)[None, :]
    body = np.where(
        above > 0, np.exp(-2.1 * np.clip(above, 0, None)), np.exp(26 * np.clip(above, -3, 0))
    )
    body = body * bright[None, :] * smoothstep(1.9, 0.6, above)
    tint = smoothstep(0.05, 0.85, above)[..., None]
    strength = np.asarray(body * float(random.uniform(0.7, 1.15)), dtype=np.float32)
    sheet.light(strength, low * (1 - tint) + high * tint)


def _far_shore(sheet: Sheet, shore: float) -> None:
    width, height = sheet.size
    random = sheet.random
    hills = shore - 0.035 - 0.04 * np.abs(noise((width, 8), random, 0.012, 5)[4])
    sheet.lay(
        palettes.oklch(0.17, 0.035, 258),
        smoothstep(-0.8, 0.8, (sheet.v - hills[None, :].astype(np.float32)) * height),
    )

    def spruces(drawing: ImageDraw.ImageDraw, scale: int) -> None:
        for _ in range(int(90 * width / height)):
            foot = random.uniform(-0.02, 1.02) * width * scale
            tall = random.gamma(6, 0.0075) * height * scale
            base = (shore + 0.004) * height * scale
            for step in range(7):
                top = base - tall * (1 - step * 0.13)
                half = tall * (0.035 + 0.026 * step)
                points = [
                    (foot, top),
                    (foot - half, top + tall * 0.2),
                    (foot + half, top + tall * 0.2),
                ]
                drawing.polygon(points, fill=255)

    sheet.lay(palettes.oklch(0.10, 0.02, 255), sheet.draw(spruces))


def _lake(sheet: Sheet, shore: float) -> None:
    """The sky upside down, shaken sideways the more the nearer the water is."""
    height, width = sheet.shape
    line = int(shore * height)
    depth = np.arange(height - line, dtype=np.float32)[:, None]
    shake = noise((width, height - line), sheet.random, 26, 3, 0.6, stretch=9)
    rows = line - 1 - depth * 0.92 + shake * (0.5 + depth * 0.05)
    columns = np.arange(width, dtype=np.float32)[None, :] + shake * (0.8 + depth * 0.012)
    for channel in range(3):
        field = np.ascontiguousarray(sheet.lab[:line, :, channel])
        sheet.lab[line:, :, channel] = sample(field, rows, columns)
    fade = 0.80 - 0.25 * depth / max(1, height - line)
    sheet.lab[line:, :, 0] *= fade
    sheet.lab[line:, :, 1:] *= 0.85
    glint = np.exp(-depth / 3)[..., None] * 0.10
    sheet.lab[line:, :, :] += glint * palettes.oklch(0.8, 0.05, 220)
