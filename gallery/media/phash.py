"""A perceptual hash: 64 bits that stay close while a picture is resized, re-encoded or retouched.

The algorithm is `imagehash.phash` (the low 8x8 of a 32x32 DCT-II against their median), done for a
whole batch at once.
"""

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE = 32
_LOW = 8


def gray(pixels: Image.Image) -> npt.NDArray[np.uint8]:
    """What is hashed: (32, 32) gray values; transparent parts over middle gray."""
    if pixels.mode == "RGBA":
        ground = Image.new("RGBA", pixels.size, (128, 128, 128, 255))
        ground.alpha_composite(pixels)
        pixels = ground
    small = pixels.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(small, dtype=np.uint8)


def of(grays: Sequence[npt.NDArray[np.uint8]]) -> list[int]:
    """The hashes of n gray squares, as signed 64-bit integers; the top left bit is the sign."""
    if not grays:
        return []
    stack = np.stack(grays).astype(np.float64)
    basis = _basis()
    low = basis @ stack @ basis.T
    bits = low > np.median(low, axis=(1, 2), keepdims=True)
    packed = np.packbits(bits.reshape(len(grays), -1), axis=1)
    return [int(value) for value in packed.view(">i8")[:, 0]]


@functools.cache
def _basis() -> npt.NDArray[np.float64]:
    """The first 8 rows of the unnormalised DCT-II matrix, as scipy.fftpack.dct has it."""
    frequency = np.arange(_LOW)[:, None]
    place = np.arange(SIDE)[None, :]
    return np.asarray(2 * np.cos(np.pi * frequency * (2 * place + 1) / (2 * SIDE)))
