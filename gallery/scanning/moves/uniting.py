"""Rows of images that moved take the places where they are now; set-based, in one transaction."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from gallery.models import Folder
from gallery.scanning.moves import matching, treatments, words
from gallery.scanning.moves.candidates import Place
from gallery.scanning.moves.deciding import Decision
from gallery.scanning.removing import remove_images
from gallery.scanning.saving import edits, imported, tags
from gallery.scanning.saving.copying import int_array

# In order of id, as everywhere, and so that nothing new hangs itself on a row that goes.
_LOCK = """
SELECT id, folder_id, name, fingerprint FROM gallery_image WHERE id = ANY(%s::bigint[])
ORDER BY id FOR UPDATE
"""
STAGE = """
CREATE TEMP TABLE IF NOT EXISTS move_stage
    (survivor bigint, slot bigint, is_absorbed boolean, is_replaced boolean)
"""
# A row takes the place of another; unless that one moves on itself, the two become one.
_FILL = """
INSERT INTO move_stage
SELECT survivor, slot, slot <> ALL(%s::bigint[]),
    EXISTS (SELECT FROM gallery_imageversion WHERE image_id = slot)
FROM unnest(%s::bigint[], %s::bigint[]) AS moved (survivor, slot)
"""
# Its content did not end, it moved.
_TAKE_BACK_VERSIONS = """
DELETE FROM gallery_imageversion AS version USING move_stage AS move, gallery_image AS slot
WHERE slot.id = move.slot AND version.image_id = move.survivor
  AND version.fingerprint = slot.fingerprint
  AND version.id = (SELECT id FROM gallery_imageversion AS latest
                    WHERE latest.image_id = version.image_id
                    ORDER BY replaced_at DESC, id DESC LIMIT 1)
"""
_GIVE_VERSIONS = """
UPDATE gallery_imageversion AS version SET image_id = survivor
FROM move_stage WHERE version.image_id = slot AND is_absorbed
"""
# What was read of the file goes with the place; first parked where two rows change places.
_READ = (
    ("gallery_imagemetadata", ""),
    ("gallery_imageresource", ""),
    ("gallery_imagesource", ""),
    ("gallery_imagenodes", ""),
    ("gallery_stagefailure", ""),
    ("gallery_imagetag", f"AND source = '{tags.SOURCE}'"),
    ("gallery_caption", f"AND source = '{tags.SOURCE}'"),
)
_PARK = """
UPDATE {table} SET image_id = -slot FROM move_stage WHERE image_id = slot AND NOT is_absorbed {of}
"""
_DROP = "DELETE FROM {table} USING move_stage WHERE image_id = survivor {of}"
_TAKE = """
UPDATE {table} SET image_id = survivor FROM move_stage
WHERE image_id = CASE WHEN is_absorbed THEN slot ELSE -slot END {of}
"""
_TAKEN_COLUMNS = (
    *("folder_id", "name", "size", "mtime_ns", "modified_at", "created_at", "is_available"),
    *("read_version", "fingerprint", "format", "width", "height", "generator", "prompt_id"),
    *("negative_prompt_id", "checkpoint_id", "seed", "steps", "cfg_scale", "sampler", "scheduler"),
    *("denoise", "clip_skip", "parse_version", "duration_ms", "workflow_id", "sidecar_stamp"),
)
_KEEP_SLOTS = f"""
CREATE TEMP TABLE move_slot AS
SELECT survivor, {", ".join(f"slot.{name}" for name in _TAKEN_COLUMNS)}, thumbnail_version, phash
FROM move_stage JOIN gallery_image AS slot ON slot.id = move_stage.slot
"""  # noqa: S608
# What a person wrote of the slot's image is not what its file records.
_AS_RECORDED = """
UPDATE move_slot
SET prompt_id = CASE WHEN has_prompt THEN recorded_prompt_id ELSE prompt_id END,
    negative_prompt_id = CASE WHEN has_negative_prompt THEN recorded_negative_prompt_id
                              ELSE negative_prompt_id END,
    created_at = CASE WHEN has_date THEN recorded_created_at ELSE created_at END
FROM move_stage AS move JOIN gallery_imageedit AS edit ON edit.image_id = move.slot
WHERE move.survivor = move_slot.survivor
  AND (has_prompt OR has_negative_prompt OR has_date)
