"""Frames into the bytes of a WebP or an AVIF, by Pillow's own encoders and their own scales."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from gallery.convert.frames import Frames
from gallery.convert.orders import Order
from gallery.filing.refusals import Refused
from gallery.media.opening import HOSTILE

# Above 4 WebP takes twice as long for 2 % less.
METHOD = 4
_LOSSLESS_EFFORT = 75
_SPEED = 6
# WebP's own limit; libavif's default for whoever reads it.
_LONGEST = {"webp": 16_383, "avif": 32_768}
_MOST_PIXELS = {"webp": 16_383**2, "avif": 16_384**2}


@dataclass(frozen=True, slots=True)
class Encoded:
    """`still` is the frame that was encoded, of an animation None."""

    data: bytes
    profile: bytes
    still: Image.Image | None


def require_size(size: tuple[int, int], order: Order) -> None:
    """Raises `Refused` where the format cannot hold such a picture."""
    longest = _LONGEST[order.format]
    if max(size) > longest:
        raise Refused(
            f"it is {size[0]:,} x {size[1]:,} pixels; {order.title} holds {longest:,} a side"
        )
    if size[0] * size[1] > _MOST_PIXELS[order.format]:
        raise Refused(
            f"it is {size[0]:,} x {size[1]:,} pixels; most programs open no such {order.title}"
        )


def encode(frames: Frames, order: Order, exif: bytes, xmp: bytes) -> Encoded:
    """Raises `Refused`."""
    require_size(frames.size, order)
    if frames.durations:
        if order.format == "avif" and frames.plays:
            raise Refused(f"it plays {frames.plays} times; AVIF, as written here, plays for ever")
        image: Image.Image = _Reel(frames)
        still = None
    else:
        image = still = _opaque(next(frames.each()))
    profile = frames.kept_profile()
    # What Pillow would take from the original by itself.
    image.info = {}
    given = {**options(order), "exif": exif, "xmp": xmp, "icc_profile": profile or None}
    if frames.durations:
        given |= {"save_all": True, "duration": list(frames.durations), "loop": frames.plays}
        given |= {"background": (0, 0, 0, 0)}
    return Encoded(_saved(image, order, given), profile, still)


def options(order: Order) -> dict[str, Any]:
    """What Pillow's encoder is told."""
    if order.format == "avif":
        # Files are encoded beside each other, so each gets by with one thread.
        return {"quality": order.quality, "speed": _SPEED, "max_threads": 1}
    if order.is_lossless:
        return {"lossless": True, "exact": True, "quality": _LOSSLESS_EFFORT, "method": METHOD}
    return {"quality": order.quality, "method": METHOD}


def _saved(image: Image.Image, order: Order, given: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    try:
        image.save(buffer, order.format.upper(), **given)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("there was not enough memory for it") from error
    except HOSTILE as error:
        raise Refused(f"{order.title} cannot hold it: {error}") from error
    return buffer.getvalue()


def _opaque(image: Image.Image) -> Image.Image:
    """Without an alpha channel that says nothing."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


class _Reel(Image.Image):
    """An animation as Pillow's encoders walk through one, a frame in memory at a time."""

    is_animated = True

    def __init__(self, frames: Frames) -> None:
        super().__init__()
        self._frames = frames
        self.n_frames = len(frames.durations)
        self._each: Iterator[Image.Image] = iter(())
        self._at = -1
        self.seek(0)

    def seek(self, frame: int) -> None:
        if not 0 <= frame < self.n_frames:
            raise EOFError("no more frames")
        if frame < self._at or self._at < 0:
            self._each = self._frames.each()
            self._at = -1
        while self._at < frame:
            shown = next(self._each)
            self._at += 1
        if self._at == frame and "shown" in locals():
            # Frames with and without alpha do not mix.
            shown = shown.convert("RGBA")
            self.im, self._mode, self._size = shown.im, shown.mode, shown.size

    def tell(self) -> int:
        return self._at
