"""WebP: RIFF chunks, walked to the true end of the file because the metadata comes last.

Chunk layout: type (4 bytes), length (4, little endian), data, a pad byte where the length is odd.
Source: RFC 9649.
"""

import struct

from gallery.metadata.containers import c2pa, exif, icc, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_HEADER = struct.Struct("<4sL")
_TEXTS = frozenset((b"EXIF", b"XMP ", b"C2PA"))
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
    frames = milliseconds = 0
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
        if position + 8 + length > source.size and source.at(position + 8, 4) in _KNOWN:
            contents.complain(f"The part at byte {position} says a wrong length; it was left out.")
            length = 0
        elif kind == b"ANMF":
            # Place and size of the frame, three bytes a number, then its time.
            frames += 1
            milliseconds += int.from_bytes(source.at(position + 20, 3), "little")
        else:
            _read_chunk(source, contents, position, kind, length)
        position += 8 + length + (length & 1)
    else:
        contents.complain(f"The file has more than {_CHUNK_LIMIT} parts; the rest was not read.")
    if frames > 1:
        contents.media.append(("Frames", str(frames)))
        contents.set_duration(milliseconds, 1000)
    if contents.width is None and not contents.problems:
        contents.complain("The file has no size: its picture header is missing.")


def _read_chunk(
    source: Source, contents: Contents, position: int, kind: bytes, length: int
) -> None:
    start = position + 8
    if kind in _TEXTS:
        if contents.has_room():
            _read_text(source, contents, position, kind, length)
    elif kind == b"ICCP":
        icc.tell(source.at(start, min(length, icc.NEEDED)), contents)
    elif contents.width is None and kind in _SIZE_READERS:
        header = source.at(start, 10)
        size = _SIZE_READERS[kind](header)
        if size is not None:
            contents.set_size(*size)
            if _has_alpha(kind, header):
                contents.media.append(("Colour", "RGBA"))


def _read_text(source: Source, contents: Contents, position: int, kind: bytes, length: int) -> None:
    start, room = position + 8, contents.room()
    if start + length > source.size:
        contents.complain("The file ends in the middle of a text.")
    elif length > room:
        contents.complain_of_length("A text")
    data = source.at(start, min(length, room))
    is_damaged = len(data) < length
    if kind == b"EXIF":
        exif.read(data, "webp:exif", position, contents)
    elif kind == b"XMP ":
        xmp.read(data, "webp:xmp", position, contents, is_damaged)
    else:
        c2pa.read(data[: c2pa.LIMIT], "webp:c2pa", position, contents, is_damaged)


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


def _has_alpha(kind: bytes, data: bytes) -> bool:
    return (kind == b"VP8X" and bool(data[0] & 0x10)) or (kind == b"VP8L" and bool(data[4] & 0x10))


_SIZE_READERS = {b"VP8X": _canvas_size, b"VP8 ": _lossy_size, b"VP8L": _lossless_size}
