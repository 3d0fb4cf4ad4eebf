"""WebP: RIFF chunks, walked to the true end of the file because the metadata comes last.

Chunk layout: type (4 bytes), length (4, little endian), data, a pad byte where the length is odd.
Source: RFC 9649.
"""

import struct

from gallery.metadata.containers import exif, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_HEADER = struct.Struct("<4sL")
_KNOWN = frozenset(
    (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP ", b"C2PA")
)
# An animation has a chunk a frame.
_CHUNK_LIMIT = 100_000


def recognises(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head.startswith(b"WEBP", 8)


def read(source: Source, contents: Contents) -> None:
    _, riff_length = _HEADER.unpack_from(source.head) if len(source.head) >= 8 else (b"", 0)
    if riff_length + 8 > source.size:
        contents.complain("The file is shorter than it says; its end is missing.")
    position = 12
    for _ in range(_CHUNK_LIMIT):
        if position + 8 > source.size:
            break
        header = source.at(position, 8)
        if len(header) < 8:
            break
        kind, length = _HEADER.unpack(header)
        if kind not in _KNOWN:
            # Some writers forget the pad byte.
            unpadded = source.at(position - 1, 8)
            if len(unpadded) == 8 and unpadded[:4] in _KNOWN:
                position -= 1
                kind, length = _HEADER.unpack(unpadded)
            elif not kind.isascii() or not kind.decode("ascii").isprintable():
                contents.complain(f"The file is damaged at byte {position}; the rest was not read.")
                break
        _read_chunk(source, contents, position, kind, length)
        position += 8 + length + (length & 1)
    else:
        contents.complain(f"The file has more than {_CHUNK_LIMIT} parts; the rest was not read.")
    if contents.width is None and not contents.problems:
        contents.complain("The file has no size: its picture header is missing.")


def _read_chunk(
    source: Source, contents: Contents, position: int, kind: bytes, length: int
) -> None:
    start = position + 8
    if kind in (b"EXIF", b"XMP ") and not contents.has_room():
        return
    if kind == b"EXIF":
        exif.read(_text_data(source, contents, start, length), "webp:exif", position, contents)
    elif kind == b"XMP ":
        data = _text_data(source, contents, start, length)
        xmp.read(data, "webp:xmp", position, contents, is_damaged=len(data) < length)
    elif contents.width is None and kind in _SIZE_READERS:
        size = _SIZE_READERS[kind](source.at(start, 10))
        if size is not None:
            contents.set_size(*size)


def _text_data(source: Source, contents: Contents, start: int, length: int) -> bytes:
    room = contents.room()
    if start + length > source.size:
        contents.complain("The file ends in the middle of a text.")
    elif length > room:
        contents.complain_of_length("A text")
    return source.at(start, min(length, room))


def _canvas_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 10:
        return None
    width = int.from_bytes(data[4:7], "little") + 1
    height = int.from_bytes(data[7:10], "little") + 1
    return width, height


def _lossy_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a":
        return None
    width, height = struct.unpack_from("<HH", data, 6)
    return width & 0x3FFF, height & 0x3FFF


def _lossless_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 5 or data[0] != 0x2F:
        return None
    bits = int.from_bytes(data[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_SIZE_READERS = {b"VP8X": _canvas_size, b"VP8 ": _lossy_size, b"VP8L": _lossless_size}
