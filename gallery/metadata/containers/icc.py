"""The name of a colour profile, for a person. Source: ICC.1:2022, and version 2 before it."""

import struct

from gallery.metadata.containers.contents import Contents

# Where a profile's name lies within this much of it; the tables of printers come behind.
NEEDED = 65_536
_TAG_LIMIT = 100
_NAME_LIMIT = 100


def tell(profile: bytes, contents: Contents) -> None:
    """Adds the profile's name to what a person is told, unless it is the usual sRGB."""
    name = _name(profile)
    if name and "srgb" not in name.lower():
        pair = ("Colour profile", name)
        if pair not in contents.media:
            contents.media.append(pair)


def _name(profile: bytes) -> str:
    if profile[36:40] != b"acsp" or len(profile) < 132:
        return ""
    (count,) = struct.unpack_from(">L", profile, 128)
    for place in range(132, 132 + 12 * min(count, _TAG_LIMIT), 12):
        if profile[place : place + 4] == b"desc" and len(profile) >= place + 12:
            offset, size = struct.unpack_from(">LL", profile, place + 4)
            return _text(profile[offset : offset + min(size, NEEDED)])
    return ""


def _text(data: bytes) -> str:
    name = ""
    if data.startswith(b"desc") and len(data) > 12:
        (length,) = struct.unpack_from(">L", data, 8)
        name = data[12 : 12 + min(length, _NAME_LIMIT)].decode("latin-1")
    elif data.startswith(b"mluc") and len(data) >= 28:
        length, offset = struct.unpack_from(">LL", data, 20)
        name = data[offset : offset + min(length, 2 * _NAME_LIMIT)].decode("utf-16-be", "replace")
    return "".join(letter for letter in name if letter.isprintable()).strip()
