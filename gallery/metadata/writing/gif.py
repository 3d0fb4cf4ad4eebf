"""GIF: the packet bare in an application extension before the end, behind it the 258 bytes that
lead readers who take it for blocks to its true end. Source: GIF89a; Adobe XMP part 3, 1.1.2."""

from collections.abc import Sequence

from gallery.metadata.containers.source import Source
from gallery.metadata.writing.pieces import Piece, Splice, Writer, at, xmp_of
from gallery.metadata.writing.refusals import Unwritable

_MARK = b"\x21\xff\x0bXMP DataXMP"
_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
_BROKEN = "its blocks are damaged, so nothing is written into it"
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B


def pieces(source: Source) -> list[Piece]:
    """The version, the screen, each image and extension, and the end with what follows. The file is
    in memory."""
    data = source.at(0, source.size)
    if len(data) < 13:
        raise Unwritable(_BROKEN)
    found = [Piece("version", 0, 6, is_frame=True)]
    position = 13 + _colours(data[10])
    found.append(Piece("screen", 6, position))
    try:
        while data[position] != _END:
            end, is_xmp = _block(data, position)
            found.append(Piece(f"{data[position]:02X}", position, end, is_xmp))
            position = end
    except IndexError:
        raise Unwritable(_BROKEN) from None
    found.append(Piece("end", position, source.size))
    return found


def packet(source: Source, parts: Sequence[Piece]) -> bytes | None:
    own = xmp_of(parts)
    if own is None:
        return None
    data = at(source, own)
    if not data.endswith(_TRAILER):
        raise Unwritable("its XMP is written in a way that cannot be edited safely")
    return data[len(_MARK) : -len(_TRAILER)]


def plan(source: Source, parts: Sequence[Piece], new: bytes | None) -> list[Splice]:
    block = b"" if new is None else _MARK + new + _TRAILER
    old = next((piece for piece in parts if piece.is_xmp), None)
    if old is None:
        splices = [Splice(parts[-1].start, parts[-1].start, block)] if block else []
    else:
        splices = [Splice(old.start, old.end, block)]
    if block and source.at(3, 3) == b"87a":
        splices.insert(0, Splice(3, 6, b"89a"))
    return splices


def _block(data: bytes, position: int) -> tuple[int, bool]:
    """Where the block at `position` ends, and whether it holds XMP. Raises `IndexError`."""
    if data[position] == _IMAGE:
        return _chain(data, position + 11 + _colours(data[position + 9])), False
    if data[position] != _EXTENSION:
        raise Unwritable(_BROKEN)
    if not data.startswith(_MARK, position):
        return _chain(data, position + 2), False
    end = _chain(data, position + len(_MARK))
    # The blocks that the packet's letters look like end within its trailer.
    found = data.find(_TRAILER, position, end + len(_TRAILER))
    if 0 <= found <= end <= found + len(_TRAILER):
        return found + len(_TRAILER), True
    return end, True


def _chain(data: bytes, position: int) -> int:
    while length := data[position]:
        position += 1 + length
    return position + 1


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


WRITER = Writer(pieces, packet, plan)
