"""Notes, with the reading itself, which images hold what another one has or had: whether they came
from there is decided in `scanning.moves`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gallery.scanning.saving.copying import int_array

# OFFSET 0 and + 0 have each content looked up by its index, whatever the planner believes; the
# collection is asked for only where something was found.
_NOTICE = """
INSERT INTO gallery_arrival (image_id)
SELECT read.id FROM unnest(%s::bigint[], %s::uuid[]) AS read (id, fingerprint)
WHERE EXISTS (SELECT FROM gallery_image AS other
              WHERE other.fingerprint = read.fingerprint AND other.id <> read.id
                AND other.collection_id + 0 = (SELECT own.collection_id FROM gallery_image AS own
                                               WHERE own.id = read.id)
              OFFSET 0)
   OR EXISTS (SELECT FROM gallery_imageversion AS version
              WHERE version.fingerprint = read.fingerprint AND version.image_id <> read.id
              OFFSET 0)
ON CONFLICT (image_id) DO UPDATE SET waits_for_id = NULL
"""


def notice(cursor: Any, new: Mapping[int, UUID]) -> None:
    """Before the rows of these images are given contents that they did not hold."""
    if new:
        fingerprints = "{" + ",".join([each.hex for each in new.values()]) + "}"
        cursor.execute(_NOTICE, [int_array(new), fingerprints])
