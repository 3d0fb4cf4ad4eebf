"""A PNG reduced to the chunks that make its pixels.

Generators put megabytes of text in front of the pixels, editors leave stale checksums there, and
either makes Pillow refuse the whole file. The format: W3C Portable Network Graphics, 3rd edition.
"""

import struct
import zlib
from dataclasses import dataclass, field

from gallery.media import cicp

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PROFILE_LIMIT = 4 * 1024 * 1024
_TRANSPARENCY_LENGTHS = {0: range(2, 3), 2: range(6, 7), 3: range(1, 257)}


@dataclass(slots=True)
class PixelStream:
    data: bytes = b""
    exif: bytes = b""
    profile: bytes = b""
    problems: list[str] = field(default_factory=list)


def pixel_stream(data: bytes, moves: bool = False) -> PixelStream:
    """The chunks that make pixels with right checksums; EXIF and ICC profile beside them.

    Those of an animation's further frames only where it `moves`.
    """
    stream = PixelStream()
    parts = [SIGNATURE]
    view = memoryview(data)
    position, colour_type, is_ended = len(SIGNATURE), 0, False
    code_points: tuple[int, int] | None = None
    while position + 8 <= len(data) and not is_ended:
        length, kind = struct.unpack_from(">L4s", data, position)
        body = view[position + 8 : position + 8 + length]
        position += 12 + length
        match kind:
            case b"IDAT":
                parts.append(_chunk(kind, body))
            case b"IHDR" if len(body) == 13:
                colour_type = body[9]
                parts.append(_chunk(kind, body))
            case b"PLTE":
                parts.append(_chunk(kind, body))
            case b"tRNS":
                if len(body) in _TRANSPARENCY_LENGTHS.get(colour_type, ()):
                    parts.append(_chunk(kind, body))
                else:
                    stream.problems.append("The transparency is broken and was ignored.")
            case b"acTL" | b"fcTL" | b"fdAT" if moves:
                parts.append(_chunk(kind, body))
            case b"eXIf":
                stream.exif = bytes(body)
            case b"cICP" if len(body) == 4:
                code_points = body[0], body[1]
            case b"iCCP":
                stream.profile = _profile(bytes(body))
                if not stream.profile:
                    stream.problems.append("The colour profile is broken and was ignored.")
            case b"IEND":
                is_ended = True
    if code_points:
        # It stands above a profile.
        stream.profile = cicp.profile(*code_points)
    parts.append(_chunk(b"IEND", b""))
    stream.data = b"".join(parts)
    return stream


def _chunk(kind: bytes, body: bytes | memoryview) -> bytes:
    # Pillow does not look at the checksum of IDAT, which saves a pass over all pixels.
    checksum = 0 if kind == b"IDAT" else zlib.crc32(body, zlib.crc32(kind))
    return b"".join((struct.pack(">L", len(body)), kind, body, struct.pack(">L", checksum)))


def _profile(body: bytes) -> bytes:
    """The profile of an iCCP chunk; empty where it is broken or absurdly large."""
    _name, _, rest = body.partition(b"\0")
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(rest[1:], _PROFILE_LIMIT)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""
