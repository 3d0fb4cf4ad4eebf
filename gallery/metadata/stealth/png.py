"""PNG: whether its first pixels spell a signature, found out without decoding the picture.

A row's first pixels depend only on the first pixels of the row above, so that a few rows, mostly
one, are unpacked and all but their beginnings dropped. Source: W3C PNG, third edition, 7 to 9.
"""

import struct
import zlib
from collections.abc import Iterator

from gallery.metadata.containers.source import Source
from gallery.metadata.stealth.pixels import Pixels
from gallery.metadata.stealth.signatures import LENGTH, SIGNATURES, Signature

# Decoded they take 160 MB; the largest screen has 33 million.
_PIXEL_LIMIT = 40_000_000
_DATA_LIMIT = 64 * 1024 * 1024
_CHUNK_LIMIT = 100_000
_PIECE = 4096
_STEP = 65_536
_START = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">L4s")
_BANDS = {2: "RGB", 6: "RGBA"}
_BITS = LENGTH * 8
# Of an interlaced picture, the first pass has every eighth pixel of every eighth row.
_PASS_STEP = 8


def pixels(source: Source, width: int, height: int) -> Pixels | None:
    """The picture where it seems to hide a text."""
    header = source.at(16, 13)
    if len(header) < 13 or not 0 < width * height <= _PIXEL_LIMIT:
        return None
    depth, colour, compression, filtering, interlacing = header[8:]
    if depth != 8 or colour not in _BANDS or compression or filtering:
        return None
    step = _PASS_STEP if interlacing else 1
    if not _spells_signature(source, _BANDS[colour], width, height, step):
        return None
    data = _bare(source, header)
    return None if data is None else Pixels(data, width, height)


def _spells_signature(source: Source, bands: str, width: int, height: int, step: int) -> bool:
    size = len(bands)
    columns = 1 if step > 1 else min(width, -(-_BITS // height))
    stride = -(-width // step) * size
    possible = [signature for signature in SIGNATURES if set(signature.channels) <= set(bands)]
    rows = _Unpacked(source)
    above = bytes(columns * size)
    for y in range(0, min(height, _BITS), step):
        row = rows.take(1 + columns * size)
        if len(row) <= columns * size:
            return False
        above = _unfilter(row[0], bytearray(row[1:]), above, size)
        possible = [
            signature
            for signature in possible
            if all(
                _agrees(signature, above[x * size : (x + 1) * size], x * height + y)
                for x in range(columns)
            )
        ]
        if not possible:
            return False
        rows.skip(stride - columns * size)
    return True


def _agrees(signature: Signature, pixel: bytes, index: int) -> bool:
    values = pixel[3:] if signature.channels == "A" else pixel[:3]
    start = index * len(values)
    expected = signature.bits[start : start + len(values)]
    return all(bit == value & 1 for bit, value in zip(expected, values, strict=False))


def _unfilter(kind: int, line: bytearray, above: bytes, size: int) -> bytes:
    """A row's first bytes as they were, from those of the row above; `size` bytes a pixel."""
    for index in range(len(line)):
        left = line[index - size] if index >= size else 0
        corner = above[index - size] if index >= size else 0
        up = above[index]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        elif kind == 4:
            guess = _paeth(left, up, corner)
        else:
            guess = 0
        line[index] = line[index] + guess & 255
    return bytes(line)


def _paeth(left: int, up: int, corner: int) -> int:
    best = left + up - corner
    return min((left, up, corner), key=lambda value: abs(best - value))


def _pixel_chunks(source: Source) -> Iterator[tuple[int, int]]:
    """Start and length of the data of every chunk of pixels, as far as the file goes."""
    position = len(_START)
    for _ in range(_CHUNK_LIMIT):
        header = source.at(position, 8)
        if len(header) < 8:
            return
        length, kind = _HEADER.unpack(header)
        position += 8
        if kind == b"IDAT":
            yield position, min(length, source.size - position)
        elif kind == b"IEND":
            return
        position += length + 4


def _pieces(source: Source) -> Iterator[bytes]:
    for start, length in _pixel_chunks(source):
        for offset in range(0, length, _PIECE):
            yield source.at(start + offset, min(_PIECE, length - offset))


class _Unpacked:
    """The picture's rows, filtered as they are, unpacked as far as they are asked for."""

    def __init__(self, source: Source) -> None:
        self._pieces = _pieces(source)
        self._unpacker = zlib.decompressobj()
        self._packed = b""
        self._plain = b""

    def take(self, length: int) -> bytes:
        while len(self._plain) < length and (part := self._unpack(length)):
            self._plain += part
        taken, self._plain = self._plain[:length], self._plain[length:]
        return taken

    def skip(self, length: int) -> None:
        while len(self._plain) < length:
            length -= len(self._plain)
            self._plain = self._unpack(length)
            if not self._plain:
                return
        self._plain = self._plain[length:]

    def _unpack(self, wanted: int) -> bytes:
        while not self._unpacker.eof:
            if not self._packed:
                self._packed = next(self._pieces, b"")
                if not self._packed:
                    return b""
            try:
                plain = self._unpacker.decompress(self._packed, min(wanted, _STEP))
            except zlib.error:
                return b""
            self._packed = self._unpacker.unconsumed_tail
            if plain:
                return plain
        return b""


def _bare(source: Source, header: bytes) -> bytes | None:
    """The file without anything but the pixels: no other chunk can keep it from being decoded."""
    chunks = list(_pixel_chunks(source))
    if sum(length for _, length in chunks) > _DATA_LIMIT:
        return None
    data = b"".join(source.at(start, length) for start, length in chunks)
    return _START + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return _HEADER.pack(len(data), kind) + data + struct.pack(">L", checksum)
