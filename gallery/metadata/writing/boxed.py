"""MP4, QuickTime and JPEG XL: the packet in a box at the end, so that nothing of the media moves.

Whatever is at the end for a reason, or reaches to the end by saying no length, has its words
beside. Source: ISO/IEC 14496-12; ISO/IEC 18181-2.
"""

import struct
from collections.abc import Sequence

from gallery.metadata.containers import box_texts
from gallery.metadata.containers.boxes import Box, Boxes
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source
from gallery.metadata.writing.layout import LIMIT
from gallery.metadata.writing.pieces import Piece, Splice, Writer, xmp_of
from gallery.metadata.writing.refusals import Beside, Unwritable

_NO_ROOM = "its last part has no end of its own"
# An index of fragments counts from the end; Brotli is not read.
_LAST_FOR_A_REASON = frozenset((b"mfra", b"brob"))


def writer(kind: bytes) -> Writer:
    """`kind` of the box: that of XMP, as `Box.kind` has it."""

    def pieces(source: Source) -> list[Piece]:
        found: list[Piece] = []
        for box in _walk(source):
            if box.kind in _LAST_FOR_A_REASON or _has_no_end(source, box):
                raise Beside(_NO_ROOM)
            is_seal = box.kind == box_texts.C2PA_UUID
            name = "c2pa" if is_seal else box.kind[:4].decode("latin-1")
            found.append(Piece(name, box.position, box.end, box.kind == kind))
        if not found or found[-1].end != source.size:
            raise Beside("its boxes do not reach to its end")
        return found

    def packet(source: Source, parts: Sequence[Piece]) -> bytes | None:
        own = xmp_of(parts)
        if own is None:
            return None
        if own.end - own.start > LIMIT + 32:
            raise Unwritable("its XMP is larger than 2 MB, and is left as it is")
        box = next(box for box in _walk(source) if box.position == own.start)
        return source.at(box.start, box.end - box.start)

    def plan(source: Source, parts: Sequence[Piece], new: bytes | None) -> list[Splice]:
        box = b"" if new is None else _box(kind, new)
        old = next((piece for piece in parts if piece.is_xmp), None)
        if old is None:
            return [Splice(source.size, source.size, box)] if box else []
        if old is parts[-1]:
            return [Splice(old.start, old.end, box)]
        raise Beside("its XMP lies before its media, which would move")

    return Writer(pieces, packet, plan)


def _walk(source: Source) -> list[Box]:
    contents = Contents()
    boxes = list(Boxes(source, contents).top())
    if contents.problems or any(box.is_cut for box in boxes):
        raise Unwritable("its boxes are damaged, so nothing is written into it")
    return boxes


def _has_no_end(source: Source, box: Box) -> bool:
    return source.at(box.position, 4) == b"\0\0\0\0"


def _box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", 4 + len(kind) + len(data)) + kind + data


def _boxed_only(inner: Writer) -> Writer:
    """A bare codestream has no boxes."""

    def pieces(source: Source) -> Sequence[Piece]:
        if source.at(0, 2) == b"\xff\x0a":
            raise Beside("it is a bare codestream")
        return inner.pieces(source)

    return Writer(pieces, inner.packet, inner.plan)


MOVIE = writer(box_texts.XMP_UUID)
JXL = _boxed_only(writer(b"xml "))
