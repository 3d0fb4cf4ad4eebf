"""Boxes of the ISO base media file format, walked without trust: MP4, MOV, AVIF and JPEG XL.

Box layout: size (4 bytes, big endian, counts itself), type (4), a size of 8 bytes where the first
is 1, 16 more bytes of type where it is uuid, then data. Source: ISO/IEC 14496-12.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_HEADER = struct.Struct(">L4s")
_LARGE = struct.Struct(">Q")
_NAME = re.compile(rb"[ -~]{4}")
_LONGEST_HEADER = 32
# Of one file, all levels together: a day of one-second fragments has fewer.
_BOX_LIMIT = 50_000
# Of one table or header, and of all in a file; texts have the limits of the contents as well.
_DATA_LIMIT = 256 * 1024
_TABLES_LIMIT = 2 * 1024 * 1024
_TEXTS_LIMIT = 64 * 1024 * 1024


class Box(NamedTuple):
    """Header at `position`, data from `start` to `end`, which never leaves what holds the box."""

    # With a uuid box: `uuid` and its sixteen bytes.
    kind: bytes
    position: int
    start: int
    end: int
    is_cut: bool


class Boxes:
    """The boxes of one file; all walks share one count, so that no nesting multiplies them."""

    def __init__(self, source: Source, contents: Contents) -> None:
        self.source = source
        self._contents = contents
        self._left = _BOX_LIMIT
        self._tables_left = _TABLES_LIMIT
        self._texts_left = _TEXTS_LIMIT

    def top(self) -> Iterator[Box]:
        """The boxes of the file itself, as far as they are named like boxes."""
        for box in self.within(0, self.source.size):
            if not _NAME.fullmatch(box.kind[:4]):
                self._contents.complain(
                    f"The file is damaged at byte {box.position}; the rest was not read."
                )
                return
            yield box

    def children(self, box: Box, skip: int = 0) -> Iterator[Box]:
        """The boxes in `box`, from `skip` bytes on: 4 where version and flags come first."""
        return self.within(box.start + skip, box.end)

    def within(self, position: int, end: int) -> Iterator[Box]:
        while position + 8 <= end:
            if self._left <= 0:
                self._contents.complain(
                    f"The file has more than {_BOX_LIMIT} parts; the rest was not read."
                )
                return
            self._left -= 1
            box = self._at(position, end)
            if box is None:
                return
            yield box
            position = box.end

    def data(self, box: Box, skip: int = 0, limit: int = _DATA_LIMIT) -> bytes:
        """What tables and headers hold, behind the first `skip` bytes."""
        start = box.start + skip
        data = self.source.at(start, max(0, min(box.end - start, limit, self._tables_left)))
        self._tables_left -= len(data)
        return data

    def text_data(self, box: Box, besides: int = 0, limit: int = _TEXTS_LIMIT) -> bytes:
        """As far as the contents have room for a text and `besides` bytes that are none."""
        limit = min(self._contents.room() + besides, self._texts_left, limit)
        length = box.end - box.start
        if length > limit:
            self._contents.complain_of_length("A text")
        data = self.source.at(box.start, min(length, limit))
        self._texts_left -= len(data)
        return data

    def _at(self, position: int, end: int) -> Box | None:
        header = self.source.at(position, _LONGEST_HEADER)
        if len(header) < 8:
            return None
        size, kind = _HEADER.unpack_from(header)
        length = 8
        if size == 1 and len(header) >= 16:
            (size,) = _LARGE.unpack_from(header, 8)
            length = 16
        elif size == 0:
            if kind == b"\0\0\0\0":
                # QuickTime ends lists with zeros.
                return None
            size = end - position
        if kind == b"uuid":
            kind = header[4:8] + header[length : length + 16]
            length += 16
        if size < length:
            self._contents.complain(
                f"The file is damaged at byte {position}; the rest was not read."
            )
            return None
        reaches = position + size
        is_cut = reaches > end
        if is_cut and reaches > self.source.size:
            self._contents.complain("The file is shorter than it says; its end is missing.")
        elif is_cut:
            self._contents.complain(
                f"The part at byte {position} is longer than what holds it; it was read in part."
            )
        return Box(kind, position, min(position + length, end), min(reaches, end), is_cut)


def brands(head: bytes) -> tuple[bytes, ...]:
    """What a file that starts with a file type box claims to be, the major brand first."""
    if head[4:8] != b"ftyp":
        return ()
    size = min(int.from_bytes(head[:4], "big"), 1024)
    listed = head[16:size]
    return (head[8:12], *(listed[at : at + 4] for at in range(0, len(listed) - 3, 4)))
