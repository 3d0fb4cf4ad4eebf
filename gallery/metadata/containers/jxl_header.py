"""The first bits of a JPEG XL codestream: size, orientation and bit depth.

Source: ISO/IEC 18181-1, annexes C (SizeHeader) and D (ImageMetadata).
"""

from typing import NamedTuple

# Enough for every header that is read.
LENGTH = 64
_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
# Choices of a variable number: constants, and how many bits are added to them.
_Choices = tuple[tuple[int, int], ...]
_SIDE: _Choices = ((1, 9), (1, 13), (1, 18), (1, 30))
_PREVIEW_SIDE_8: _Choices = ((16, 0), (32, 0), (1, 5), (33, 9))
_PREVIEW_SIDE: _Choices = ((1, 6), (65, 8), (321, 10), (1345, 12))
_TICKS: _Choices = ((100, 0), (1000, 0), (1, 10), (1, 30))
_TICKS_DENOMINATOR: _Choices = ((1, 0), (1001, 0), (1, 8), (1, 10))
_LOOPS: _Choices = ((0, 0), (0, 3), (0, 16), (0, 32))
_WHOLE_DEPTH: _Choices = ((8, 0), (10, 0), (12, 0), (1, 6))
_FLOAT_DEPTH: _Choices = ((32, 0), (16, 0), (24, 0), (1, 6))


class Header(NamedTuple):
    """Width and height as stored, before the orientation turns them; None: cut off before."""

    width: int
    height: int
    orientation: int | None
    bit_depth: int | None


class _CutOff(Exception):
    """The bits are at their end."""


class _Bits:
    """Bits from the lowest of each byte on."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise _CutOff
        self._left -= count
        taken = self._value & ((1 << count) - 1)
        self._value >>= count
        return taken

    def choose(self, choices: _Choices) -> int:
        constant, count = choices[self.take(2)]
        return constant + self.take(count)


def read(data: bytes) -> Header | None:
    """Of a codestream's first `LENGTH` bytes; None where they hold no size."""
    if data[:2] != b"\xff\x0a":
        return None
    bits = _Bits(data[2:LENGTH])
    try:
        width, height = _size(bits)
    except _CutOff:
        return None
    orientation = bit_depth = None
    try:
        is_plain = bits.take(1)
        orientation = 1 if is_plain else _orientation(bits)
        bit_depth = 8 if is_plain else _bit_depth(bits)
    except _CutOff:
        pass
    return Header(width, height, orientation, bit_depth)


def _size(bits: _Bits) -> tuple[int, int]:
    is_in_eights = bits.take(1)
    height = 8 * (bits.take(5) + 1) if is_in_eights else bits.choose(_SIDE)
    ratio = bits.take(3)
    if ratio:
        numerator, denominator = _RATIOS[ratio]
        return height * numerator // denominator, height
    width = 8 * (bits.take(5) + 1) if is_in_eights else bits.choose(_SIDE)
    return width, height


def _orientation(bits: _Bits) -> int:
    """Of the extra fields, which are all stepped over."""
    if not bits.take(1):
        return 1
    orientation = bits.take(3) + 1
    if bits.take(1):
        _size(bits)
    if bits.take(1):
        _skip_preview(bits)
    if bits.take(1):
        bits.choose(_TICKS)
        bits.choose(_TICKS_DENOMINATOR)
        bits.choose(_LOOPS)
        bits.take(1)
    return orientation


def _skip_preview(bits: _Bits) -> None:
    side = _PREVIEW_SIDE_8 if bits.take(1) else _PREVIEW_SIDE
    bits.choose(side)
    if not bits.take(3):
        bits.choose(side)


def _bit_depth(bits: _Bits) -> int:
    return bits.choose(_FLOAT_DEPTH if bits.take(1) else _WHOLE_DEPTH)
