"""A decoded picture's lowest bits, column by column. Pillow is imported only to decode one."""

import struct
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from typing import Any

# Each byte's lowest bit as a digit.
_LOWEST = bytes(b"01"[value & 1] for value in range(256))
_STRIP_PIXELS = 1_000_000


class UnreadablePixels(Exception):
    """The picture cannot be decoded."""


class Pixels:
    """The picture in `data`, a whole file, decoded when its bits are first asked for."""

    def __init__(self, data: bytes, width: int, height: int) -> None:
        self._data = data
        self._width = width
        self._height = height

    def capacity(self, channels: str) -> int:
        """How many bytes can be hidden."""
        return self._width * self._height * len(channels) // 8

    def bits(self, channels: str, start: int, length: int) -> bytes:
        """`length` bytes from byte `start` on; none where the picture lacks channels or pixels."""
        if not set(channels) <= set(self._picture.getbands()):
            return b""
        first, end = start * 8, (start + length) * 8
        if end > self.capacity(channels) * 8:
            return b""
        column_bits = self._height * len(channels)
        columns = range(first // column_bits, -(-end // column_bits))
        digits = b"".join(self._digits(channels, columns))
        skipped = columns.start * column_bits
        # A power of two as the base: no limit of digits, and time in step with the length.
        return int(digits[first - skipped : end - skipped], 2).to_bytes(length, "big")

    def _digits(self, channels: str, columns: range) -> Iterator[bytes]:
        """The columns' lowest bits, a digit each, some columns at a time."""
        from PIL import Image

        strip = max(1, _STRIP_PIXELS // self._height)
        for left in columns[::strip]:
            right = min(left + strip, columns.stop)
            part = self._picture.crop((left, 0, right, self._height))
            part = part.getchannel("A") if channels == "A" else part.convert("RGB")
            yield part.transpose(Image.Transpose.TRANSPOSE).tobytes().translate(_LOWEST)

    @cached_property
    def _picture(self) -> Any:
        from PIL import Image

        try:
            picture = Image.open(BytesIO(self._data))
            if picture.size != (self._width, self._height):
                raise UnreadablePixels
            picture.load()
        except (
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
            OverflowError,
            MemoryError,
            struct.error,
            Image.DecompressionBombError,
        ) as error:
            raise UnreadablePixels from error
        # The file has served; the pixels alone are large enough.
        self._data = b""
        return picture
