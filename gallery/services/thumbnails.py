"""A thumbnail that somebody waits for: made now, whatever the pipeline is doing."""

import functools

from django.db import transaction

from dtoolkit.core.errors import BadInput
from gallery.media import displays, files, thumbnails
from gallery.media.pictures import UndecodableImage
from gallery.models import Image
from gallery.pipeline import failures
from gallery.pipeline.thumbnail_stage import ThumbnailStage


def ensure(image: Image) -> str:
    """Makes all sizes where they are missing; the key of what the file holds now.

    `image` needs `folder__root`. Raises `UndecodableImage` (which is recorded), `NotFound` where
    the file is away, and `StorageUnwritable`.
    """
    stage = ThumbnailStage()
    _raise_if_given_up(image)
    try:
        with files.opened(image) as content:
            thumbnails.make(
                content.fingerprint, functools.partial(content.picture, thumbnails.LARGEST)
            )
    except (UndecodableImage, BadInput) as error:
        failures.record(stage.name, stage.version, {image.pk: str(error)})
        raise UndecodableImage(str(error)) from error
    if content.is_as_scanned:
        with transaction.atomic():
            # What a row that is unread holds, the deep scan is to tell: it may have moved there.
            Image.objects.filter(pk=image.pk, fingerprint=content.fingerprint).update(
                thumbnail_version=stage.version
            )
            failures.clear(stage.name, [image.pk])
    return content.fingerprint.hex


def ensure_display(image: Image) -> str:
    """As `ensure`, of the copy in full size; what cannot be made is not recorded."""
    _raise_if_given_up(image)
    try:
        with files.opened(image) as content:
            displays.make(content.fingerprint, functools.partial(content.picture, displays.LONGEST))
    except BadInput as error:
        raise UndecodableImage(str(error)) from error
    return content.fingerprint.hex


def _raise_if_given_up(image: Image) -> None:
    stage = ThumbnailStage()
    given_up = image.failures.filter(
        stage=stage.name, version=stage.version, attempts__gte=failures.MAX_ATTEMPTS
    ).first()
    if given_up:
        raise UndecodableImage(given_up.reason)
