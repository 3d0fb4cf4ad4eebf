"""Copies in full size of what browsers do not show: TIFF, JPEG XL, and what they stumble over."""

import io
import uuid
from collections.abc import Callable

from django.urls import reverse

from gallery.media import formats, locks, storing, thumbnails
from gallery.media.pictures import Picture
from gallery.models import Image

# Larger ones are shown in this size; the original is there to be downloaded.
LONGEST = 8192
_QUALITY, _METHOD = 90, 2


def url(image: Image) -> str:
    """Of the picture that an image page shows: the file itself, or its copy where one is needed."""
    if image.format in formats.NOT_IN_BROWSERS:
        return copy_url(image)
    return reverse("file", args=[image.pk, str(image)])


def copy_url(image: Image) -> str:
    return reverse("display", args=[image.pk, thumbnails.key(image)])


def name(key: str) -> str:
    """In the storage of the thumbnails, beside them."""
    return thumbnails.name(key, "display")


def make(fingerprint: uuid.UUID, decode: Callable[[], Picture]) -> None:
    """Once, however many ask. Raises what `decode` raises, and `StorageUnwritable`."""
    place = thumbnails.storage()
    with locks.only_one(thumbnails.lock_folder(), fingerprint.hex):
        if storing.exists(place, name(fingerprint.hex)):
            return
        buffer = io.BytesIO()
        decode().pixels.save(buffer, "WEBP", quality=_QUALITY, method=_METHOD)
        storing.put(place, name(fingerprint.hex), buffer.getvalue())
