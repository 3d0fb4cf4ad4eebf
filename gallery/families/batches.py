"""Batches: made with the same prompts, checkpoint and shape of workflow, one soon after the other.
What a batch is after versions of its pictures came to it is an idea."""

from typing import Any

# Who comes back to a prompt after so long has another idea.
_PAUSE = "interval '3 days'"
_KEY = "prompt_id, negative_prompt_id, checkpoint_id, workflow_id"

# Prompts that touched images have or had: a batch that lost one may have another first image.
_BATCHES = f"""
WITH prompts AS (
    SELECT image.prompt_id FROM kin_touched JOIN gallery_image AS image USING (id)
        WHERE image.prompt_id IS NOT NULL
    UNION SELECT image.prompt_id FROM kin_touched
        JOIN gallery_stacked AS own ON own.image_id = kin_touched.id
        JOIN gallery_image AS image ON image.id = own.batch WHERE image.prompt_id IS NOT NULL),
gaps AS (
    SELECT id, created_at, {_KEY},
        (created_at - lag(created_at) OVER turn > {_PAUSE})::int AS is_late
    FROM gallery_image
    WHERE collection_id = %(collection)s AND prompt_id IS NOT NULL
        AND (%(whole)s OR prompt_id IN (SELECT prompt_id FROM prompts))
    WINDOW turn AS (PARTITION BY {_KEY} ORDER BY created_at, id)),
numbered AS (
    SELECT id, {_KEY}, sum(is_late) OVER (PARTITION BY {_KEY} ORDER BY created_at, id) AS number
    FROM gaps),
found AS (
    SELECT id, min(id) OVER batch AS first, count(*) OVER batch AS many
    FROM numbered WINDOW batch AS (PARTITION BY {_KEY}, coalesce(number, 0)))
INSERT INTO gallery_stacked AS stacked (image_id, batch)
SELECT found.id, CASE WHEN many > 1 THEN first END FROM found
LEFT JOIN gallery_stacked AS own ON own.image_id = found.id
WHERE own.batch IS DISTINCT FROM CASE WHEN many > 1 THEN first END ORDER BY found.id
ON CONFLICT (image_id) DO UPDATE SET batch = EXCLUDED.batch
RETURNING image_id
"""  # noqa: S608 - our own text
_PROMPTLESS = """
UPDATE gallery_stacked AS stacked SET batch = NULL
FROM kin_touched JOIN gallery_image AS image USING (id)
WHERE stacked.image_id = kin_touched.id AND image.prompt_id IS NULL AND stacked.batch IS NOT NULL
RETURNING image_id
"""


def find(cursor: Any, collection: int, *, is_whole: bool) -> set[int]:
    """Of what `kin_touched` touches; the images whose batch is another now."""
    changed: set[int] = set()
    cursor.execute(_BATCHES, {"collection": collection, "whole": is_whole})
    changed.update(pk for (pk,) in cursor.fetchall())
    cursor.execute(_PROMPTLESS)
    changed.update(pk for (pk,) in cursor.fetchall())
    return changed
