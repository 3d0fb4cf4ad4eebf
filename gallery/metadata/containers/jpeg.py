"""JPEG: the segments before the pixels. Whatever segment comes first is fine.

Segment layout: 0xFF, marker, length (2 bytes, big endian, counts itself), data. Source: ITU T.81,
EXIF 2.32 (APP1), Adobe XMP part 3 (APP1), ISO 19566-5 (JUMBF in APP11), ICC.1 (APP2).
"""

import re
import struct

from gallery.metadata.containers import c2pa, exif, icc, texts, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.pieces import Pieces
from gallery.metadata.containers.source import Source

_START = b"\xff\xd8\xff"
_LENGTH = struct.Struct(">H")
_FRAME = struct.Struct(">BHHB")
_SCAN, _END, _COMMENT, _APP1, _APP2, _APP11 = 0xDA, 0xD9, 0xFE, 0xE1, 0xE2, 0xEB
# Start-of-frame markers, less Huffman tables, arithmetic conditioning and the reserved one.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TEXTS = frozenset((_COMMENT, _APP1, _APP2, _APP11))
# Markers that stand alone: no length, no data.
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
_SEGMENT_LIMIT = 10_000
_GARBAGE_LIMIT = 65_536
# Packets and boxes that are cut into several segments.
_WHOLES_LIMIT = 4
_MARKER = re.compile(rb"\xff[^\x00\xff]", re.S)
_EXIF = b"Exif\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_PROFILE = b"ICC_PROFILE\0"
_COLOURS = {1: "Grey", 4: "CMYK"}


def recognises(head: bytes) -> bool:
    return head.startswith(_START)


def read(source: Source, contents: Contents) -> None:
    pieces: dict[bytes, Pieces] = {}
    _read_segments(source, contents, pieces)
    for key, joined in pieces.items():
        data, position, is_whole = joined.join()
        if key.startswith(_MORE_XMP):
            xmp.read(data, "jpeg:xmp", position, contents, not is_whole)
        else:
            c2pa.read(data, "jpeg:c2pa", position, contents, not is_whole)


def _read_segments(source: Source, contents: Contents, pieces: dict[bytes, Pieces]) -> None:
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
            _read_frame(source.at(position + 4, 6), contents)
        elif marker in _TEXTS:
            _read_text(source, contents, pieces, position, length, marker)
        position += 2 + length
    contents.complain(f"The file has more than {_SEGMENT_LIMIT} parts; the rest was not read.")


def _next_marker(source: Source, position: int) -> tuple[int, int] | None:
    """Place and kind of the next marker; fill bytes and a little garbage are skipped."""
    pair = source.at(position, 2)
    if len(pair) == 2 and pair[0] == 0xFF and pair[1] not in (0x00, 0xFF):
        return position, pair[1]
    found = _MARKER.search(source.at(position, _GARBAGE_LIMIT))
    return None if found is None else (position + found.start(), found[0][1])


def _read_frame(header: bytes, contents: Contents) -> None:
    if len(header) < 6 or contents.width is not None:
        return
    depth, height, width, components = _FRAME.unpack(header)
    contents.set_size(width, height)
    if depth != 8:
        contents.media.append(("Bit depth", str(depth)))
    if colour := _COLOURS.get(components):
        contents.media.append(("Colour", colour))


def _read_text(
    source: Source,
    contents: Contents,
    pieces: dict[bytes, Pieces],
    position: int,
    length: int,
    marker: int,
) -> None:
    if not contents.has_room():
        return
    data = source.at(position + 4, length - 2)
    is_damaged = len(data) < length - 2
    if marker == _COMMENT:
        text, encoding = texts.decode(data)
        contents.add("jpeg:comment", "COM", text, encoding, position, is_damaged)
    elif marker == _APP11:
        _collect_boxes(data, pieces, position)
    elif marker == _APP2:
        if data.startswith(_PROFILE):
            # Behind the name, number and count of the profile's pieces; the first one has the name.
            icc.tell(data[len(_PROFILE) + 2 :], contents)
    elif data.startswith(_EXIF):
        exif.read(data, "jpeg:exif", position, contents)
    elif data.startswith(_XMP):
        xmp.read(data[len(_XMP) :], "jpeg:xmp", position, contents, is_damaged)
    elif data.startswith(_MORE_XMP):
        _collect_xmp(data, pieces, position)


def _collect_xmp(data: bytes, pieces: dict[bytes, Pieces], position: int) -> None:
    """A packet too long for one segment: a digest of 32 letters, length and offset, its piece."""
    start = len(_MORE_XMP) + 40
    if len(data) < start:
        return
    length, offset = struct.unpack_from(">LL", data, start - 8)
    digest = data[: start - 8]
    if digest not in pieces and len(pieces) < _WHOLES_LIMIT:
        pieces[digest] = Pieces(position, length)
    if digest in pieces:
        pieces[digest].add(offset, data[start:])


def _collect_boxes(data: bytes, pieces: dict[bytes, Pieces], position: int) -> None:
    """A box of JUMBF in pieces: each repeats its header of 8 bytes behind instance and number."""
    if len(data) < 24 or not data.startswith(b"JP") or data[12:16] != b"jumb":
        return
    number, length = struct.unpack_from(">LL", data, 4)
    instance = data[:4]
    if instance in pieces:
        pieces[instance].add(number, data[16:])
    elif data[24:28] == b"c2pa" and len(pieces) < _WHOLES_LIMIT:
        pieces[instance] = Pieces(position, length)
        pieces[instance].add(number, data[8:])
