"""Stained glass: irregular panes between dark leads, each with its own streaks of light."""

import numpy as np
import numpy.typing as npt

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, smoothstep, soft
from gallery.demo.palettes import Array

Index = npt.NDArray[np.intp]
_PALETTES = (palettes.DUSK, palettes.OCEAN, palettes.ORCHID, palettes.VERDIGRIS, palettes.BERRY)


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    count = int(random.integers(7, 12))
    first, second, pane_of, cells = _panes(sheet, count)
    chosen = random.uniform(0, 1, (cells, 2)).astype(np.float32)[pane_of]
    # A window is composed: a bright middle, tones that wander with the place, some odd panes.
    middle = float(random.uniform(-0.3, 0.3)), float(random.uniform(-0.5, 0.2))
    rays = np.hypot(sheet.x - middle[0], sheet.y - middle[1])
    wander = soft(sheet.noise(1.2, 2), 6)
    pane = 0.62 - 0.20 * _per_pane(rays, pane_of) + 0.16 * _per_pane(wander, pane_of)
    pane += (chosen[..., 0] - 0.5) * 0.34
    streaks = sheet.noise(3.5, 5, 0.6, stretch=0.35) * 0.05 + sheet.noise(30, 2) * 0.012
    inner = np.clip((second - first) / 0.16, 0, 1)
    sheet.lab[:] = palette.ramp(np.clip(pane + streaks + 0.07 * inner, 0.08, 1))
    sheet.lab[..., 1:] *= (0.9 + 0.45 * chosen[..., 1])[..., None]
    glow = np.exp(-rays * 1.5)
    sheet.light(0.5 * glow * inner, palette.at(1.0))
    gap = (second - first) * min(size) / 2
    lead = smoothstep(5.6, 3.6, gap)
    sheet.lay(palettes.oklch(0.16, 0.012, 260), lead)
    sheet.light(np.exp(-((gap - 2.2) ** 2) * 1.1) * lead * 0.12, palettes.oklch(0.7, 0.02, 240))
    sheet.light(soft(sheet.lab[..., 0] ** 3, 22) * 0.16, palette.at(0.95))
    words = (
        f"stained glass window, irregular glass panes between dark lead lines, {palette.words}, "
        "light shining through, streaked glass texture, abstract mosaic"
    )
    return Work(sheet.finish(0.22), words)


def _panes(sheet: Sheet, count: int) -> tuple[Array, Array, Index, int]:
    """Distance to the nearest and the second nearest site, and which pane each pixel is in.

    Worley's cellular noise: one jittered site a square, so that only 5x5 squares need a look.
    """
    x, y = (sheet.x + 4) * count / 2, (sheet.y + 4) * count / 2
    squares = int(8 * count) + 8
    offset = sheet.random.uniform(0.08, 0.92, (squares, squares, 2)).astype(np.float32)
    square_x = np.floor(x).astype(np.int32) + np.zeros_like(y, dtype=np.int32)
    square_y = np.floor(y).astype(np.int32) + np.zeros_like(x, dtype=np.int32)
    first = np.full(sheet.shape, np.inf, dtype=np.float32)
    second = first.copy()
    nearest = np.zeros(sheet.shape, dtype=np.int32)
    for down in range(-2, 3):
        for right in range(-2, 3):
            column, row = square_x + right, square_y + down
            site = offset[row, column]
            distance = np.hypot(column + site[..., 0] - x, row + site[..., 1] - y)
            is_nearer = distance < first
            second = np.minimum(second, np.where(is_nearer, first, distance))
            nearest = np.where(is_nearer, row * squares + column, nearest)
            first = np.minimum(first, distance)
    panes, index = np.unique(nearest, return_inverse=True)
    index = index.reshape(sheet.shape)
    unit = np.float32(2 / count)
    return first * unit, second * unit, index, len(panes)


def _per_pane(field: Array, pane: Index) -> Array:
    """`field` averaged over each pane."""
    count = np.bincount(pane.ravel())
    total = np.bincount(pane.ravel(), weights=field.ravel())
    return np.asarray((total / count)[pane], dtype=np.float32)
