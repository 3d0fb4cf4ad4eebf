"""Colour for the demo's pictures: ramps in OKLab, where a mixture looks like one.

OKLab and OKLCH: Björn Ottosson, https://bottosson.github.io/posts/oklab/
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
_STEPS = 2048

_LAB_TO_LMS = np.array(
    [
        [1, 0.3963377774, 0.2158037573],
        [1, -0.1055613458, -0.0638541728],
        [1, -0.0894841775, -1.291485548],
    ],
    dtype=np.float32,
)
_LMS_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ],
    dtype=np.float32,
)


def oklch(lightness: float, chroma: float, hue: float) -> Array:
    """One colour as OKLab; `hue` in degrees."""
    angle = np.deg2rad(hue)
    return np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], dtype=np.float32)


def srgb(lab: Array) -> Array:
    """OKLab (..., 3) to sRGB from 0 to 1, what lies outside cut off."""
    linear = np.clip((lab @ _LAB_TO_LMS.T) ** 3 @ _LMS_TO_RGB.T, 0, 1)
    # A table is five times as fast as the power function and exact to a 4000th.
    return _GAMMA[(linear * (len(_GAMMA) - 1)).astype(np.int32)]


def _gamma() -> Array:
    linear = np.linspace(0, 1, 1 << 16, dtype=np.float32)
    low = linear * 12.92
    return np.where(linear <= 0.0031308, low, 1.055 * linear ** (1 / 2.4) - 0.055).astype(
        np.float32
    )


_GAMMA = _gamma()


@dataclass(frozen=True)
class Palette:
    """From dark to light; `words` is what a prompt would say."""

    words: str
    stops: tuple[tuple[float, float, float], ...]

    def at(self, place: float) -> Array:
        """The colour at `place`, 0 dark to 1 light."""
        return self.ramp(np.array(place, dtype=np.float32))

    def ramp(self, places: Array) -> Array:
        """OKLab for each place; adds an axis of 3."""
        index = np.clip(places * (_STEPS - 1), 0, _STEPS - 1).astype(np.int32)
        table: Array = _table(self)[index]
        return table


def _table(palette: Palette) -> Array:
    if palette not in _tables:
        colours = np.stack([oklch(*stop) for stop in palette.stops])
        places = np.linspace(0, 1, len(colours))
        steps = np.linspace(0, 1, _STEPS)
        table = np.stack([np.interp(steps, places, colours[:, i]) for i in range(3)], axis=1)
        # Rounded corners: a ramp of straight lines shows its joints in a smooth sky.
        width = _STEPS // 8
        padded = np.pad(table, ((width, width), (0, 0)), mode="edge")
        kernel = np.hanning(2 * width + 1)
        kernel /= kernel.sum()
        smooth = [np.convolve(padded[:, i], kernel, mode="valid") for i in range(3)]
        _tables[palette] = np.stack(smooth, axis=1).astype(np.float32)
    return _tables[palette]


_tables: dict[Palette, Array] = {}

DUSK = Palette(
    "plum and apricot dusk",
    ((0.17, 0.05, 295), (0.34, 0.10, 310), (0.55, 0.15, 5), (0.75, 0.14, 48), (0.93, 0.07, 85)),
)
DAWN = Palette(
    "pale rose dawn",
    ((0.28, 0.05, 275), (0.48, 0.07, 295), (0.68, 0.08, 345), (0.83, 0.07, 35), (0.95, 0.04, 85)),
)
OCEAN = Palette(
    "deep teal and sea green",
    ((0.15, 0.04, 255), (0.31, 0.08, 235), (0.52, 0.10, 205), (0.74, 0.10, 182), (0.94, 0.05, 160)),
)
EMBER = Palette(
    "charcoal and ember orange",
    ((0.12, 0.02, 30), (0.29, 0.09, 25), (0.52, 0.17, 36), (0.74, 0.16, 62), (0.94, 0.09, 95)),
)
MOSS = Palette(
    "moss and fern green",
    ((0.16, 0.03, 165), (0.32, 0.06, 152), (0.52, 0.10, 140), (0.74, 0.12, 120), (0.94, 0.07, 105)),
)
INDIGO = Palette(
    "indigo and warm paper",
    ((0.19, 0.07, 275), (0.36, 0.11, 268), (0.58, 0.09, 258), (0.82, 0.04, 95), (0.95, 0.025, 88)),
)
ORCHID = Palette(
    "violet and orchid",
    ((0.15, 0.07, 288), (0.33, 0.14, 295), (0.55, 0.18, 322), (0.76, 0.13, 347), (0.94, 0.05, 25)),
)
GLACIER = Palette(
    "glacier blue and bone white",
    ((0.20, 0.04, 262), (0.40, 0.08, 250), (0.62, 0.08, 238), (0.82, 0.05, 225), (0.96, 0.012, 95)),
)
GOLD = Palette(
    "black lacquer and gold",
    ((0.11, 0.012, 60), (0.27, 0.04, 68), (0.52, 0.10, 77), (0.76, 0.13, 88), (0.95, 0.08, 100)),
)
VERDIGRIS = Palette(
    "rust and verdigris",
    ((0.16, 0.03, 215), (0.35, 0.07, 200), (0.56, 0.07, 175), (0.70, 0.12, 58), (0.92, 0.06, 82)),
)
SAND = Palette(
    "terracotta and pale sand",
    ((0.24, 0.05, 25), (0.42, 0.10, 38), (0.62, 0.11, 55), (0.79, 0.08, 72), (0.93, 0.045, 85)),
)
BERRY = Palette(
    "midnight blue and raspberry",
    ((0.14, 0.05, 268), (0.28, 0.10, 282), (0.48, 0.19, 355), (0.70, 0.16, 20), (0.93, 0.06, 70)),
)
