"""Prompts and dates that a person wrote stay when the file is read again; what the file says now is
kept beside them."""

from typing import Any

# `{stage}` has what is about to be written to images, with `{key}` their ids.
_NOTE_RECORDED = """
UPDATE gallery_imageedit AS edit
SET recorded_prompt_id = CASE WHEN has_prompt THEN stage.prompt_id END,
    recorded_negative_prompt_id = CASE WHEN has_negative_prompt THEN stage.negative_prompt_id END
FROM {stage} AS stage
WHERE edit.image_id = stage.{key} AND (edit.has_prompt OR edit.has_negative_prompt)
"""
_KEEP = """
UPDATE {stage} AS stage
SET prompt_id = CASE WHEN edit.has_prompt THEN image.prompt_id ELSE stage.prompt_id END,
    negative_prompt_id = CASE WHEN edit.has_negative_prompt THEN image.negative_prompt_id
                              ELSE stage.negative_prompt_id END
FROM gallery_imageedit AS edit JOIN gallery_image AS image ON image.id = edit.image_id
WHERE edit.image_id = stage.{key} AND (edit.has_prompt OR edit.has_negative_prompt)
"""
# Likewise of dates, which the file has of the disk: `{stage}` has `created_at` too.
_NOTE_DATE = """
UPDATE gallery_imageedit AS edit SET recorded_created_at = stage.created_at
FROM {stage} AS stage WHERE edit.image_id = stage.{key} AND edit.has_date
"""
_KEEP_DATE = """
UPDATE {stage} AS stage SET created_at = image.created_at
FROM gallery_imageedit AS edit JOIN gallery_image AS image ON image.id = edit.image_id
WHERE edit.image_id = stage.{key} AND edit.has_date
"""


def keep(cursor: Any, stage: str, key: str = "id") -> None:
    """Call it before `stage` is written to the images; their rows are locked."""
    cursor.execute(_NOTE_RECORDED.format(stage=stage, key=key))
    if cursor.rowcount:
        cursor.execute(_KEEP.format(stage=stage, key=key))


def keep_dates(cursor: Any, stage: str, key: str = "id") -> None:
    """Likewise."""
    cursor.execute(_NOTE_DATE.format(stage=stage, key=key))
    if cursor.rowcount:
        cursor.execute(_KEEP_DATE.format(stage=stage, key=key))
