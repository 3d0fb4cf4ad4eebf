"""JPEG: the segments before the pixels. Whatever segment comes first is fine.

Segment layout: 0xFF, marker, length (2 bytes, big endian, counts itself), data. Source: ITU T.81,
EXIF 2.32 (APP1), Adobe XMP part 3.
"""

import re
import struct

from gallery.metadata.containers import exif, texts, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_START = b"\xff\xd8\xff"
_LENGTH = struct.Struct(">H")
_SIDES = struct.Struct(">HH")
_SCAN, _END, _COMMENT, _APP1 = 0xDA, 0xD9, 0xFE, 0xE1
# Start-of-frame markers, less Huffman tables, arithmetic conditioning and the reserved one.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers that stand alone: no length, no data.
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
_SEGMENT_LIMIT = 10_000
_GARBAGE_LIMIT = 65_536
_MARKER = re.compile(rb"\xff[^\x00\xff]", re.S)
_EXIF = b"Exif\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"


def recognises(head: bytes) -> bool:
    return head.startswith(_START)


def read(source: Source, contents: Contents) -> None:
    position = 2
    for _ in range(_SEGMENT_LIMIT):
        found = _next_marker(source, position)
        if found is None:
            contents.complain("The file ends before its picture data.")
            return
        position, marker = found
        if marker in _BARE:
            position += 2
            continue
        if marker in (_SCAN, _END):
            if contents.width is None:
                contents.complain("The file has no size: its picture header is missing.")
            return
        length_bytes = source.at(position + 2, 2)
        if len(length_bytes) < 2:
            contents.complain("The file ends before its picture data.")
            return
        (length,) = _LENGTH.unpack(length_bytes)
        if length < 2:
            contents.complain(f"The file is damaged at byte {position}; the rest was not read.")
            return
        if marker in _FRAMES:
            sides = source.at(position + 5, 4)
            if len(sides) == 4 and contents.width is None:
                height, width = _SIDES.unpack(sides)
                contents.set_size(width, height)
        elif marker in (_APP1, _COMMENT):
            _read_text(source, contents, position, length, marker)
        position += 2 + length
    contents.complain(f"The file has more than {_SEGMENT_LIMIT} parts; the rest was not read.")


def _next_marker(source: Source, position: int) -> tuple[int, int] | None:
    """Place and kind of the next marker; fill bytes and a little garbage are skipped."""
    pair = source.at(position, 2)
    if len(pair) == 2 and pair[0] == 0xFF and pair[1] not in (0x00, 0xFF):
        return position, pair[1]
    found = _MARKER.search(source.at(position, _GARBAGE_LIMIT))
    return None if found is None else (position + found.start(), found[0][1])


def _read_text(source: Source, contents: Contents, position: int, length: int, marker: int) -> None:
    if not contents.has_room():
        return
    data = source.at(position + 4, length - 2)
    is_damaged = len(data) < length - 2
    if marker == _COMMENT:
        text, encoding = texts.decode(data)
        contents.add("jpeg:comment", "COM", text, encoding, position, is_damaged)
    elif data.startswith(_EXIF):
        exif.read(data, "jpeg:exif", position, contents)
    elif data.startswith(_XMP):
        xmp.read(data[len(_XMP) :], "jpeg:xmp", position, contents, is_damaged)
