"""Sidecars that a person imported: understood together with what a file says, and never lost to a
reading that began before they came."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from gallery.metadata import RawRecord, sidecars
from gallery.scanning.saving.copying import int_array

_FIND = """
SELECT id, image_id, name, text, encoding FROM gallery_importedsidecar
WHERE image_id = ANY(%s::bigint[]) ORDER BY image_id, name
"""
_FORGOTTEN = """
UPDATE gallery_image SET parse_version = 0
WHERE id IN (
    SELECT image_id FROM gallery_importedsidecar
    WHERE image_id = ANY(%s::bigint[]) AND id <> ALL(%s::bigint[]))
RETURNING folder_id
"""
_HAVE_PARSED_AGAIN = """
UPDATE gallery_libraryroot SET parsed_with = 0
WHERE id IN (SELECT root_id FROM gallery_folder WHERE id = ANY(%s::bigint[]))
"""


@dataclass(slots=True)
class Imported:
    """What there was when the images were taken up: records by image, and the rows' ids."""

    records: dict[int, list[RawRecord]] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)


def find(image_ids: Iterable[int]) -> Imported:
    found = Imported()
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [int_array(image_ids)])
        for pk, image_id, name, text, encoding in cursor.fetchall():
            kind = sidecars.split(name)
            suffix = kind[1] if kind else ".txt"
            record = RawRecord(f"sidecar:{suffix[1:]}", name, text, encoding)
            found.records.setdefault(image_id, []).append(record)
            found.ids.append(pk)
    return found


def note_later_ones(cursor: Any, image_ids: list[int], seen: Iterable[int]) -> None:
    """Images that were given a sidecar meanwhile are to be parsed again; their rows are locked."""
    cursor.execute(_FORGOTTEN, [int_array(image_ids), int_array(seen)])
    if folders := [row[0] for row in cursor.fetchall()]:
        cursor.execute(_HAVE_PARSED_AGAIN, [int_array(folders)])
