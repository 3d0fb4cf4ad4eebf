"""The new file is read as any file is read, before it takes the old one's place."""

from collections.abc import Sequence

from gallery.filing.refusals import Refused
from gallery.metadata import FileMetadata, RawRecord, read_stream, writing
from gallery.metadata.writing import Unwritable, packet
from gallery.metadata.writing.words import PREFIX
from gallery.written.replacing import Opened

_OURS = frozenset(("xmp", "xmp:Rating", "dc:subject", "dc:description"))
FAILED = "what was written did not read back as it should, so the file was left as it was"


def read(file: Opened) -> FileMetadata:
    return read_stream(file.file, file.stat.st_size, with_workflow=False)


def require_same(
    old: Opened, new: Opened, format_: str, wanted: bytes | None
) -> Sequence[RawRecord]:
    """The records of the new file: the same picture to the byte, the same words of others, and
    exactly the packet that was wanted. Raises `Refused`."""
    before, after = read(old), read(new)
    try:
        is_same = (
            writing.digest(old.source, format_) == writing.digest(new.source, format_)
            and _packet(new, format_) == wanted
            and (before.format, before.width, before.height, before.duration_ms, before.media)
            == (after.format, after.width, after.height, after.duration_ms, after.media)
            and _others(before) == _others(after)
            and before.understanding == after.understanding
            and not set(after.problems).difference(before.problems)
        )
    except Unwritable as error:
        raise Refused(FAILED) from error
    if not is_same:
        raise Refused(FAILED)
    if wanted is not None:
        packet.said(wanted)
    return after.records


def _packet(file: Opened, format_: str) -> bytes | None:
    writer = writing.WRITERS[format_]
    return writer.packet(file.source, writer.pieces(file.source))


def _others(read_: FileMetadata) -> list[tuple[str, str, str, bool]]:
    found = [
        (record.container, record.key, record.text, record.is_damaged)
        for record in read_.records
        if record.key not in _OURS and not record.key.startswith(f"{PREFIX}:")
    ]
    return sorted(found)
