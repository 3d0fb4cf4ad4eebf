"""What hidden texts begin with, and where their bits lie."""

from typing import NamedTuple

LENGTH = 15


class Signature(NamedTuple):
    """`channels` are those of the picture whose lowest bits are taken, pixel by pixel.

    `bits` are the text's as they lie there, a number each.
    """

    text: bytes
    place: str
    channels: str
    is_packed: bool
    bits: tuple[int, ...]


def _signature(text: bytes, place: str, channels: str, *, is_packed: bool) -> Signature:
    bits = (letter >> shift & 1 for letter in text for shift in range(7, -1, -1))
    return Signature(text, place, channels, is_packed, tuple(bits))


SIGNATURES = (
    _signature(b"stealth_pnginfo", "alpha", "A", is_packed=False),
    _signature(b"stealth_pngcomp", "alpha", "A", is_packed=True),
    _signature(b"stealth_rgbinfo", "rgb", "RGB", is_packed=False),
    _signature(b"stealth_rgbcomp", "rgb", "RGB", is_packed=True),
)
