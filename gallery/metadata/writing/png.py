"""PNG: the packet in an iTXt chunk before the pixels, bare, as Adobe's XMP part 3 has it."""

import struct
import zlib
from collections.abc import Sequence

from gallery.metadata.containers.source import Source
from gallery.metadata.writing.layout import LIMIT
from gallery.metadata.writing.pieces import Piece, Splice, Writer, at, xmp_of
from gallery.metadata.writing.refusals import Unwritable

_SIGNATURE = 8
_HEADER = struct.Struct(">L4s")
_KEY = b"XML:com.adobe.xmp\0"
_TEXTS = frozenset((b"iTXt", b"zTXt", b"tEXt"))
_CHUNK_LIMIT = 100_000
_BROKEN = "its chunks are damaged, so nothing is written into it"


def pieces(source: Source) -> list[Piece]:
    """The signature, each chunk, and what follows the end."""
    found = [Piece("signature", 0, _SIGNATURE)]
    position = _SIGNATURE
    names = set()
    for _ in range(_CHUNK_LIMIT):
        header = source.at(position, 8)
        if len(header) < 8:
            break
        length, kind = _HEADER.unpack(header)
        end = position + 12 + length
        if end > source.size or not kind.isalpha():
            break
        is_xmp = kind in _TEXTS and source.at(position + 8, len(_KEY)) == _KEY
        found.append(Piece(kind.decode("ascii"), position, end, is_xmp))
        names.add(kind)
        position = end
        if kind == b"IEND":
            if not {b"IHDR", b"IDAT"} <= names or found[1].name != "IHDR":
                break
            if end < source.size:
                found.append(Piece("tail", end, source.size))
            return found
    raise Unwritable(_BROKEN)


def packet(source: Source, parts: Sequence[Piece]) -> bytes | None:
    own = xmp_of(parts)
    if own is None:
        return None
    chunk = at(source, own)
    if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
        raise Unwritable("the checksum of its XMP is wrong, and it is left as it is")
    kind, rest = chunk[4:8], chunk[8 + len(_KEY) : -4]
    if kind == b"tEXt":
        return rest
    if kind == b"iTXt":
        is_packed, rest = rest[:1] == b"\1", rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        is_packed, rest = True, rest[1:]
    return _inflated(rest) if is_packed else rest


def plan(source: Source, parts: Sequence[Piece], new: bytes | None) -> list[Splice]:
    first = next(piece for piece in parts if piece.name in {"IDAT", "fcTL"})
    chunk = b"" if new is None else _chunk(new)
    old = next((piece for piece in parts if piece.is_xmp), None)
    if old is None:
        return [Splice(first.start, first.start, chunk)] if chunk else []
    if old.end <= first.start:
        return [Splice(old.start, old.end, chunk)]
    there = Splice(old.start, old.end, b"")
    return [Splice(first.start, first.start, chunk), there] if chunk else [there]


def _chunk(data: bytes) -> bytes:
    body = b"iTXt" + _KEY + b"\0\0\0\0" + data
    return struct.pack(">L", len(body) - 4) + body + struct.pack(">L", zlib.crc32(body))


def _inflated(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, LIMIT + 1)
    except zlib.error:
        plain = b""
    if not unpacker.eof:
        raise Unwritable("its compressed XMP is damaged or too large, and is left as it is")
    return plain


WRITER = Writer(pieces, packet, plan)
