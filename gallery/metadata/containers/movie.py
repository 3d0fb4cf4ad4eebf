"""What a movie box (`moov`) says of time and size, in videos and in animated AVIF alike.

Source: ISO/IEC 14496-12, 8.2 to 8.4.
"""

import struct
from typing import NamedTuple

from gallery.metadata.containers.boxes import Box, Boxes
from gallery.metadata.containers.contents import Contents

_SHORT_TIMES = struct.Struct(">LL")
_LONG_TIMES = struct.Struct(">LQ")
_MATRIX = struct.Struct(">9l")
_SIDES = struct.Struct(">LL")
_UNKNOWN = frozenset((2**32 - 1, 2**64 - 1))
_PICTURES = frozenset((b"vide", b"pict"))
# By signs of a, b, c and d: which EXIF orientation turns the frames as the matrix does.
_TURNS = {(0, 1, -1, 0): 6, (0, -1, 1, 0): 8, (-1, 0, 0, -1): 3, (-1, 0, 0, 1): 2, (1, 0, 0, -1): 4}


class Time(NamedTuple):
    amount: int
    units_per_second: int


class Track(NamedTuple):
    handler: bytes
    width: int
    height: int
    orientation: int
    time: Time | None

    def shows_pictures(self) -> bool:
        return self.handler in _PICTURES and self.width > 0 and self.height > 0


def time(data: bytes) -> Time | None:
    """Of the data of a movie or media header, which agree in this; None where it is not said."""
    times, at = (_LONG_TIMES, 20) if data[:1] == b"\x01" else (_SHORT_TIMES, 12)
    if len(data) < at + times.size:
        return None
    units_per_second, amount = times.unpack_from(data, at)
    if amount in _UNKNOWN or not amount or not units_per_second:
        return None
    return Time(amount, units_per_second)


def fragments_time(data: bytes, units_per_second: int) -> Time | None:
    """Of the data of a fragments' header (`mehd`), which counts in the movie's units."""
    length = 8 if data[:1] == b"\x01" else 4
    amount = int.from_bytes(data[4 : 4 + length], "big")
    return Time(amount, units_per_second) if units_per_second and amount else None


def units_per_second(data: bytes) -> int:
    """Of the data of a movie header."""
    at = 20 if data[:1] == b"\x01" else 12
    return int.from_bytes(data[at : at + 4], "big")


def track(boxes: Boxes, trak: Box) -> Track:
    handler, sides, orientation, duration = b"", (0, 0), 1, None
    for box in boxes.children(trak):
        if box.kind == b"tkhd":
            sides, orientation = _picture(boxes.data(box, limit=128))
        elif box.kind == b"mdia":
            for inner in boxes.children(box):
                if inner.kind == b"mdhd":
                    duration = time(boxes.data(inner, limit=64))
                elif inner.kind == b"hdlr":
                    handler = boxes.data(inner, limit=16)[8:12]
                elif inner.kind == b"minf":
                    # The tables of samples; the headers stand before them.
                    break
    return Track(handler, *sides, orientation, duration)


def _picture(data: bytes) -> tuple[tuple[int, int], int]:
    """Width, height and orientation of a track header; the sides are 16.16 fixed point."""
    at = 52 if data[:1] == b"\x01" else 40
    if len(data) < at + 44:
        return (0, 0), 1
    matrix = _MATRIX.unpack_from(data, at)
    width, height = _SIDES.unpack_from(data, at + 36)
    signs = tuple((value > 0) - (value < 0) for value in (*matrix[0:2], *matrix[3:5]))
    return (width >> 16, height >> 16), _TURNS.get(signs, 1)


def set_size(contents: Contents, found: Track) -> None:
    contents.set_size(found.width, found.height)
    contents.orientation = found.orientation
