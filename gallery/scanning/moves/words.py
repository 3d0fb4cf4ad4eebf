"""What people said of two rows that turn out to be one image. Nothing of it may be lost: whoever
lets people say more adds it here."""

from typing import Any

PERSON = "person"

# `move` has survivor, slot, and `is_replaced`: what was said of the slot was said of the content
# that lay there before, so it counts only where nothing was said of the one that came. Otherwise it
# was said of the same picture, later.
_COLUMNS = """
UPDATE gallery_image AS image
SET rating = CASE WHEN move.is_replaced THEN coalesce(image.rating, other.rating)
                  ELSE coalesce(other.rating, image.rating) END,
    is_favourite = image.is_favourite OR other.is_favourite,
    is_nsfw = image.is_nsfw OR other.is_nsfw,
    is_for_deletion = (image.is_for_deletion AND NOT EXISTS (
            SELECT FROM gallery_missingmark WHERE image_id = image.id))
        OR (other.is_for_deletion AND NOT move.is_replaced)
FROM move_stage AS move JOIN gallery_image AS other ON other.id = move.slot
WHERE image.id = move.survivor AND move.is_absorbed
"""
# A mark that the unavailable scan made ends with the image's being found.
_FOUND = (
    """
UPDATE gallery_image AS image SET is_for_deletion = false
FROM move_stage AS move, gallery_missingmark AS mark
WHERE image.id = move.survivor AND NOT move.is_absorbed AND mark.image_id = image.id
""",
    "DELETE FROM gallery_missingmark AS mark USING move_stage WHERE mark.image_id = survivor",
)
_TAGS = """
INSERT INTO gallery_imagetag (image_id, tag_id, source, position, confidence)
SELECT move.survivor, tag.tag_id, tag.source, tag.position, tag.confidence
FROM move_stage AS move JOIN gallery_imagetag AS tag ON tag.image_id = move.slot
WHERE move.is_absorbed AND tag.source = %s
ON CONFLICT (image_id, source, tag_id) DO NOTHING
"""
_CAPTIONS = """
INSERT INTO gallery_caption AS known (image_id, source, text)
SELECT move.survivor, caption.source, caption.text
FROM move_stage AS move JOIN gallery_caption AS caption ON caption.image_id = move.slot
WHERE move.is_absorbed AND caption.source = %s
  AND NOT (move.is_replaced AND EXISTS (
    SELECT FROM gallery_caption WHERE image_id = move.survivor AND source = %s))
ON CONFLICT (image_id, source) DO UPDATE SET text = EXCLUDED.text
"""
_SIDECARS = """
INSERT INTO gallery_importedsidecar AS known (image_id, name, text, encoding, imported_at)
SELECT move.survivor, sidecar.name, sidecar.text, sidecar.encoding, sidecar.imported_at
FROM move_stage AS move JOIN gallery_importedsidecar AS sidecar ON sidecar.image_id = move.slot
WHERE move.is_absorbed
ON CONFLICT (image_id, name) DO UPDATE
SET text = EXCLUDED.text, encoding = EXCLUDED.encoding, imported_at = EXCLUDED.imported_at
WHERE known.imported_at < EXCLUDED.imported_at
"""


def join(cursor: Any) -> None:
    """Of each absorbed slot in `move_stage` to its survivor; the rows are locked."""
    cursor.execute(_COLUMNS)
    for statement in _FOUND:
        cursor.execute(statement)
    cursor.execute(_TAGS, [PERSON])
    cursor.execute(_CAPTIONS, [PERSON, PERSON])
    cursor.execute(_SIDECARS)