"""
# No file's name holds a slash, so that none is in the way.
_FREE_NAMES = """
UPDATE gallery_image SET name = '/' || id
WHERE id IN (SELECT slot FROM move_stage WHERE NOT is_absorbed)
"""
_MOVE = f"""
UPDATE gallery_image AS image
SET {", ".join(f"{name} = slot.{name}" for name in _TAKEN_COLUMNS)},
    thumbnail_version = CASE WHEN image.fingerprint = slot.fingerprint
        THEN coalesce(image.thumbnail_version, slot.thumbnail_version)
        ELSE slot.thumbnail_version END,
    phash = CASE WHEN image.fingerprint = slot.fingerprint
        THEN coalesce(image.phash, slot.phash) ELSE slot.phash END
FROM move_slot AS slot WHERE image.id = slot.survivor
"""  # noqa: S608
_LOCK_FOLDERS = """
SELECT FROM gallery_folder WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""
_RECOUNT = """
UPDATE gallery_folder SET image_count = (
    SELECT count(*) FROM gallery_image WHERE folder_id = gallery_folder.id AND is_available)
WHERE id = ANY(%s::bigint[])
"""
_SETTLED = "DELETE FROM gallery_arrival WHERE image_id = ANY(%s::bigint[])"
_WAITS = "UPDATE gallery_arrival SET waits_for_id = %s WHERE image_id = ANY(%s::bigint[])"


def unite(decision: Decision) -> int:
    """Carries the decision out, but for rows that changed since they were looked at; how many
    moved."""
    followed: list[Folder] = []
    with transaction.atomic(), connection.cursor() as cursor:
        moves = _still_so(cursor, decision)
        if moves:
            _move(cursor, moves)
            followed = treatments.follow(moves)
        if decision.copies:
            cursor.execute(_SETTLED, [int_array(decision.copies)])
        for root_id, waiting in decision.waiting.items():
            cursor.execute(_WAITS, [root_id, int_array(waiting)])
    treatments.hide_excluded(followed)
    return len(moves)


def _still_so(cursor: Any, decision: Decision) -> list[matching.Pair]:
    if not decision.moves:
        return []
    cursor.execute(_LOCK, [int_array({place.id for each in decision.moves for place in each})])
    now = {pk: tuple(row) for pk, *row in cursor.fetchall()}
    unchanged = [each for each in decision.moves if all(_is_as_in(now, place) for place in each)]
    return matching.closed(unchanged, decision.displaced)


def _is_as_in(now: dict[int, tuple[Any, ...]], place: Place) -> bool:
    return now.get(place.id) == (place.folder_id, place.name, place.fingerprint)


def _move(cursor: Any, moves: Iterable[matching.Pair]) -> None:
    survivors = [old.id for old, _ in moves]
    slots = [new.id for _, new in moves]
    absorbed = sorted(set(slots).difference(survivors))
    folders = {place.folder_id for each in moves for place in each}
    cursor.execute(STAGE)
    cursor.execute("TRUNCATE move_stage")
    cursor.execute(_FILL, [int_array(survivors), int_array(survivors), int_array(slots)])
    cursor.execute("ANALYZE move_stage")
    words.join(cursor)
    cursor.execute(_TAKE_BACK_VERSIONS)
    cursor.execute(_GIVE_VERSIONS)
    for table, of in _READ:
        for statement in (_PARK, _DROP, _TAKE):
            cursor.execute(statement.format(table=table, of=of))
    cursor.execute(_KEEP_SLOTS)
    cursor.execute(_AS_RECORDED)
    edits.keep(cursor, "move_slot", key="survivor")
    edits.keep_dates(cursor, "move_slot", key="survivor")
    remove_images(cursor, absorbed)
    cursor.execute(_FREE_NAMES)
    cursor.execute(_MOVE)
    cursor.execute("DROP TABLE move_slot")
    cursor.execute(_SETTLED, [int_array(slots)])
    imported.note_later_ones(cursor, survivors, [])
    cursor.execute(_LOCK_FOLDERS, [int_array(folders)])
    cursor.execute(_RECOUNT, [int_array(folders)])
