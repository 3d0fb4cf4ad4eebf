"""Columns that the file fills and a person may fill in its stead: the file's word is kept beside,
and comes back when the person's word is taken away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gallery.scanning.saving.copying import int_array

_SAID = """
SELECT image.id, image.{column} FROM gallery_image AS image
JOIN gallery_imageedit AS edit ON edit.image_id = image.id
WHERE edit.{flag} AND image.id = ANY(%s::bigint[])
"""
_KEEP_RECORDED = """
INSERT INTO gallery_imageedit AS edit (image_id, {flag}, {recorded})
SELECT id, true, {column} FROM gallery_image WHERE id = ANY(%s::bigint[])
ON CONFLICT (image_id) DO UPDATE
SET {flag} = true, edited_at = now(),
    {recorded} = CASE WHEN edit.{flag} THEN edit.{recorded} ELSE EXCLUDED.{recorded} END
"""
_WRITE = """
UPDATE gallery_image AS image SET {column} = given.value
FROM unnest(%s::bigint[], %s::{kind}[]) AS given (id, value) WHERE image.id = given.id
"""
_GIVE_BACK = """
WITH given AS (
    UPDATE gallery_image AS image SET {column} = edit.{recorded}
    FROM gallery_imageedit AS edit
    WHERE edit.image_id = image.id AND edit.{flag} AND image.id = ANY(%s::bigint[])
    RETURNING image.id)
UPDATE gallery_imageedit SET {flag} = false, {recorded} = NULL, edited_at = now()
WHERE image_id IN (SELECT id FROM given)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """`column` of the image, `flag` and `recorded` of its edit; `kind` is the column's SQL type."""

    column: str
    flag: str
    recorded: str
    kind: str

    def said(self, cursor: Any, ids: Sequence[int]) -> dict[int, Any]:
        """What a person said, of images of which one did; it may be None."""
        cursor.execute(self._of(_SAID), [int_array(ids)])
        return dict(cursor.fetchall())

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        """A person's word on each; the images' rows are locked."""
        if values:
            cursor.execute(self._of(_KEEP_RECORDED), [int_array(values)])
            cursor.execute(self._of(_WRITE), [int_array(values), list(values.values())])

    def give_back(self, cursor: Any, ids: Iterable[int]) -> None:
        cursor.execute(self._of(_GIVE_BACK), [int_array(ids)])

    def _of(self, statement: str) -> str:
        return statement.format(
            column=self.column, flag=self.flag, recorded=self.recorded, kind=self.kind
        )


PROMPT = Kept("prompt_id", "has_prompt", "recorded_prompt_id", "bigint")
NEGATIVE_PROMPT = Kept(
    "negative_prompt_id", "has_negative_prompt", "recorded_negative_prompt_id", "bigint"
)
DATE = Kept("created_at", "has_date", "recorded_created_at", "timestamptz")
