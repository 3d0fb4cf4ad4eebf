"""EBML elements, walked without trust: the grammar of Matroska and WebM.

Element layout: identifier (1 to 4 bytes, as many as its leading zeros and one), size (1 to 8 bytes,
likewise; all ones: unknown), data. Source: RFC 8794.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_LONGEST_HEADER = 12
# By its first byte, how many bytes a number takes: the leading zeros and one. 9 is none.
_LENGTHS = tuple(9 - first.bit_length() for first in range(256))
# Of one file, all levels together; a day of clusters of two seconds has fewer.
_ELEMENT_LIMIT = 50_000


class Element(NamedTuple):
    """Header at `position`, data from `start` to `end`, which never leaves what holds it."""

    id: int
    position: int
    start: int
    end: int
    has_size: bool
    is_cut: bool


class Elements:
    """The elements of one file; all walks share one count, so that no nesting multiplies them."""

    def __init__(self, source: Source, contents: Contents) -> None:
        self.source = source
        self._contents = contents
        self._left = _ELEMENT_LIMIT

    def within(self, position: int, end: int) -> Iterator[Element]:
        while position < end and (element := self.at(position, end)):
            yield element
            position = element.end

    def children(self, element: Element) -> Iterator[Element]:
        return self.within(element.start, element.end)

    def at(self, position: int, end: int) -> Element | None:
        """The element at `position` in what ends at `end`; None where there is none."""
        if self._left <= 0:
            self._contents.complain(
                f"The file has more than {_ELEMENT_LIMIT} parts; the rest was not read."
            )
            return None
        self._left -= 1
        header = self.source.at(position, _LONGEST_HEADER)
        id_length = _LENGTHS[header[0]] if header else 9
        size_length = _LENGTHS[header[id_length]] if id_length < len(header) else 9
        if id_length > 4 or size_length > 8 or len(header) < id_length + size_length:
            self._contents.complain(
                f"The file is damaged at byte {position}; the rest was not read."
            )
            return None
        start = position + id_length + size_length
        largest = (1 << 7 * size_length) - 1
        size = int.from_bytes(header[id_length : id_length + size_length], "big") & largest
        has_size = size != largest
        reaches = start + size if has_size else end
        if reaches > end and reaches > self.source.size:
            self._contents.complain("The file is shorter than it says; its end is missing.")
        identifier = int.from_bytes(header[:id_length], "big")
        is_cut = reaches > end
        return Element(identifier, position, min(start, end), min(reaches, end), has_size, is_cut)

    def bytes(self, element: Element, limit: int) -> bytes:
        return self.source.at(element.start, min(element.end - element.start, limit))

    def number(self, element: Element) -> int:
        return int.from_bytes(self.bytes(element, 8), "big")

    def float(self, element: Element) -> float:
        """Zero where the size is that of no float."""
        data = self.bytes(element, 8)
        layout = {4: ">f", 8: ">d"}.get(len(data))
        value: float = struct.unpack(layout, data)[0] if layout else 0.0
        return value
