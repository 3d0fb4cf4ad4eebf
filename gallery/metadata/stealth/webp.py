"""WebP: only where alpha is kept without loss can it hide a text; to see it, it is decoded."""

import struct

from gallery.metadata.containers.source import Source
from gallery.metadata.stealth.pixels import Pixels, UnreadablePixels

# About half a second of decoding.
_PIXEL_LIMIT = 16_777_216
_DATA_LIMIT = 64 * 1024 * 1024
_CHUNK_LIMIT = 20
# Alpha that is the same everywhere takes some 30 bytes.
_SHORTEST_ALPHA = 64
_HEADER = struct.Struct("<4sL")


def pixels(source: Source, width: int, height: int) -> Pixels | None:
    """The picture where it can hide a text and can be decoded."""
    if width * height > _PIXEL_LIMIT or source.size > _DATA_LIMIT or not _keeps_alpha(source):
        return None
    found = Pixels(source.at(0, source.size), width, height)
    try:
        found.bits("A", 0, 1)
    except UnreadablePixels:
        return None
    return found


def _keeps_alpha(source: Source) -> bool:
    position = 12
    for _ in range(_CHUNK_LIMIT):
        header = source.at(position, 13)
        if len(header) < 13:
            return False
        kind, length = _HEADER.unpack_from(header)
        if kind == b"VP8L":
            return bool(header[12] & 0x10)
        if kind == b"ALPH":
            # Two bits say whether the levels were reduced.
            return length >= _SHORTEST_ALPHA and not header[8] & 0x30
        if kind in (b"VP8 ", b"ANIM"):
            return False
        position += 8 + length + (length & 1)
    return False
