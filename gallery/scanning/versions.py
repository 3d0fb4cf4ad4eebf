"""Replaced content: what an image was before, kept when its file holds something else.

The quick scan sees another size or time and keeps the old content as a version at once, for it is
about to overwrite what is known of it; the deep scan takes that back where it reads the same
content again, which was only touched.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gallery.scanning.saving.copying import int_array

# `rows` have the columns of `gallery_image`, as they were.
KEEP = """
INSERT INTO gallery_imageversion
    (image_id, fingerprint, size, modified_at, format, width, height, prompt_id, seed)
SELECT id, fingerprint, size, modified_at, format, width, height, prompt_id, seed
FROM {rows} AS old WHERE fingerprint IS NOT NULL
"""
_LATEST = """
SELECT DISTINCT ON (image_id) id, image_id, fingerprint FROM gallery_imageversion
WHERE image_id = ANY(%s::bigint[]) ORDER BY image_id, replaced_at DESC, id DESC
"""
_TAKE_BACK = "DELETE FROM gallery_imageversion WHERE id = ANY(%s::bigint[])"
# Replaced between the quick scan and now.
_KEEP_REPLACED = KEEP.format(
    rows="(SELECT image.* FROM gallery_image AS image WHERE image.id = ANY(%s::bigint[]))"
)


def settle(cursor: Any, held: Mapping[int, UUID | None], read: Mapping[int, UUID]) -> set[int]:
    """Before rows that `held` one content are given what was `read`: keeps versions of what is
    replaced.

    Returns the ids of images that were only touched: the same content at another time.
    """
    touched = _take_back(cursor, [pk for pk in read if held[pk] is None], read)
    replaced = [pk for pk, now in read.items() if held[pk] not in (None, now)]
    if replaced:
        cursor.execute(_KEEP_REPLACED, [int_array(replaced)])
    return touched


def _take_back(cursor: Any, unknown: list[int], read: Mapping[int, UUID]) -> set[int]:
    """Only a row whose content was not known any more has a version that may be taken back."""
    if not unknown:
        return set()
    cursor.execute(_LATEST, [int_array(unknown)])
    same = {pk: version for version, pk, was in cursor.fetchall() if was == read[pk]}
    if same:
        cursor.execute(_TAKE_BACK, [int_array(same.values())])
    return set(same)
