"""What a person said and had written into the file is nothing that a generator recorded: parsers
are not asked about it, however much a note looks like parameters."""

from collections.abc import Sequence

from gallery.metadata.records import RawRecord
from gallery.metadata.writing.words import MADE_BY, PREFIX

_OURS = f"{PREFIX}:"
_SHARED = frozenset(("xmp:Rating", "dc:subject"))
_HEAD = 400


def left_out(records: Sequence[RawRecord]) -> Sequence[RawRecord]:
    """The others; the same list where none is ours, as of most files."""
    if not any(record.key.startswith(_OURS) for record in records):
        return records
    notes = {record.text for record in records if record.key == f"{_OURS}note"}
    return [record for record in records if not _is_ours(record, notes)]


def _is_ours(record: RawRecord, notes: set[str]) -> bool:
    if record.key.startswith(_OURS) or record.key in _SHARED:
        return True
    if record.key == "dc:description":
        return record.text in notes
    return record.key == "xmp" and MADE_BY in record.text[:_HEAD]
