"""Notes, with the reading itself, which images hold what another one has or had: whether they came
from there is decided in `scanning.moves`."""

from typing import Any

# OFFSET 0 and + 0 have each row looked up by its fingerprint, whatever the planner believes.
_NOTICE = """
INSERT INTO gallery_arrival (image_id)
SELECT image.id FROM read_stage AS read JOIN gallery_image AS image ON image.id = read.id
WHERE read.size > 0 AND image.fingerprint IS DISTINCT FROM read.fingerprint
  AND image.id <> ALL(%s::bigint[])
  AND (EXISTS (SELECT FROM gallery_image AS other
               WHERE other.fingerprint = read.fingerprint AND other.id <> image.id
                 AND other.collection_id + 0 = image.collection_id OFFSET 0)
    OR EXISTS (SELECT FROM gallery_imageversion AS version
               WHERE version.fingerprint = read.fingerprint AND version.image_id <> image.id
               OFFSET 0))
ON CONFLICT (image_id) DO UPDATE SET waits_for_id = NULL
"""


def notice(cursor: Any, touched: list[int]) -> None:
    """Before the rows of `read_stage` overwrite theirs; `touched` hold what they held."""
    cursor.execute(_NOTICE, [touched])
