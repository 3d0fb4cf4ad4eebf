"""Sand: long dunes with ripples across them, raked by a low sun."""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, noise, smoothstep

_PALETTES = (palettes.SAND, palettes.EMBER, palettes.DUSK, palettes.GLACIER)


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    horizon = float(random.uniform(0.24, 0.36))
    sky = 0.52 + 0.42 * smoothstep(-0.05, horizon, sheet.v)
    sheet.lab[:] = palette.ramp(np.broadcast_to(sky, sheet.shape))
    sheet.lab[..., 1:] *= 0.75
    count = int(random.integers(4, 7))
    side = 1.0 if random.random() < 0.5 else -1.0
    for index in range(count):
        near = index / (count - 1)
        _dune(sheet, palette, near, horizon + (0.86 - horizon) * near**1.5, side)
    words = (
        f"desert dunes with wind ripples, {count} crests, low raking sun, long shadows, "
        f"{palette.words}, empty horizon, fine sand texture, serene"
    )
    return Work(sheet.finish(0.14), words)


def _dune(sheet: Sheet, palette: palettes.Palette, near: float, base: float, side: float) -> None:
    width, height = sheet.size
    random = sheet.random
    swell = noise((width, 8), random, 0.014 + 0.008 * (1 - near), 3, 0.32)[4]
    crest = (base - (0.03 + 0.075 * near) * swell)[None, :].astype(np.float32)
    below = (sheet.v - crest) * height
    cover = smoothstep(-0.7, 0.7, below)
    depth = np.clip((sheet.v - crest) / (0.10 + 0.34 * near), 0, 1)
    # The spine: from each peak a wandering line runs down where the lit side turns to shade.
    slope = np.gradient(swell).astype(np.float32) * width
    facing = smoothstep(-0.9, 0.9, side * slope)
    bend = sheet.noise(1.1, 3, 0.4, stretch=2)
    drift = side * (0.34 * depth**1.3 + 0.035 * bend * smoothstep(0, 0.5, depth))
    places = np.clip((sheet.u + drift) * width, 0, width - 1).astype(np.int32)
    turn = facing[places]
    lit = turn * (1 - 0.35 * depth) + 0.22 * depth
    spacing = 26 + 60 * near
    phase = (depth**0.62) * spacing * 2.1 + 1.5 * bend + sheet.u * (5 + 7 * near) * side
    ripple = np.sin(2.4 * phase + 0.8 * np.sin(phase * 0.31 + 3 * bend))
    ripple = ripple * smoothstep(0.02, 0.2, depth) * (0.15 + 0.85 * near)
    tone = 0.36 + 0.40 * lit + 0.055 * ripple * (0.4 + 0.6 * lit)
    tone += 0.14 * (1 - near) - 0.16 * depth * near
    grains = sheet.random.standard_normal(sheet.shape, dtype=np.float32)
    tone += 0.016 * near * grains
    sheet.lay(palette.ramp(np.clip(tone, 0, 1).astype(np.float32)), cover)
    edge = np.exp(-np.abs(below) / (1.2 + 1.6 * near)) * cover * facing[None, :]
    sheet.light(edge * 0.5, palette.at(0.98))
