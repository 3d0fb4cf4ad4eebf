"""What an encoder is: one batch method and declared capabilities."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image


class TextEncoder(Protocol):
    """`encode` gives float32 of shape (texts, width), in the order of `texts`, as the network gives
    it; `encode_queries` the same for what is searched with, which some networks want asked
    differently. Raises `OutOfMemory`, `DeviceLost`. NaN is left in the row that has it."""

    width: int

    def encode(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]": ...

    def encode_queries(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]": ...


class ImageEncoder(Protocol):
    """`prepare` runs ahead in threads and without the network: a picture (RGB, upright) becomes
    uint8 of shape (pixels, pixels, 3). `encode` gives float32 of shape (pictures, width), projected
    and not normalised; `encode_texts` the same in the same space. Raises as `TextEncoder`."""

    width: int
    pixels: int

    def encode(self, pictures: "Sequence[npt.NDArray[np.uint8]]") -> "npt.NDArray[np.float32]": ...

    def encode_texts(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]": ...


class Prepare(Protocol):
    """Of an image encoder's module: a function, since it is needed before the network is loaded."""

    def __call__(self, picture: "Image.Image") -> "npt.NDArray[np.uint8]": ...
