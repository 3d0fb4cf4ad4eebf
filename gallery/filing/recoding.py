"""The row of an image whose file is another one now that shows the same: a converted one, or the
original again. And the row of a copy that was converted while its original stays."""

import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from gallery.filing import disk, rows
from gallery.filing.refusals import Refused
from gallery.filing.spots import Spot
from gallery.models import (
    Caption,
    Image,
    ImageMetadata,
    ImageNodes,
    ImageResource,
    ImageSource,
    ImageTag,
)
from gallery.scanning import cleaning, removing
from gallery.scanning.moves import uniting, words
from gallery.scanning.moves.candidates import Place
from gallery.scanning.moves.deciding import Decision
from gallery.scanning.saving.tags import SOURCE as SIDECAR

# What was read of it is true still, word by word; an unread one stays unread.
_BECOME = """
UPDATE gallery_image SET folder_id = %(folder)s, name = %(name)s, is_available = true,
    size = %(size)s, mtime_ns = %(mtime_ns)s, format = %(format)s,
    modified_at = timestamptz 'epoch' + (%(mtime_ns)s / 1000) * interval '1 microsecond',
    width = %(width)s, height = %(height)s, sidecar_stamp = %(stamp)s, strip_of = NULL,
    fingerprint = CASE WHEN read_version IS NULL THEN NULL ELSE %(fingerprint)s::uuid END,
    thumbnail_version = CASE WHEN %(has_thumbnails)s THEN thumbnail_version END
WHERE id = %(image)s
"""
# It shows the same, so that backups made before find it still.
_REMEMBER = """
INSERT INTO gallery_formercontent (image_id, fingerprint, is_met)
SELECT id, fingerprint,
    EXISTS (SELECT FROM gallery_formercontent WHERE image_id = image.id AND is_met)
FROM gallery_image AS image WHERE id = %s AND fingerprint IS NOT NULL
ON CONFLICT (image_id, fingerprint) DO UPDATE SET until = now()
"""
_MEDIA = "UPDATE gallery_imagemetadata SET media = %s WHERE image_id = %s"
_COUNTED = """
UPDATE gallery_folder SET listing_digest = NULL, image_count = image_count + %s WHERE id = %s
"""
_STAGED = "INSERT INTO move_stage VALUES (%s, %s, true, false)"
_RECORDED = """
UPDATE gallery_imageedit AS own SET recorded_prompt_id = other.recorded_prompt_id,
    recorded_negative_prompt_id = other.recorded_negative_prompt_id
FROM gallery_imageedit AS other WHERE own.image_id = %s AND other.image_id = %s
"""
_COPIED = (
    *((model, "") for model in (ImageMetadata, ImageNodes, ImageResource, ImageSource)),
    *((model, f"AND source = '{SIDECAR}'") for model in (ImageTag, Caption)),
)
# What people say is copied by whoever knows all of it.
_SAID = frozenset(("rating", "is_favourite", "is_nsfw", "is_nsfw_said", "is_for_deletion"))


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is, in the form that an act's note keeps."""

    size: int
    mtime_ns: int
    fingerprint: str
    format: str
    width: int | None
    height: int | None
    media: list[list[str]]

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, image: Image, media: list[list[str]]) -> "Content":
        identity = image.fingerprint.hex if image.fingerprint else ""
        facts = (image.size, image.mtime_ns, identity, image.format, image.width, image.height)
        return cls(*facts, media)


def become(
    image_id: int,
    folder_id: int,
    to: Spot,
    now: Content,
    *,
    stamp: int | None,
    has_thumbnails: bool,
) -> None:
    """Within its folder, in a transaction of the caller, who holds the scan locks. Raises `Refused`
    where the place is another image's, and where the image is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_REMEMBER, [image_id])
        held = rows.held_at(cursor, image_id, to, folder_id)
        image = held.pop(image_id)
        if image.folder_id != folder_id:
            raise Refused("it was moved meanwhile")
        for other in held.values():
            _absorb(cursor, image, other, now)
            image = other
        values = {
            **now.stored(),
            "image": image_id,
            "folder": folder_id,
            "name": to.name,
            "fingerprint": now.fingerprint or None,
            "stamp": stamp,
            "has_thumbnails": has_thumbnails,
        }
        cursor.execute(_BECOME, values)
        cursor.execute(_MEDIA, [cleaning.json(now.media), image_id])
        cursor.execute(_COUNTED, [0 if image.is_available else 1, folder_id])


def copy(image: Image, to: Spot, now: Content, *, stamp: int | None, has_thumbnails: bool) -> int:
    """A row for the converted file beside that of its original, with all that was read of it and
    said of it; its id. As `become`."""
    folder_id = image.folder_id
    with connection.cursor() as cursor:
        held = rows.held_at(cursor, image.pk, to, folder_id)
        strangers = [other for pk, other in held.items() if pk != image.pk]
        for other in strangers:
            if not _is_ours(other, now):
                raise Refused(disk.TAKEN)
        # Those that a scan met after a kill: nobody has said anything of them that is lost here.
        removing.remove_images(cursor, [other.id for other in strangers])
        made = _row(image)
        made.fingerprint = None
        made.folder_id, made.name, made.created_at = folder_id, to.name, image.created_at
        made.save(force_insert=True)
        for model, of in _COPIED:
            _copy_rows(cursor, model, image.pk, made.pk, of)
        cursor.execute(uniting.STAGE)
        cursor.execute("TRUNCATE move_stage")
        cursor.execute(_STAGED, [made.pk, image.pk])
        words.copy(cursor)
        cursor.execute(_RECORDED, [made.pk, image.pk])
        cursor.execute(_COUNTED, [1 - sum(other.is_available for other in strangers), folder_id])
    become(made.pk, folder_id, to, now, stamp=stamp, has_thumbnails=has_thumbnails)
    return made.pk


def _row(image: Image) -> Image:
    fresh = Image.objects.get(pk=image.pk)
    fields = [field for field in Image._meta.concrete_fields if not field.primary_key]
    kept = {field.attname for field in fields if field.name not in {*_SAID, "first_seen_at"}}
    return Image(**{name: getattr(fresh, name) for name in kept})


def _copy_rows(cursor: Any, model: Any, source: int, target: int, of: str) -> None:
    fields = model._meta.concrete_fields
    names = [f.column for f in fields if f.name not in {"id", "image"} and not f.generated]
    table, listed = model._meta.db_table, ", ".join(names)
    cursor.execute(
        f"INSERT INTO {table} (image_id, {listed}) "  # noqa: S608 (names of our own)
        f"SELECT %s, {listed} FROM {table} WHERE image_id = %s {of}",
        [target, source],
    )


def _absorb(cursor: Any, image: Place, other: Place, now: Content) -> None:
    """After a kill a scan may have met the new file before the row came there."""
    if other.size == 0 < now.size:  # the empty file that took the name
        removing.remove_images(cursor, [other.id])
    elif not _is_ours(other, now):
        raise Refused(disk.TAKEN)
    elif not uniting.unite(Decision(moves=[(image, other)])):
        raise Refused("it was changed meanwhile")


def _is_ours(other: Place, now: Content) -> bool:
    if other.size != now.size:
        return False
    return other.fingerprint is None or other.fingerprint == uuid.UUID(now.fingerprint)
