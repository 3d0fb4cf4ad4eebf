"""The items of a HEIF file's `meta` box: their kinds, where their bytes lie, and the properties of
the picture among them.

Source: ISO/IEC 14496-12, 8.11 (iinf, iloc, pitm) and ISO/IEC 23008-12, 9 (iprp).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gallery.metadata.containers.boxes import Box, Boxes

_EXTENT_LIMIT = 1000
_ENTRY_LIMIT = 512
_PROPERTY_LIMIT = 100
_FIELD_SIZES = frozenset((0, 4, 8))
# Where an item's bytes lie: in the file, or in the `idat` box of the same `meta`.
_IN_FILE, _IN_META = 0, 1


class Item(NamedTuple):
    id: int
    kind: bytes
    content_type: bytes


class Place(NamedTuple):
    """Parts as pairs of offset and length (0: to the end); `method` as in the box `iloc`."""

    method: int
    extents: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Meta:
    """`properties` are all of the file; `associations` those of each item, counted from 1."""

    primary: int | None = None
    items: list[Item] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    properties: list[Box] = field(default_factory=list)
    associations: dict[int, list[int]] = field(default_factory=dict)
    idat: Box | None = None

    def primary_properties(self) -> list[Box]:
        """Those of the picture that is shown; all, where the file does not say which that is."""
        if self.primary not in self.associations:
            return self.properties[:_PROPERTY_LIMIT]
        listed = self.associations[self.primary][:_PROPERTY_LIMIT]
        return [self.properties[at - 1] for at in listed if 0 < at <= len(self.properties)]


def read(walk: Boxes, meta: Box) -> Meta:
    found = Meta()
    for box in walk.children(meta, skip=4):
        if box.kind == b"pitm":
            data = walk.data(box, limit=8)
            found.primary = int.from_bytes(data[4 : 8 if data[:1] != b"\0" else 6], "big")
        elif box.kind == b"iinf":
            skip = 6 if walk.data(box, limit=1) == b"\0" else 8
            found.items += [
                _item(walk.data(entry, limit=_ENTRY_LIMIT)) for entry in walk.children(box, skip)
            ]
        elif box.kind == b"iloc":
            found.places.update(_places(walk.data(box)))
        elif box.kind == b"idat":
            found.idat = box
        elif box.kind == b"iprp":
            _read_properties(walk, box, found)
    return found


def item_data(walk: Boxes, meta: Meta, item: Item, limit: int) -> tuple[bytes, int, bool] | None:
    """At most `limit` bytes of an item, their place in the file, and whether they are all.

    None where the file does not say where they lie.
    """
    place = meta.places.get(item.id)
    if place is None or not place.extents:
        return None
    start, end = 0, walk.source.size
    if place.method == _IN_META and meta.idat is not None:
        start, end = meta.idat.start, meta.idat.end
    elif place.method != _IN_FILE:
        return None
    parts: list[bytes] = []
    is_whole = True
    for offset, length in place.extents:
        reaches = start + offset + length if length else end
        wanted = min(reaches, end) - (start + offset)
        part = walk.source.at(start + offset, max(0, min(wanted, limit)))
        is_whole = is_whole and reaches <= end and 0 < wanted <= limit
        limit -= len(part)
        parts.append(part)
    return b"".join(parts), start + place.extents[0][0], is_whole


def exif_block(data: bytes) -> bytes:
    """An EXIF item from its TIFF header on, whose offset stands before it (or was forgotten)."""
    if data.startswith((b"II*\0", b"MM\0*", b"Exif\0")):
        return data
    start = 4 + int.from_bytes(data[:4], "big")
    return data[start:] if data[start : start + 2] in (b"II", b"MM") else data[4:]


def _item(data: bytes) -> Item:
    """Of an `infe` box of version 2 or 3; older ones name no kind."""
    version = data[:1]
    if version not in (b"\2", b"\3"):
        return Item(0, b"", b"")
    at = 6 if version == b"\2" else 8
    kind = data[at + 2 : at + 6]
    # Item name and content type, NUL each.
    texts = data[at + 6 :].split(b"\0", 2)
    content_type = texts[1] if kind == b"mime" and len(texts) > 1 else b""
    return Item(int.from_bytes(data[4:at], "big"), kind, content_type)


class _Fields:
    """Numbers one after the other; beyond the end they are 0 and `is_ended` is true."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position

    def take(self, size: int) -> int:
        start = self._position
        self._position += size
        return int.from_bytes(self._data[start : self._position], "big")

    @property
    def is_ended(self) -> bool:
        return self._position > len(self._data)


def _places(data: bytes) -> Iterator[tuple[int, Place]]:
    """Of an `iloc` box, versions 0 to 2."""
    version = data[0] if data else 0
    fields = _Fields(data, 4)
    sizes = fields.take(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    if version > 2 or not {offset_size, length_size, base_size, index_size} <= _FIELD_SIZES:
        return
    count = fields.take(4 if version == 2 else 2)
    extents_left = _EXTENT_LIMIT + count
    for _ in range(count):
        item = fields.take(4 if version == 2 else 2)
        method = fields.take(2) & 15 if version else _IN_FILE
        fields.take(2)
        base = fields.take(base_size)
        extents: list[tuple[int, int]] = []
        for _ in range(fields.take(2)):
            fields.take(index_size)
            extents.append((base + fields.take(offset_size), fields.take(length_size)))
            extents_left -= 1
            if fields.is_ended or extents_left <= 0:
                return
        if fields.is_ended:
            return
        yield item, Place(method, tuple(extents))


def _read_properties(walk: Boxes, iprp: Box, found: Meta) -> None:
    for box in walk.children(iprp):
        if box.kind == b"ipco":
            found.properties += walk.children(box)
        elif box.kind == b"ipma":
            data = walk.data(box)
            is_wide = data[3:4] != b"" and data[3] & 1
            id_size = 2 if data[:1] == b"\0" else 4
            fields = _Fields(data, 4)
            for _ in range(fields.take(4)):
                item = fields.take(id_size)
                # The highest bit says whether a reader must understand the property.
                listed = [
                    fields.take(2) & 0x7FFF if is_wide else fields.take(1) & 0x7F
                    for _ in range(fields.take(1))
                ]
                if fields.is_ended:
                    return
                found.associations.setdefault(item, []).extend(listed)
