"""WebP: the packet in an `XMP ` chunk at the end; a plain file is given the header that says so.

Source: RFC 9649. Without the packet a header that we made goes again.
"""

import struct
from collections.abc import Sequence

from gallery.metadata.containers.source import Source
from gallery.metadata.writing.pieces import Piece, Splice, Writer, at, xmp_of
from gallery.metadata.writing.refusals import Unwritable

_CHUNK = struct.Struct("<4sL")
_FLAG, _ALPHA = 0x04, 0x10
_START = 12
_CHUNK_LIMIT = 100_000
_LARGEST = 2**32 - 2
_BROKEN = "its chunks are damaged, so nothing is written into it"
_PLAIN = {"VP8 ", "VP8L"}


def pieces(source: Source) -> list[Piece]:
    """The header, each chunk with its pad byte, and what follows the end."""
    header = source.at(0, _START)
    if len(header) < _START:
        raise Unwritable(_BROKEN)
    end = _CHUNK.unpack_from(header)[1] + 8
    if end > source.size:
        raise Unwritable(_BROKEN)
    found = [Piece("RIFF", 0, _START, is_frame=True)]
    position = _START
    while position < end and len(found) < _CHUNK_LIMIT:
        kind, length = _CHUNK.unpack(source.at(position, 8).ljust(8, b"\0"))
        after = position + 8 + length + (length & 1)
        if after > end or not kind.isascii() or not kind.decode("ascii").isprintable():
            raise Unwritable(_BROKEN)
        name = kind.decode("ascii")
        found.append(Piece(name, position, after, name == "XMP ", name == "VP8X"))
        position = after
    if position != end or len(found) < 2 or found[1].name not in _PLAIN | {"VP8X"}:
        raise Unwritable(_BROKEN)
    if end < source.size:
        found.append(Piece("tail", end, source.size))
    return found


def packet(source: Source, parts: Sequence[Piece]) -> bytes | None:
    own = xmp_of(parts)
    if own is None:
        return None
    length = _CHUNK.unpack(source.at(own.start, 8))[1]
    return source.at(own.start + 8, length)


def plan(source: Source, parts: Sequence[Piece], new: bytes | None) -> list[Splice]:
    old = next((piece for piece in parts if piece.is_xmp), None)
    if old is None and new is None:
        return []
    splices: list[Splice] = []
    first = parts[1]
    if first.name == "VP8X":
        flags = at(source, first)[8]
        if new is None and _is_ours(source, parts, flags):
            splices.append(Splice(first.start, first.end, b""))
        else:
            wanted = flags & ~_FLAG if new is None else flags | _FLAG
            splices.append(Splice(first.start + 8, first.start + 9, bytes((wanted,))))
    elif new is not None:
        splices.append(Splice(first.start, first.start, _header(source, first)))
    chunk = b"" if new is None else _chunk(b"XMP ", new)
    if old is not None:
        splices.append(Splice(old.start, old.end, chunk))
    else:
        end = next((piece.start for piece in parts if piece.name == "tail"), source.size)
        splices.append(Splice(end, end, chunk))
    length = _CHUNK.unpack_from(source.at(0, 8))[1]
    length += sum(len(each.data) - (each.end - each.start) for each in splices)
    if length > _LARGEST:
        raise Unwritable("it would become larger than a WebP can be")
    return [Splice(4, 8, struct.pack("<L", length)), *splices]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return _CHUNK.pack(kind, len(data)) + data + b"\0" * (len(data) & 1)


def _header(source: Source, picture: Piece) -> bytes:
    width, height, has_alpha = _size(source, picture)
    flags = _FLAG | (_ALPHA if has_alpha else 0)
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _chunk(b"VP8X", bytes((flags, 0, 0, 0)) + sides)


def _size(source: Source, picture: Piece) -> tuple[int, int, bool]:
    data = source.at(picture.start + 8, 10).ljust(10, b"\0")
    if picture.name == "VP8L" and data[0] == 0x2F:
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    if picture.name == "VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 6)
        if width & 0x3FFF and height & 0x3FFF:
            return width & 0x3FFF, height & 0x3FFF, False
    raise Unwritable(_BROKEN)


def _is_ours(source: Source, parts: Sequence[Piece], flags: int) -> bool:
    """The header says nothing but that there is XMP, so it was made for that."""
    pictures = [piece for piece in parts[2:] if not piece.is_xmp and piece.name != "tail"]
    if len(pictures) != 1 or pictures[0].name not in _PLAIN or not flags & _FLAG:
        return False
    return _header(source, pictures[0]) == at(source, parts[1])


WRITER = Writer(pieces, packet, plan)
