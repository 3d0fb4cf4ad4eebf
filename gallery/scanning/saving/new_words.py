"""New files that carry a person's words, written by this program somewhere: noted, so that a job
takes them over where nothing was said here."""

from collections.abc import Collection, Mapping
from typing import Any

from gallery.metadata import FileMetadata, writing
from gallery.scanning.saving.copying import int_array

_NOTE = """
INSERT INTO gallery_wordswaiting (image_id, is_new, changed_at)
SELECT id, true, clock_timestamp() FROM unnest(%s::bigint[]) AS id ORDER BY id
ON CONFLICT (image_id) DO NOTHING
"""


def note(cursor: Any, told: Mapping[int, FileMetadata], known: Collection[int]) -> None:
    """Not of the `known`, which were read before: what was cleared since stays cleared."""
    new = [pk for pk, read in told.items() if pk not in known and writing.has_ours(read.records)]
    if new:
        cursor.execute(_NOTE, [int_array(new)])
