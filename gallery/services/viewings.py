"""What a person looked at for more than a glance, and when. No act: history does not tell it."""

from collections.abc import Iterable

from django.db import connection

from gallery.models import Collection
from gallery.scanning.saving.copying import int_array

_MARK = """
INSERT INTO gallery_viewing (image_id, viewed_at)
SELECT id, now() FROM gallery_image
WHERE id = ANY(%s::bigint[]) AND collection_id = %s ORDER BY id
ON CONFLICT (image_id) DO UPDATE SET viewed_at = EXCLUDED.viewed_at
"""


def mark(collection: Collection, ids: Iterable[int]) -> int:
    """Returns how many of `ids` are in the collection."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [int_array(ids), collection.pk])
        return int(cursor.rowcount)
