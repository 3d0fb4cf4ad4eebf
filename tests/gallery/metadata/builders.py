"""Smallest files of each container, built byte by byte so that each can be wrong on purpose."""

import json
import struct
import zlib
from io import BytesIO
from typing import Any

from gallery import metadata
from gallery.metadata import FileMetadata, RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import GenerationParameters

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read(data: bytes, name: str = "") -> FileMetadata:
    return metadata.read_stream(BytesIO(data), len(data), name=name)


def chunk(kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", checksum)


def ihdr(width: int = 6, height: int = 4) -> bytes:
    return chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))


IDAT = chunk(b"IDAT", zlib.compress(b"\0" * 76))
IEND = chunk(b"IEND", b"")


def text(key: str, value: str | bytes) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return chunk(b"tEXt", key.encode() + b"\0" + value)


def png(
    *before: bytes, after: bytes = b"", header: bytes | None = None, end: bytes = IEND
) -> bytes:
    return SIGNATURE + (header or ihdr()) + b"".join(before) + IDAT + after + IEND


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


SOF = segment(0xC0, struct.pack(">BHHB", 8, 4, 6, 0))
SOS = segment(0xDA, b"\0" * 6) + b"\x12\x34\xff\xd9"


def jpeg(*segments: bytes, frame: bytes = SOF) -> bytes:
    return b"\xff\xd8" + b"".join(segments) + frame + SOS


def riff_chunk(kind: bytes, data: bytes, *, is_padded: bool = True) -> bytes:
    pad = b"\0" if is_padded and len(data) % 2 else b""
    return kind + struct.pack("<L", len(data)) + data + pad


VP8X = riff_chunk(b"VP8X", b"\x08\0\0\0" + (5).to_bytes(3, "little") + (3).to_bytes(3, "little"))


def webp(*chunks: bytes, riff_length: int | None = None) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<L", len(body) if riff_length is None else riff_length) + body


def tiff(
    first: dict[int, tuple[int, bytes]],
    second: dict[int, tuple[int, bytes]] | None = None,
    order: str = ">",
) -> bytes:
    """A TIFF block: tag to (type, value) of the first directory and of the Exif directory."""
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", 8)
    entries = dict(first)
    if second is not None:
        entries[0x8769] = (4, b"")
    start = 8 + 2 + 12 * len(entries) + 4
    table, values = _directory(entries, start, order)
    if second is not None:
        table = table.replace(b"\xde\xad\xbe\xef", struct.pack(order + "L", start + len(values)))
        inner_start = start + len(values) + 2 + 12 * len(second) + 4
        inner, inner_values = _directory(second, inner_start, order)
        values += inner + inner_values
    return header + table + values


def _directory(
    entries: dict[int, tuple[int, bytes]], start: int, order: str
) -> tuple[bytes, bytes]:
    table = struct.pack(order + "H", len(entries))
    values = b""
    for tag, (kind, value) in sorted(entries.items()):
        count = len(value) // {3: 2, 4: 4}.get(kind, 1)
        if tag == 0x8769:
            table += struct.pack(order + "HHL", tag, 4, 1) + b"\xde\xad\xbe\xef"
        elif len(value) <= 4:
            table += struct.pack(order + "HHL", tag, kind, count) + value.ljust(4, b"\0")
        else:
            table += struct.pack(order + "HHLL", tag, kind, count, start + len(values))
            values += value
    return table + b"\0\0\0\0", values


def exif(block: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + block)


def graph_answer(graph: dict[str, Any], problems: list[str] | None = None) -> GenerationParameters:
    """What the ComfyUI parser makes of a graph."""
    record = RawRecord("png:tEXt", "prompt", json.dumps(graph))
    evidence = Evidence([record])
    answer = comfyui.parse(evidence)
    if problems is not None:
        problems += evidence.problems
    assert answer is not None
    return answer
