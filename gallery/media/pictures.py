"""The picture that consumers get, whatever the file was, and the word for there being none."""

from dataclasses import dataclass, field

from PIL import Image


class UndecodableImage(Exception):
    """Nothing of the picture can be shown; `reason` says why, to a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Picture:
    """Upright pixels in sRGB, RGB or RGBA; `width` and `height` are the file's own, upright."""

    pixels: Image.Image
    width: int
    height: int
    problems: tuple[str, ...] = ()
    _levels: dict[int, Image.Image] = field(default_factory=dict, repr=False)

    def fit(self, longest: int) -> Image.Image:
        """`pixels` at no more than `longest` on the longest side, never enlarged.

        Made by way of each doubled size and kept, so that the result is the same in whatever order
        sizes are asked for.
        """
        if max(self.pixels.size) <= longest:
            return self.pixels
        if longest not in self._levels:
            self._levels[longest] = fitted(self.fit(2 * longest), longest)
        return self._levels[longest]


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """`image` itself where it is no larger."""
    if max(image.size) <= longest:
        return image
    return image.resize(
        fitted_size(image.size, longest), Image.Resampling.LANCZOS, reducing_gap=2.0
    )


def fitted_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """In the same proportions, at least a pixel each way."""
    share = min(1.0, longest / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))
