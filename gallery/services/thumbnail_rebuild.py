"""All thumbnails anew: those that are there go, a batch at a time, and the pipeline makes them."""

import itertools
from collections.abc import Iterable, Iterator

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.media import thumbnails
from gallery.models import Collection, Image


def start(collection: Collection) -> Job:
    return enqueue("thumbnail-rebuild", {"collection_id": collection.pk})


def chunks(collection: Collection, size: int) -> Iterator[tuple[int, ...]]:
    """Ids of the images whose file can be read now: what is away keeps the thumbnails it has."""
    there = Image.objects.in_collection(collection).filter(
        is_available=True, folder__root__offline_since=None, thumbnail_version__isnull=False
    )
    ids = there.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10_000)
    while chunk := tuple(itertools.islice(ids, size)):
        yield chunk


def drop(ids: Iterable[int]) -> None:
    """A browser that asks meanwhile has them made at once."""
    images = Image.objects.filter(pk__in=list(ids), fingerprint__isnull=False)
    storage = thumbnails.storage()
    for fingerprint in set(images.values_list("fingerprint", flat=True)):
        if fingerprint is not None:
            for size in thumbnails.SIZES:
                storage.delete(thumbnails.name(fingerprint.hex, size))
    images.update(thumbnail_version=None)
