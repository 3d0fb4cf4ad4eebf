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
    is_nsfw_said = image.is_nsfw_said OR other.is_nsfw_said,
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
INSERT INTO gallery_imagetag (image_id, tag_id, source, position, confidence, is_denied)
SELECT move.survivor, tag.tag_id, tag.source, tag.position, tag.confidence, tag.is_denied
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
# An album that holds both holds the one once, where the survivor stood.
_ALBUMS = """
INSERT INTO gallery_albumimage (album_id, image_id, position, added_at)
SELECT held.album_id, move.survivor, held.position, held.added_at
FROM move_stage AS move JOIN gallery_albumimage AS held ON held.image_id = move.slot
WHERE move.is_absorbed
ON CONFLICT (album_id, image_id) DO NOTHING
"""
_COVERS = """
UPDATE gallery_album SET cover_id = move.survivor
FROM move_stage AS move WHERE cover_id = move.slot AND move.is_absorbed
"""
_FILE_ACTS = """
UPDATE gallery_fileact SET image_id = move.survivor
FROM move_stage AS move WHERE image_id = move.slot AND move.is_absorbed
"""
# What was said to be no duplicate stays so.
_DUPLICATES = """
INSERT INTO gallery_duplicatemember (group_id, image_id, distance)
SELECT member.group_id, move.survivor, member.distance
FROM move_stage AS move JOIN gallery_duplicatemember AS member ON member.image_id = move.slot
WHERE move.is_absorbed
ON CONFLICT (group_id, image_id) DO NOTHING
"""
_KEEPERS = """
UPDATE gallery_duplicategroup SET keeper_id = move.survivor
FROM move_stage AS move WHERE keeper_id = move.slot AND move.is_absorbed
"""
# Its file may not say yet what was said; what the other's file was is another matter.
_WAITING = """
INSERT INTO gallery_wordswaiting (image_id, is_new, changed_at)
SELECT move.survivor, waiting.is_new, waiting.changed_at
FROM move_stage AS move JOIN gallery_wordswaiting AS waiting ON waiting.image_id = move.slot
WHERE move.is_absorbed
ON CONFLICT (image_id) DO NOTHING
"""
_FORMER = """
INSERT INTO gallery_formercontent (image_id, fingerprint, until, is_met)
SELECT move.survivor, former.fingerprint, former.until, former.is_met
FROM move_stage AS move JOIN gallery_formercontent AS former ON former.image_id = move.slot
WHERE move.is_absorbed AND NOT move.is_replaced
ON CONFLICT (image_id, fingerprint) DO NOTHING
"""
_VIEWINGS = """
INSERT INTO gallery_viewing AS known (image_id, viewed_at)
SELECT move.survivor, viewing.viewed_at
FROM move_stage AS move JOIN gallery_viewing AS viewing ON viewing.image_id = move.slot
WHERE move.is_absorbed
ON CONFLICT (image_id) DO UPDATE SET viewed_at = greatest(known.viewed_at, EXCLUDED.viewed_at)
"""
# Stacks follow when families are looked at next.
_STACKS = """
INSERT INTO gallery_stackword (image_id, word, token, said_at)
SELECT move.survivor, said.word, said.token, said.said_at
FROM move_stage AS move JOIN gallery_stackword AS said ON said.image_id = move.slot
WHERE move.is_absorbed
ON CONFLICT (image_id, word, token) DO NOTHING
"""
_STACKED = """
UPDATE gallery_stacked SET seen = NULL
FROM move_stage AS move WHERE image_id = move.survivor AND move.is_absorbed
"""
# Two notes are both kept. Of two prompts or dates the later one counts, like any word said later.
_WRITTEN = """
SELECT move.survivor, move.slot,
    edit.has_prompt AND NOT (move.is_replaced AND coalesce(own.has_prompt, false)),
    edit.has_negative_prompt
        AND NOT (move.is_replaced AND coalesce(own.has_negative_prompt, false)),
    edit.has_date AND NOT (move.is_replaced AND coalesce(own.has_date, false))
FROM move_stage AS move JOIN gallery_imageedit AS edit ON edit.image_id = move.slot
LEFT JOIN gallery_imageedit AS own ON own.image_id = move.survivor
WHERE move.is_absorbed
"""
_NOTES = """
INSERT INTO gallery_imageedit AS known (image_id, note)
SELECT move.survivor, edit.note
FROM move_stage AS move JOIN gallery_imageedit AS edit ON edit.image_id = move.slot
WHERE move.is_absorbed
ON CONFLICT (image_id) DO UPDATE
SET note = CASE WHEN EXCLUDED.note IN ('', known.note) THEN known.note
                WHEN known.note = '' THEN EXCLUDED.note
                ELSE known.note || E'\\n\\n' || EXCLUDED.note END
"""
# What the survivor's own file records is put in its place with what was read of the slot.
_TAKE = """
WITH written AS (
    UPDATE gallery_imageedit SET {flag} = true WHERE image_id = %(survivor)s)
UPDATE gallery_image AS image SET {column} = other.{column}
FROM gallery_image AS other WHERE image.id = %(survivor)s AND other.id = %(slot)s
"""
_TAKEN = (
    ("has_prompt", "prompt_id"),
    ("has_negative_prompt", "negative_prompt_id"),
    ("has_date", "created_at"),
)


def join(cursor: Any) -> None:
    """Of each absorbed slot in `move_stage` to its survivor; the rows are locked."""
    copy(cursor)
    for statement in (*_FOUND, _COVERS, _FILE_ACTS, _DUPLICATES, _KEEPERS, _VIEWINGS):
        cursor.execute(statement)
    for statement in (_STACKS, _STACKED, _WAITING, _FORMER):
        cursor.execute(statement)


def copy(cursor: Any) -> None:
    """What was said of the picture, to a survivor that is another image and stays one."""
    cursor.execute(_COLUMNS)
    cursor.execute(_TAGS, [PERSON])
    cursor.execute(_CAPTIONS, [PERSON, PERSON])
    cursor.execute(_SIDECARS)
    cursor.execute(_ALBUMS)
    _join_edits(cursor)


def _join_edits(cursor: Any) -> None:
    cursor.execute(_WRITTEN)
    written = cursor.fetchall()
    if not written:
        return
    cursor.execute(_NOTES)
    for survivor, slot, *has in written:
        for (flag, column), is_taken in zip(_TAKEN, has, strict=True):
            if is_taken:
                values = {"survivor": survivor, "slot": slot}
                cursor.execute(_TAKE.format(flag=flag, column=column), values)
