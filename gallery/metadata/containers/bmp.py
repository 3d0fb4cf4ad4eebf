"""BMP: size and depth; it has no place for texts. Source: Microsoft's BITMAPINFOHEADER and kin."""

import struct

from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

# How long the header behind the file header is, which tells its kind: OS/2 1 and 2, Windows 3 to 5.
_CORE = 12
_HEADERS = frozenset((_CORE, 16, 40, 52, 56, 64, 108, 124))
_NOTHING_TO_TELL = (24, 32)
_DEPTHS = frozenset((1, 2, 4, 8, 16, *_NOTHING_TO_TELL))


def recognises(head: bytes) -> bool:
    return head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _HEADERS


def read(source: Source, contents: Contents) -> None:
    header = source.at(14, 16)
    if len(header) < 16:
        contents.complain("The file ends before its picture data.")
        return
    (kind,) = struct.unpack_from("<L", header)
    if kind == _CORE:
        width, height, _, depth = struct.unpack_from("<HHHH", header, 4)
    else:
        width, height, _, depth = struct.unpack_from("<llHH", header, 4)
    # A height below zero: the rows go from top to bottom.
    contents.set_size(width, abs(height))
    if depth in _DEPTHS and depth not in _NOTHING_TO_TELL:
        contents.media.append(("Bits per pixel", str(depth)))
    (start,) = struct.unpack("<L", source.at(10, 4))
    if start >= source.size:
        contents.complain("The file ends before its picture data.")
