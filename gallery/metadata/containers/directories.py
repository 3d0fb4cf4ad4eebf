"""TIFF's directories of tagged values, which both EXIF blocks and TIFF files consist of.

Source: TIFF 6.0, and the BigTIFF extension with its 64 bit offsets.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

ASCII, UTF8, UNDEFINED = 2, 129, 7
_ENTRY_LIMIT = 512
# Bytes a value of each type.
_SIZES = {
    1: 1,
    ASCII: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    UNDEFINED: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
    UTF8: 1,
}
_NUMBERS = {1: "B", 3: "H", 4: "L", 13: "L", 16: "Q", 18: "Q"}


class Entry(NamedTuple):
    """One tag: `length` in bytes as claimed, `inline` the value itself or the place where it is."""

    tag: int
    kind: int
    amount: int
    length: int
    inline: bytes


class Directories:
    """A TIFF structure, read through `at(offset, length)`; offsets count from its header."""

    def __init__(self, at: Callable[[int, int], bytes], order: str, *, is_big: bool) -> None:
        self.order = order
        self._at = at
        self._count = struct.Struct(order + ("Q" if is_big else "H"))
        self._entry = struct.Struct(order + ("HHQ8s" if is_big else "HHL4s"))
        self._offset = struct.Struct(order + ("Q" if is_big else "L"))

    def entries(self, offset: int) -> tuple[list[Entry], int | None]:
        """The directory at `offset` and the place of the next, which is None where it is cut."""
        head = self._at(offset, self._count.size)
        if len(head) < self._count.size:
            return [], None
        (count,) = self._count.unpack(head)
        size = self._entry.size
        table_size = min(count, _ENTRY_LIMIT) * size
        table = self._at(offset + len(head), table_size + self._offset.size)
        whole = len(table[:table_size]) // size * size
        entries = [
            Entry(tag, kind, length, length * _SIZES.get(kind, 1), inline)
            for tag, kind, length, inline in self._entry.iter_unpack(table[:whole])
        ]
        end = table[table_size:]
        if len(end) < self._offset.size:
            return entries, None if whole < table_size else 0
        return entries, self._offset.unpack(end)[0] if count <= _ENTRY_LIMIT else 0

    def value(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a value, fewer than its length where the structure ends or at `limit`."""
        if entry.length <= len(entry.inline):
            return entry.inline[: entry.length]
        return self._at(self.offset(entry), min(entry.length, limit))

    def offset(self, entry: Entry) -> int:
        """The number in place of a value: where the value lies."""
        (offset,) = self._offset.unpack(entry.inline)
        return int(offset)

    def number(self, entry: Entry) -> int | None:
        """The first of a whole, unsigned entry's numbers."""
        letter = _NUMBERS.get(entry.kind)
        if letter is None or not entry.amount:
            return None
        data = self.value(entry, 8)
        size = _SIZES[entry.kind]
        if len(data) < size:
            return None
        (number,) = struct.unpack(self.order + letter, data[:size])
        return int(number)


def within(at: Callable[[int, int], bytes]) -> tuple[Directories, int] | None:
    """The structure whose header lies at 0 and the place of its first directory, if it is one."""
    header = at(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(header[:2])
    if order is None or len(header) < 8:
        return None
    if struct.unpack_from(order + "H", header, 2)[0] == 43:
        if len(header) < 16:
            return None
        return Directories(at, order, is_big=True), struct.unpack_from(order + "Q", header, 8)[0]
    # Whatever the number after the byte order is: some cameras and editors write their own.
    return Directories(at, order, is_big=False), struct.unpack_from(order + "L", header, 4)[0]
