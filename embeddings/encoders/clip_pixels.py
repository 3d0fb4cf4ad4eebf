"""The pixels that CLIP is given of a picture: those that ComfyUI's CLIP vision gives it.

The shorter side becomes 224 px, bicubic with antialiasing, the middle is kept, values are rounded
to 8 bits. ComfyUI drops transparency, so what a transparent pixel hides is seen here as well.
"""

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PIXELS = 224
# A picture may be made this small before: the difference is below what rounding makes.
ENOUGH = 2048
_LARGE = 16_000_000


def prepare(picture: Image.Image) -> "npt.NDArray[np.uint8]":
    """`picture` (upright, any mode and size from 1 x 1) as RGB of shape (224, 224, 3).

    As torch's `interpolate` on floats, but that below 0.5 % of the values round to the next; of
    more than 16 megapixels all may, since floats of the whole would take gigabytes. Only the
    middle is ever computed, so that a picture of 20,000 x 1 px costs no more than others.
    """
    import numpy as np

    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    if rgb.size == (PIXELS, PIXELS):
        return np.array(rgb)
    box = _middle(*rgb.size)
    if rgb.width * rgb.height > _LARGE:
        return np.array(_resized(rgb, box))
    bands = [np.asarray(_resized(band.convert("F"), box)) for band in rgb.split()]
    return np.stack(bands, axis=-1).clip(0, 255).round().astype(np.uint8)


def _resized(image: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    return image.resize((PIXELS, PIXELS), Image.Resampling.BICUBIC, box=box)


def _middle(width: int, height: int) -> tuple[float, float, float, float]:
    """The part of the picture that lies in the middle 224 x 224 px once the whole is resized."""
    left, right = _middle_of(width, min(width, height))
    top, bottom = _middle_of(height, min(width, height))
    return left, top, right, bottom


def _middle_of(side: int, shorter: int) -> tuple[float, float]:
    resized = round(PIXELS / shorter * side)
    start = (resized - PIXELS) // 2
    return side * start / resized, side * (start + PIXELS) / resized
