"""What the painters share: a sheet of OKLab colour, soft noise, light, and drawing with lines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from gallery.demo.palettes import Array, srgb

Random = np.random.Generator
Size = tuple[int, int]


@dataclass(frozen=True)
class Work:
    """A finished picture, and the prompt that describes what is really on it."""

    image: Image.Image
    prompt: str


class Sheet:
    """`u`, `v` run from 0 to 1 across and down; `x`, `y` from the middle, the shorter side is 2."""

    def __init__(self, size: Size, random: Random) -> None:
        self.size, self.random = size, random
        width, height = size
        self.u: Array = ((np.arange(width, dtype=np.float32) + 0.5) / width)[None, :]
        self.v: Array = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
        unit = 2 / min(size)
        self.x: Array = (self.u - 0.5) * (width * unit)
        self.y: Array = (self.v - 0.5) * (height * unit)
        self.lab: Array = np.zeros((height, width, 3), dtype=np.float32)

    @property
    def shape(self) -> tuple[int, int]:
        return self.lab.shape[0], self.lab.shape[1]

    def lay(self, colour: Array, cover: Array | float = 1.0) -> None:
        """Paint `colour` (3,) or (h, w, 3) where `cover` (h, w) is 1, mixed below that."""
        amount = np.asarray(cover, dtype=np.float32)
        self.lab += (colour - self.lab) * np.clip(amount, 0, 1)[..., None]

    def light(self, amount: Array, colour: Array) -> None:
        """Add light that pulls what is under it towards `colour`."""
        strength = np.clip(amount, 0, None)
        self.lay(colour, 1 - np.exp(-strength))

    def noise(self, cells: float, octaves: int = 4, gain: float = 0.5, stretch: float = 1) -> Array:
        """Soft noise around 0, mostly within -1 to 1; `cells` along the shorter side."""
        return noise(self.size, self.random, cells, octaves, gain, stretch)

    def stars(self, count: int, colour: Array, cover: Array | float = 1.0) -> None:
        """Points of different brightness, the brightest with a halo."""
        height, width = self.shape
        rows = self.random.integers(2, height - 2, count)
        columns = self.random.integers(2, width - 2, count)
        bright = (self.random.pareto(2.2, count) * 0.22).clip(0, 3).astype(np.float32)
        glow = np.zeros(self.shape, dtype=np.float32)
        np.add.at(glow, (rows, columns), bright)
        glow = glow + 2.2 * soft(glow, 3) + 6 * soft(np.where(glow > 1.1, glow, 0), 10)
        self.light(glow * cover, colour)

    def draw(self, paint: Callable[[ImageDraw.ImageDraw, int], None], scale: int = 2) -> Array:
        """Cover (h, w) of what `paint(drawing, scale)` draws in white, with smooth edges."""
        height, width = self.shape
        mask = Image.new("L", (width * scale, height * scale))
        paint(ImageDraw.Draw(mask), scale)
        return np.asarray(mask.reduce(scale), dtype=np.float32) / 255

    def finish(self, vignette: float = 0.12, grain: float = 0.008) -> Image.Image:
        """To 8 bits, with a breath of grain so that no gradient shows steps."""
        far = (self.u - 0.5) ** 2 + (self.v - 0.5) ** 2
        lab = self.lab * (1 - vignette * np.clip(far * 2, 0, 1)[..., None] * [1, 0.6, 0.6])
        lab[..., 0] += self.random.standard_normal(self.shape, dtype=np.float32) * grain * 0.6
        pixels = srgb(lab.astype(np.float32)) * 255 + self.random.random(
            (*self.shape, 1), dtype=np.float32
        )
        return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def resized(field: Array, size: Size, how: Image.Resampling = Image.Resampling.BICUBIC) -> Array:
    return np.asarray(Image.fromarray(field).resize(size, how), dtype=np.float32)


def noise(
    size: Size,
    random: Random,
    cells: float,
    octaves: int = 4,
    gain: float = 0.5,
    stretch: float = 1,
) -> Array:
    """See `Sheet.noise`; `stretch` above 1 draws it out sideways."""
    width, height = size
    total = np.zeros((height, width), dtype=np.float32)
    weight, norm = 1.0, 0.0
    for _ in range(octaves):
        across = max(2, round(cells * width / min(size) / stretch))
        down = max(2, round(cells * height / min(size)))
        if across > width or down > height:
            break
        grid = random.standard_normal((down + 3, across + 3), dtype=np.float32)
        margin_x, margin_y = width * 3 // (2 * across), height * 3 // (2 * down)
        whole = resized(grid, (width + 2 * margin_x, height + 2 * margin_y))
        total += weight * whole[margin_y : margin_y + height, margin_x : margin_x + width]
        norm += weight * weight
        weight, cells = weight * gain, cells * 2
    return total / np.float32(1.3 * np.sqrt(norm))


def soft(field: Array, radius: float) -> Array:
    """Blurred by about `radius` pixels, cheaply."""
    height, width = field.shape
    small = (max(1, round(width / radius)), max(1, round(height / radius)))
    return resized(resized(field, small, Image.Resampling.BOX), (width, height))


def smoothstep(low: float, high: float, field: Array) -> Array:
    """0 below `low`, 1 above `high`, a smooth slope between; `low` may be the larger."""
    t = np.clip((field - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def sample(field: Array, rows: Array, columns: Array) -> Array:
    """Bilinear values at fractional places; the field is mirrored at its edges."""
    height, width = field.shape
    rows = height - 1 - np.abs(rows % (2 * height - 2) - (height - 1))
    columns = width - 1 - np.abs(columns % (2 * width - 2) - (width - 1))
    row = np.minimum(rows.astype(np.int32), height - 2)
    column = np.minimum(columns.astype(np.int32), width - 2)
    down, right = rows - row, columns - column
    flat, base = field.ravel(), row * width + column
    upper = flat[base] * (1 - right) + flat[base + 1] * right
    lower = flat[base + width] * (1 - right) + flat[base + width + 1] * right
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


def splat(
    shape: tuple[int, int], rows: Array, columns: Array, weights: Array | None = None
) -> Array:
    """How many points fall on each pixel, shared between neighbours so that lines are smooth."""
    height, width = shape
    total = np.zeros(height * width, dtype=np.float64)
    top, left = np.floor(rows), np.floor(columns)
    down, right = rows - top, columns - left
    base = top.astype(np.int64) * width + left.astype(np.int64)
    inside = (top >= 0) & (top < height - 1) & (left >= 0) & (left < width - 1)
    base, down, right = base[inside], down[inside], right[inside]
    given = 1.0 if weights is None else weights[inside]
    for step, share in (
        (0, (1 - down) * (1 - right)),
        (1, (1 - down) * right),
        (width, down * (1 - right)),
        (width + 1, down * right),
    ):
        total += np.bincount(base + step, weights=share * given, minlength=height * width)
    return total.reshape(shape).astype(np.float32)
