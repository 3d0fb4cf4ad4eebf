"""PNG: the chunks that carry text, before and after the pixels, which are stepped over.

Chunk layout: length (4 bytes, big endian), type (4), data, checksum (4). Source: W3C PNG, third
edition; `comf` is ComfyUI's private chunk in animations.
"""

import struct
import zlib

from gallery.metadata.containers import exif, texts
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">L4s")
_SIDES = struct.Struct(">LL")
_CHECKSUM = struct.Struct(">L")
_TEXT_TYPES = frozenset((b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"comf"))
_PIXEL_TYPES = frozenset((b"IDAT", b"fdAT"))
# A picture of 800 MB in the smallest usual chunks; more is a trap.
_CHUNK_LIMIT = 100_000
_LENGTH_LIMIT = 2**31 - 1


def recognises(head: bytes) -> bool:
    return head.startswith(_SIGNATURE)


def read(source: Source, contents: Contents) -> None:
    position = len(_SIGNATURE)
    is_ended = False
    for _ in range(_CHUNK_LIMIT):
        header = source.at(position, 8)
        if len(header) < 8:
            if is_ended:
                return
            contents.complain(
                "The file ends before its picture data."
                if contents.width is None
                else "The file ends in the middle of its picture data."
            )
            return
        length, kind = _HEADER.unpack(header)
        if kind in _TEXT_TYPES:
            _read_text(source, contents, position, length, kind)
        elif kind == b"IHDR":
            sides = source.at(position + 8, 8)
            if contents.width is None and len(sides) == 8:
                contents.set_size(*_SIDES.unpack(sides))
        elif kind == b"IEND":
            # Some editors append texts behind the end.
            is_ended = True
            if source.at(position + 16, 4) not in _TEXT_TYPES:
                return
        elif not kind.isalpha() or length > _LENGTH_LIMIT:
            contents.complain(f"The file is damaged at byte {position}; the rest was not read.")
            return
        position += 12 + length
        if position > source.size:
            part = "picture data" if kind in _PIXEL_TYPES else "data"
            contents.complain(f"The file ends in the middle of its {part}.")
            return
    contents.complain(f"The file has more than {_CHUNK_LIMIT} parts; the rest was not read.")


def _read_text(source: Source, contents: Contents, position: int, length: int, kind: bytes) -> None:
    if not contents.has_room():
        return
    wanted = min(length, contents.room())
    # Type and data together are what the checksum covers.
    block = source.at(position + 4, wanted + 8)
    data = block[4 : 4 + wanted]
    is_damaged = True
    if wanted < length <= source.size - position:
        contents.complain_of_length("A text")
    elif len(block) == length + 8:
        (expected,) = _CHECKSUM.unpack_from(block, length + 4)
        is_damaged = zlib.crc32(memoryview(block)[:-4]) != expected
        if is_damaged:
            contents.complain("A text's checksum is wrong; it was read all the same.")
    if kind == b"eXIf":
        exif.read(data, "png:eXIf", position, contents)
        return
    key, _, value = data.partition(b"\0")
    name = key[:80].decode("latin-1")
    if kind == b"zTXt":
        plain, is_whole = contents.inflate(value[1:], f"The compressed text {name!r}")
        text, encoding = texts.decode(plain)
        is_damaged = is_damaged or not is_whole
    elif kind == b"iTXt":
        # Compression flag and method, then language tag and translated keyword, NUL each.
        plain = value[2:].partition(b"\0")[2].partition(b"\0")[2]
        if value[:1] == b"\x01":
            plain, is_whole = contents.inflate(plain, f"The compressed text {name!r}")
            is_damaged = is_damaged or not is_whole
        text, encoding = texts.decode_utf8(plain)
    else:
        text, encoding = texts.decode(value)
    contents.add(_LABELS[kind], name, text, encoding, position, is_damaged)


_LABELS = {b"tEXt": "png:tEXt", b"zTXt": "png:zTXt", b"iTXt": "png:iTXt", b"comf": "png:comf"}
