"""Small WebP copies, keyed by what the file holds: copies share them, moves keep them, and a
browser may keep one for good."""

import io
import re
import uuid
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.urls import reverse

from gallery.media import locks, storing
from gallery.media.pictures import Picture
from gallery.models import Image

VERSION = 1
SIZES = (768, 384, 192)
LARGEST = SIZES[0]
NO_KEY = "new"
QUALITY, METHOD = 80, 2
_KEY = re.compile(r"[0-9a-f]{32}")


def key(image: Image) -> str:
    """What its thumbnails are filed under; `new` where the file has not been read yet."""
    return image.fingerprint.hex if image.fingerprint else NO_KEY


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def url(image: Image, size: int) -> str:
    return reverse("thumbnail", args=[image.pk, size, key(image)])


def name(key: str, size: int | str) -> str:
    """In the storage; two levels of 256 folders keep each small at a million images."""
    return f"{key[:2]}/{key[2:4]}/{key}-{size}.webp"


def storage() -> Storage:
    return storages["thumbnails"]


def are_made(fingerprint: uuid.UUID) -> bool:
    place = storage()
    return all(storing.exists(place, name(fingerprint.hex, size)) for size in SIZES)


def make(fingerprint: uuid.UUID, decode: Callable[[], Picture]) -> None:
    """All sizes of one content, once, however many ask at the same time.

    `decode` is called only where something is missing. Raises what it raises, and
    `StorageUnwritable`.
    """
    with locks.only_one(lock_folder(), fingerprint.hex):
        if are_made(fingerprint):
            return
        picture = decode()
        place = storage()
        for size in SIZES:
            storing.put(place, name(fingerprint.hex, size), encode(picture, size))


def share(made: uuid.UUID, other: uuid.UUID) -> bool:
    """Gives another content that looks the same the thumbnails that are made; False where they are
    not. Raises `StorageUnwritable`."""
    place = storage()
    with locks.only_one(lock_folder(), other.hex):
        return all(storing.share(place, name(made.hex, s), name(other.hex, s)) for s in SIZES)


def encode(picture: Picture, size: int) -> bytes:
    buffer = io.BytesIO()
    picture.fit(size).save(buffer, "WEBP", quality=QUALITY, method=METHOD)
    return buffer.getvalue()


def lock_folder() -> Path:
    folder: Path = settings.ENV.data_dir / "locks" / "thumbnails"
    return folder
