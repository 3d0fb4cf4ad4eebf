"""JPEG: the packet in an APP1 segment behind JFIF and EXIF, as Adobe's XMP part 3 has it.

A part that lies in extension segments stays there, unless words of ours would have to be taken out
of it.
"""

import struct
from collections.abc import Sequence

from gallery.metadata.containers.source import Source
from gallery.metadata.writing import layout
from gallery.metadata.writing.pieces import Piece, Splice, Writer, at, xmp_of
from gallery.metadata.writing.refusals import Unwritable
from gallery.metadata.writing.words import DC, OURS, XMP

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_MORE_HEADER = len(_MORE) + 40
_EXIF = b"Exif\0"
_APP0, _APP1, _SCAN, _END = 0xE0, 0xE1, 0xDA, 0xD9
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
MOST = 65_533 - len(_XMP)
_SEGMENT_LIMIT = 10_000
_BROKEN = "its segments are damaged, so nothing is written into it"
_SHARED = {(XMP, "Rating"), (DC, "subject"), (DC, "description")}


def pieces(source: Source) -> list[Piece]:
    """The start, each segment, and from the first scan on the rest."""
    found = [Piece("start", 0, 2)]
    position = 2
    for _ in range(_SEGMENT_LIMIT):
        head = source.at(position, 4)
        if len(head) < 4 or head[0] != 0xFF:
            break
        marker = head[1]
        if marker == 0xFF:
            found.append(Piece("fill", position, position + 1))
            position += 1
            continue
        if marker == _SCAN:
            found.append(Piece("pixels", position, source.size))
            return found
        if marker == _END:
            break
        end = position + 2 if marker in _BARE else position + 2 + int.from_bytes(head[2:], "big")
        if end > source.size or end < position + 2:
            break
        is_xmp = marker == _APP1 and source.at(position + 4, len(_XMP)) == _XMP
        found.append(Piece(f"{marker:02X}", position, end, is_xmp))
        position = end
    raise Unwritable(_BROKEN)


def packet(source: Source, parts: Sequence[Piece]) -> bytes | None:
    own = xmp_of(parts)
    _require_untouched(source, parts)
    return at(source, own)[4 + len(_XMP) :] if own else None


def plan(source: Source, parts: Sequence[Piece], new: bytes | None) -> list[Splice]:
    if new is not None and len(new) > MOST:
        raise Unwritable(
            "a JPEG has room for 64 KiB of XMP, and note, prompts and tags together need more"
        )
    segment = b""
    if new is not None:
        segment = b"\xff\xe1" + struct.pack(">H", len(_XMP) + len(new) + 2) + _XMP + new
    old = next((piece for piece in parts if piece.is_xmp), None)
    if old is not None:
        return [Splice(old.start, old.end, segment)]
    place = _place(source, parts)
    return [Splice(place, place, segment)] if segment else []


def _place(source: Source, parts: Sequence[Piece]) -> int:
    place = parts[0].end
    for piece in parts[1:]:
        if piece.name == f"{_APP0:02X}" or (
            piece.name == f"{_APP1:02X}" and source.at(piece.start + 4, len(_EXIF)) == _EXIF
        ):
            place = piece.end
        else:
            break
    return place


def _require_untouched(source: Source, parts: Sequence[Piece]) -> None:
    """Raises `Unwritable` where an extension holds names that we would write."""
    more: dict[bytes, dict[int, bytes]] = {}
    for piece in parts:
        if piece.name != f"{_APP1:02X}" or source.at(piece.start + 4, len(_MORE)) != _MORE:
            continue
        data = at(source, piece)[4:]
        if len(data) >= _MORE_HEADER:
            offset = int.from_bytes(data[_MORE_HEADER - 4 : _MORE_HEADER], "big")
            digest = data[len(_MORE) : len(_MORE) + 32]
            more.setdefault(digest, {})[offset] = data[_MORE_HEADER:]
    for joined in more.values():
        whole = b"".join(joined[offset] for offset in sorted(joined))
        for each in layout.read(whole).properties:
            if each.name in _SHARED or each.name[0] == OURS:
                raise Unwritable("its keywords lie in an extension of its XMP, which is not edited")


WRITER = Writer(pieces, packet, plan)
