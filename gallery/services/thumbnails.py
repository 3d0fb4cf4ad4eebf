"""A thumbnail that somebody waits for: made now, whatever the pipeline is doing."""

from django.db import transaction

from dtoolkit.core.errors import BadInput
from gallery.media import decoding, files, thumbnails
from gallery.media.decoding import UndecodableImage
from gallery.models import Image
from gallery.pipeline import failures
from gallery.pipeline.thumbnail_stage import ThumbnailStage


def ensure(image: Image) -> str:
    """Makes all sizes where they are missing; the key of what the file holds now.

    `image` needs `folder__root`. Raises `UndecodableImage` (which is recorded), `NotFound` where
    the file is away, and `StorageUnwritable`.
    """
    stage = ThumbnailStage()
    given_up = image.failures.filter(
        stage=stage.name, version=stage.version, attempts__gte=failures.MAX_ATTEMPTS
    ).first()
    if given_up:
        raise UndecodableImage(given_up.reason)
    try:
        content = files.read(image)
        thumbnails.make(
            content.fingerprint, lambda: decoding.decode(content.data, thumbnails.LARGEST)
        )
    except (UndecodableImage, BadInput) as error:
        failures.record(stage.name, stage.version, {image.pk: str(error)})
        raise UndecodableImage(str(error)) from error
    if content.is_as_scanned:
        with transaction.atomic():
            Image.objects.filter(pk=image.pk, size=image.size, mtime_ns=image.mtime_ns).update(
                fingerprint=content.fingerprint, thumbnail_version=stage.version
            )
            failures.clear(stage.name, [image.pk])
    return content.fingerprint.hex
