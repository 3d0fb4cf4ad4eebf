"""A person's words in files: which are written, where they lie, and how they are put there without
a pixel or another program's word being touched. Knows no Django, and opens nothing itself.

Kinds without a writer have their words in a sidecar, `picture.avif.xmp`, as darktable and digiKam
name it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gallery.metadata.containers.source import Source
from gallery.metadata.records import RawRecord
from gallery.metadata.writing import boxed, gif, jpeg, packet, png, webp
from gallery.metadata.writing.pieces import Piece, Splice, Writer
from gallery.metadata.writing.refusals import Beside, Unwritable
from gallery.metadata.writing.words import OURS, FileWords

WRITERS: Mapping[str, Writer] = {
    "png": png.WRITER,
    "jpeg": jpeg.WRITER,
    "webp": webp.WRITER,
    "gif": gif.WRITER,
    "jxl": boxed.JXL,
    "mp4": boxed.MOVIE,
    "mov": boxed.MOVIE,
}
SIDECAR_ENDING = ".xmp"
# Where content credentials lie: PNG, WebP, JPEG (APP11), JPEG XL, MP4. They sign the whole file.
_SEALS = frozenset(("caBX", "C2PA", "EB", "jumb", "c2pa"))
_SIDECAR_CONTAINER = "sidecar:xmp"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Change:
    """`splices` turn the file into one with the packet `after` in place of `before`."""

    before: bytes | None
    after: bytes | None
    splices: Sequence[Splice]


def change(source: Source, format_: str, words: FileWords) -> Change | None:
    """None where the file says it already. Raises `Unwritable`, and `Beside`."""
    writer, pieces = _taken_apart(source, format_)
    before = writer.packet(source, pieces)
    after = packet.edited(before, words)
    if after == before:
        return None
    return Change(before, after, writer.plan(source, pieces, after))


def change_back(source: Source, format_: str, before: bytes | None) -> Change:
    """The packet that was there. Raises `Unwritable`, and `Beside`."""
    writer, pieces = _taken_apart(source, format_)
    now = writer.packet(source, pieces)
    return Change(now, before, writer.plan(source, pieces, before))


def digest(source: Source, format_: str) -> str:
    """Of everything but the packet and the lengths that go with it."""
    _, pieces = _taken_apart(source, format_)
    state = hashlib.blake2b(digest_size=16)
    for piece in pieces:
        if piece.is_xmp or piece.is_frame:
            continue
        for start in range(piece.start, piece.end, _BLOCK):
            state.update(source.at(start, min(_BLOCK, piece.end - start)))
    return state.hexdigest()


def said(records: Sequence[RawRecord]) -> packet.Said | None:
    """What the packets among a file's records say: the one with words of ours first, the file's own
    before a sidecar's. None where none says anything that can be read."""
    found: list[packet.Said] = []
    for record in sorted(records, key=is_sidecar):
        if record.key == "xmp" or is_sidecar(record):
            try:
                found.append(packet.said(plain(record.text)))
            except Unwritable:
                continue
    return next((each for each in found if each.is_ours), found[0] if found else None)


def has_ours(records: Sequence[RawRecord]) -> bool:
    """Quickly, of each file that is read."""
    return any(
        (record.key == "xmp" or is_sidecar(record)) and OURS in record.text for record in records
    )


def is_sidecar(record: RawRecord) -> bool:
    return record.container == _SIDECAR_CONTAINER


def plain(text: str) -> bytes:
    """A packet as XML to be read; what surrounds it is no part of it."""
    return text.strip("\ufeff\0 \t\r\n").encode("utf-8", "replace")


def _taken_apart(source: Source, format_: str) -> tuple[Writer, Sequence[Piece]]:
    writer = WRITERS.get(format_)
    if writer is None:
        raise Beside("files of its kind take none safely")
    pieces = writer.pieces(source)
    if not _SEALS.isdisjoint(piece.name for piece in pieces):
        raise Beside("it carries content credentials, whose seal a change would break")
    return writer, pieces


__all__ = [
    "SIDECAR_ENDING",
    "WRITERS",
    "Beside",
    "Change",
    "FileWords",
    "Splice",
    "Unwritable",
    "change",
    "change_back",
    "digest",
    "has_ours",
    "said",
]
