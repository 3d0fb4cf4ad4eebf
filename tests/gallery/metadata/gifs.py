"""Smallest GIFs, built block by block so that each can be wrong on purpose."""

import struct

SCREEN = struct.pack("<HHBBB", 6, 4, 0, 0, 0)
PIXELS = b"\x02" + b"\x02\x4c\x01\0"


def blocks(data: bytes) -> bytes:
    parts = [data[start : start + 255] for start in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def frame(delay: int | None = None, flags: int = 0, colours: bytes = b"") -> bytes:
    control = b"" if delay is None else b"\x21\xf9" + blocks(struct.pack("<BHB", 0, delay, 0))
    return control + b"\x2c" + struct.pack("<HHHHB", 0, 0, 6, 4, flags) + colours + PIXELS


def comment(text: bytes) -> bytes:
    return b"\x21\xfe" + blocks(text)


def gif(*parts: bytes, screen: bytes = SCREEN, end: bytes = b";") -> bytes:
    return b"GIF89a" + screen + b"".join(parts) + end
