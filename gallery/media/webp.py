"""A cut WebP made whole: libwebp refuses a file that is shorter than it says.

The last part is filled up with zeros, out of which its decoders make up what is missing. The
layout: RFC 9649.
"""

import struct

_HEADER = struct.Struct("<4sL")
_START = 12
# A part that says to be longer by more than this lies rather than being cut.
_MOST_FILLED = 32 * 1024 * 1024


def filled_up(data: bytes) -> bytes:
    """`data` with its last part as long as that says; empty where that is not what is wrong."""
    position = _START
    while position + _HEADER.size <= len(data):
        _, length = _HEADER.unpack_from(data, position)
        position += _HEADER.size + length + (length & 1)
    missing = position - len(data)
    if position == _START or not 0 <= missing <= _MOST_FILLED:
        return b""
    whole = data[:position] + bytes(missing)
    if missing == 0 and _HEADER.unpack_from(data)[1] == len(data) - 8:
        return b""
    return b"".join((b"RIFF", struct.pack("<L", len(whole) - 8), whole[8:]))
