"""What the files of images say, from the records that the scan read of them."""

import zlib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from gallery.backup.records import ImageWords
from gallery.metadata import RawRecord, writing
from gallery.metadata.writing import FileWords
from gallery.models.metadata import unpack_records
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import int_array

_TEXT_CHARS, _TAG_CHARS, _MOST_TAGS = 100_000, 200, 1000
_RECORDS = """
SELECT image.id, concat_ws('/', nullif(folder.path, ''), image.name), metadata.packed_records
FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id
JOIN gallery_imagemetadata AS metadata ON metadata.image_id = image.id
WHERE image.id = ANY(%s::bigint[]) ORDER BY image.id
"""
# From now on both know of each other: what is cleared here is cleared there.
_REMEMBER = """
INSERT INTO gallery_formercontent (image_id, fingerprint)
SELECT id, fingerprint FROM gallery_image
WHERE id = ANY(%s::bigint[]) AND fingerprint IS NOT NULL
ON CONFLICT (image_id, fingerprint) DO UPDATE SET is_met = true
"""


def targets(cursor: Any, ids: Sequence[int], *, is_own_only: bool) -> dict[int, ImageWords]:
    """As a backup would have them; images whose files say nothing are left out."""
    cursor.execute(_RECORDS, [int_array(ids)])
    found: dict[int, ImageWords] = {}
    for pk, path, packed in cursor.fetchall():
        words = of(bytes(packed), is_own_only=is_own_only)
        if words is not None and (record := _record(path, words)) is not None:
            found[pk] = record
    return found


def of(packed: bytes, *, is_own_only: bool) -> FileWords | None:
    """None where the file says nothing. Few files have a packet, so that is looked for first."""
    plain = packed if packed[:1] == b"[" else zlib.decompress(packed)
    if b'"xmp"' not in plain and b'"sidecar:xmp"' not in plain:
        return None
    said = writing.said([RawRecord(**each) for each in unpack_records(plain)])
    if said is None or (is_own_only and not said.is_ours):
        return None
    return (said.words if is_own_only else said.suggested()) or None


def remember(cursor: Any, ids: Sequence[int]) -> None:
    cursor.execute(_REMEMBER, [int_array(ids)])


def _record(path: str, words: FileWords) -> ImageWords | None:
    """A file may say anything; what no column holds is left out."""
    try:
        return ImageWords(
            size=-1,
            root="",
            path=path[:8000],
            rating=words.rating,
            favourite=words.is_favourite,
            nsfw=words.nsfw,
            note=_text(words.note) or "",
            prompt=_text(words.prompt),
            negative_prompt=_text(words.negative_prompt),
            tags=_tags(words.tags),
            denied_tags=_tags(words.denied),
        )
    except ValidationError:
        return None


def _text(value: str | None) -> str | None:
    return None if value is None else cleaning.text(value).strip()[:_TEXT_CHARS]


def _tags(names: Sequence[str]) -> list[str]:
    cleaned = (cleaning.name(name).replace(",", " ").strip() for name in names[:_MOST_TAGS])
    return list(dict.fromkeys(name for name in cleaned if 0 < len(name) <= _TAG_CHARS))
