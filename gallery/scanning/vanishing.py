"""Files that turned out to be gone between two quick scans."""

from typing import Any

from gallery.scanning.saving.copying import int_array

_MARK = "UPDATE gallery_image SET is_available = false WHERE id = ANY(%s::bigint[])"
# Their digest tells of a state that is no more: without it, the next quick scan compares them.
_HAVE_LISTED_AGAIN = """
UPDATE gallery_folder SET listing_digest = NULL, image_count = (
    SELECT count(*) FROM gallery_image WHERE folder_id = gallery_folder.id AND is_available)
WHERE id = ANY(%s::bigint[])
"""


def mark(cursor: Any, image_ids: list[int]) -> None:
    """The caller holds the rows."""
    if image_ids:
        cursor.execute(_MARK, [int_array(image_ids)])


def have_listed_again(cursor: Any, folder_ids: set[int]) -> None:
    """What is known of these folders is not what lies there."""
    if folder_ids:
        cursor.execute(_HAVE_LISTED_AGAIN, [int_array(sorted(folder_ids))])
