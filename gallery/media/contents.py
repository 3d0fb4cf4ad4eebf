"""What was made of a content and is filed by its fingerprint, when the file's bytes change but not
its picture: thumbnails and their like, and tables that name the content."""

import uuid
from typing import Any

from gallery.media import displays, locks, storing, strips, thumbnails
from gallery.models import Image

_tables: dict[str, str] = {}


def register(table: str, column: str) -> None:
    """`table` has `image_id`, and in `column` the fingerprint that its row was made of."""
    _tables[table] = column


def follow(cursor: Any, image_id: int, old: uuid.UUID, new: uuid.UUID) -> None:
    for table, column in _tables.items():
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE image_id = %s AND {column} = %s",  # noqa: S608 (registered)
            [new, image_id, old],
        )


def copy_files(old: uuid.UUID, new: uuid.UUID) -> None:
    """Those that were made; before anybody asks for the new ones. Raises `StorageUnwritable`."""
    place = thumbnails.storage()
    with locks.only_one(thumbnails.lock_folder(), new.hex):
        for was, now in zip(_names(old), _names(new), strict=True):
            if (data := storing.read(place, was)) and not storing.exists(place, now):
                storing.put(place, now, data)


def forget_files(content: uuid.UUID) -> None:
    """Unless an image still holds it."""
    if Image.objects.filter(fingerprint=content).exists():
        return
    place = thumbnails.storage()
    with locks.only_one(thumbnails.lock_folder(), content.hex):
        for name in _names(content):
            place.delete(name)


def _names(content: uuid.UUID) -> list[str]:
    key = content.hex
    return [
        *(thumbnails.name(key, size) for size in thumbnails.SIZES),
        displays.name(key),
        strips.name(key),
    ]
