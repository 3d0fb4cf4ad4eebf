"""PNG: the chunks that carry text, before and after the pixels, which are stepped over.

Chunk layout: length (4 bytes, big endian), type (4), data, checksum (4). Source: W3C PNG, third
edition, with animations; C2PA 2.2 (`caBX`); `comf` is ComfyUI's private chunk in animations.
"""

import re
import struct
import zlib

from gallery.metadata.containers import c2pa, exif, icc, texts, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">L4s")
_SIDES = struct.Struct(">LL")
_CHECKSUM = struct.Struct(">L")
_DELAY = struct.Struct(">HH")
_TEXT_TYPES = frozenset((b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"comf", b"caBX"))
_PIXEL_TYPES = frozenset((b"IDAT", b"fdAT"))
_LABELS = {b"tEXt": "png:tEXt", b"zTXt": "png:zTXt", b"iTXt": "png:iTXt", b"comf": "png:comf"}
_CHUNK_TYPE = re.compile(b"IDAT|IEND|PLTE|tEXt|zTXt|iTXt|eXIf")
_XMP_KEY = b"XML:com.adobe.xmp"
_RAW_PROFILE = "Raw profile type "
_COLOURS = {0: "Grey", 3: "Palette", 4: "Grey with alpha", 6: "RGBA"}
_USUAL_DEPTH = 8
# A picture of 800 MB in the smallest usual chunks; more is a trap.
_CHUNK_LIMIT = 100_000
_LENGTH_LIMIT = 2**31 - 1


def recognises(head: bytes) -> bool:
    return head.startswith(_SIGNATURE)


def read(source: Source, contents: Contents) -> None:
    position = len(_SIGNATURE)
    is_ended = False
    frames, seconds = 0, 0.0
    for _ in range(_CHUNK_LIMIT):
        header = source.at(position, 8)
        if len(header) < 8:
            if not is_ended:
                contents.complain(
                    "The file ends before its picture data."
                    if contents.width is None
                    else "The file ends in the middle of its picture data."
                )
            break
        length, kind = _HEADER.unpack(header)
        if kind in _TEXT_TYPES:
            if position + 12 + length > source.size:
                length = _true_length(source, contents, position + 8, length)
            _read_text(source, contents, position, length, kind)
        elif kind == b"fcTL":
            frames += 1
            seconds += _delay(source.at(position + 28, 4))
        elif kind == b"IHDR":
            _read_header(source.at(position + 8, 10), contents)
        elif kind == b"iCCP":
            _read_profile(source, contents, position + 8, length)
        elif kind == b"IEND":
            # Some editors append texts behind the end.
            is_ended = True
            if source.at(position + 16, 4) not in _TEXT_TYPES:
                break
        elif not kind.isalpha() or length > _LENGTH_LIMIT:
            contents.complain(f"The file is damaged at byte {position}; the rest was not read.")
            break
        position += 12 + length
        if position > source.size:
            part = "picture data" if kind in _PIXEL_TYPES else "data"
            contents.complain(f"The file ends in the middle of its {part}.")
            break
    else:
        contents.complain(f"The file has more than {_CHUNK_LIMIT} parts; the rest was not read.")
    if frames > 1:
        contents.media.append(("Frames", str(frames)))
        contents.set_duration(seconds, 1)


def _true_length(source: Source, contents: Contents, start: int, length: int) -> int:
    """Of a chunk that claims more than the file has: up to the next chunk, if one is found."""
    rest = source.at(start, min(source.size - start, contents.room()))
    for found in _CHUNK_TYPE.finditer(rest, 8):
        (following,) = _CHECKSUM.unpack_from(rest, found.start() - 4)
        if start + found.start() + following + 8 <= source.size:
            contents.complain("A text says a wrong length; it was read up to the next part.")
            return found.start() - 8
    return length


def _read_header(data: bytes, contents: Contents) -> None:
    if contents.width is not None or len(data) < 8:
        return
    contents.set_size(*_SIDES.unpack_from(data))
    if len(data) == 10:
        depth, colour = data[8], data[9]
        if depth != _USUAL_DEPTH:
            contents.media.append(("Bit depth", str(depth)))
        if name := _COLOURS.get(colour):
            contents.media.append(("Colour", name))


def _delay(data: bytes) -> float:
    """Seconds that a frame of an animation is shown."""
    if len(data) < 4:
        return 0
    numerator, denominator = _DELAY.unpack(data)
    return float(numerator / (denominator or 100))


def _read_profile(source: Source, contents: Contents, start: int, length: int) -> None:
    data = source.at(start, min(length, icc.NEEDED))
    # A name, then the method of compression.
    packed = data.partition(b"\0")[2][1:]
    try:
        icc.tell(zlib.decompressobj().decompress(packed, icc.NEEDED), contents)
    except zlib.error:
        return


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
    elif kind == b"caBX":
        c2pa.read(data[: c2pa.LIMIT], "png:c2pa", position, contents, is_damaged)
    else:
        _read_keyed(contents, position, kind, data, is_damaged)


def _read_keyed(
    contents: Contents, position: int, kind: bytes, data: bytes, is_damaged: bool
) -> None:
    key, separator, value = data.partition(b"\0")
    if not separator:
        key, value = b"", data
    name = key[:80].decode("latin-1")
    is_packed = kind == b"zTXt"
    if is_packed:
        # One byte names the method of compression.
        value = value[1:]
    elif kind == b"iTXt":
        # Compression flag and method, then language tag and translated keyword, NUL each.
        is_packed = value[:1] == b"\x01"
        value = value[2:].partition(b"\0")[2].partition(b"\0")[2]
    if is_packed:
        value, is_whole = contents.inflate(value, f"The compressed text {name!r}")
        is_damaged = is_damaged or not is_whole
    if key == _XMP_KEY:
        xmp.read(value, "png:xmp", position, contents, is_damaged)
        return
    if name.startswith(_RAW_PROFILE) and (profile := _raw_profile(value)):
        if profile.startswith(b"Exif\0"):
            exif.read(profile, "png:exif", position, contents)
        elif name.endswith(" xmp"):
            xmp.read(profile, "png:xmp", position, contents, is_damaged)
        return
    text, encoding = texts.decode_utf8(value) if kind == b"iTXt" else texts.decode(value)
    contents.add(_LABELS[kind], name, text, encoding, position, is_damaged)


def _raw_profile(text: bytes) -> bytes:
    """What ImageMagick packs into a text: a name, a length, then lines of hexadecimal digits."""
    lines = text.strip().split(b"\n", 2)
    try:
        return bytes.fromhex(lines[2].decode("ascii")) if len(lines) == 3 else b""
    except ValueError:
        return b""
