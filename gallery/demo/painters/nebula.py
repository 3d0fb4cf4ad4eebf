"""Clouds of gas: noise bent by noise, bent by noise, lit from within, with stars before it."""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, sample, smoothstep

_PAIRS = (
    (palettes.ORCHID, palettes.OCEAN),
    (palettes.BERRY, palettes.GLACIER),
    (palettes.OCEAN, palettes.EMBER),
    (palettes.EMBER, palettes.ORCHID),
    (palettes.VERDIGRIS, palettes.DUSK),
)


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    main, second = _PAIRS[random.integers(len(_PAIRS))]
    unit = min(size)
    rows = np.arange(size[1], dtype=np.float32)[:, None] + np.zeros(sheet.shape, dtype=np.float32)
    columns = np.arange(size[0], dtype=np.float32)[None, :] + np.zeros(
        sheet.shape, dtype=np.float32
    )
    bend = 0.17 * unit
    across, down = sheet.noise(2.2, 4), sheet.noise(2.2, 4)
    gas = sheet.noise(2.6, 7, 0.55)
    once_down = sample(down, rows + bend * across, columns + bend * down)
    once_across = sample(across, rows - bend * down, columns + bend * across)
    gas = sample(gas, rows + 1.6 * bend * once_down, columns + 1.6 * bend * once_across)
    angle = float(random.uniform(0, np.pi))
    band = sheet.x * np.sin(angle) - sheet.y * np.cos(angle) + 0.35 * across
    body = np.exp(-((band / float(random.uniform(0.65, 0.95))) ** 2))
    density = np.clip((0.36 + 0.46 * gas) * (0.25 + body), 0, 1.1)
    sheet.lab[:] = main.ramp(np.clip(density**1.35 * 0.86, 0, 1))
    other = second.ramp(np.clip(density**1.5 * 0.95, 0, 1))
    sheet.lay(other, smoothstep(-0.25, 0.8, once_across) * 0.85)
    dust = smoothstep(0.1, 0.85, -gas + 0.5 * once_down) * body
    sheet.lay(main.at(0.0), dust * 0.55)
    sheet.light(np.clip(density - 0.78, 0, 1) * 1.8, second.at(0.98))
    sheet.stars(int(size[0] * size[1] / 520), palettes.oklch(0.97, 0.02, 250), 1 - 0.55 * dust)
    words = (
        f"nebula, glowing gas clouds with dust lanes and scattered stars, {main.words} with "
        f"{second.words}, deep space, astrophotography, domain warped clouds"
    )
    return Work(sheet.finish(0.25), words)
