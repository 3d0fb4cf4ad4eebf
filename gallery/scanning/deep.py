"""The deep scan: opens each file once, reads its header, and saves what it says in batches."""

import gc
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import connection
from django.db.models import Q

from dtoolkit.jobs.kinds import Progress
from gallery.metadata import READ_VERSION, RawRecord
from gallery.models import LibraryRoot
from gallery.pipeline import failures
from gallery.querysets import ImageQuerySet
from gallery.resources import linking
from gallery.scanning import moves, reachability, saving
from gallery.scanning.reading import Doors, Reader, Reading, Target
from gallery.scanning.relative import way
from gallery.scanning.saving import imported

_BATCH = 1000
_BATCH_CHARS = 8_000_000
# By hand, because Django spells out every id.
_TARGETS = """
SELECT image.id, root.path, folder.path, image.name, image.size, image.mtime_ns,
    image.folder_id, image.sidecar_stamp IS NOT NULL
FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id
JOIN gallery_libraryroot AS root ON root.id = folder.root_id
WHERE image.id = ANY(%s) AND image.is_available
ORDER BY image.folder_id, image.name
"""


def unread(images: ImageQuerySet, *, rebuild: bool = False) -> ImageQuerySet:
    """Those whose file is there and unread, or read by older readers; with `rebuild` all of them.

    Files that could not be read three times in a row wait for a person's Retry.
    """
    there = images.filter(is_available=True, folder__root__offline_since=None)
    if rebuild:
        return there
    given_up = failures.given_up(saving.STAGE, READ_VERSION)
    old = Q(read_version=None) | Q(read_version__lt=READ_VERSION)
    return there.filter(old).exclude(pk__in=given_up)


def chunks(images: ImageQuerySet, size: int) -> Iterator[tuple[int, ...]]:
    """Ids of `images`, newest first."""
    ids = (
        images.order_by("-created_at", "-pk")
        .values_list("pk", flat=True)
        .iterator(chunk_size=10_000)
    )
    while chunk := tuple(itertools.islice(ids, size)):
        yield chunk


def scan(image_ids: Iterable[int], progress: Progress) -> None:
    """Reads these images' files. What is saved is saved: a kill loses the running batch.

    Raises `RootOffline` where a root went away meanwhile, and `JobCancelled`.
    """
    image_ids = list(image_ids)
    targets = _targets(image_ids)
    found = imported.find(image_ids)
    done, failed = len(image_ids) - len(targets), 0
    with _rare_collections():
        for batch in _read(targets, found.records, progress):
            failed += saving.save(_reachable(batch), found.ids)
            done += len(batch)
            progress.report(done, failed)
    moves.settle(image_ids)
    linking.link_images(image_ids)


def give_up(image_ids: Iterable[int], reason: str) -> None:
    """Reading them killed the worker: recorded, and not tried again by itself."""
    reasons = dict.fromkeys(image_ids, reason)
    failures.record(saving.STAGE, READ_VERSION, reasons, failures.MAX_ATTEMPTS)


def _targets(image_ids: list[int]) -> list[Target]:
    """In folder order: the disk likes it."""
    with connection.cursor() as cursor:
        cursor.execute(_TARGETS, [image_ids])
        return [Target(*row) for row in cursor.fetchall()]


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Python looks for garbage in circles seldom, and not among what lives already.

    Rows and records come by the hundred thousand and form no circles; looking costs a tenth.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _read(
    targets: Sequence[Target], given: Mapping[int, Sequence[RawRecord]], progress: Progress
) -> Iterator[list[Reading]]:
    """In batches that end at so many files or so much text, whichever comes first.

    `given` are imported sidecars by image.
    """
    doors, reader = Doors(), Reader()
    batch: list[Reading] = []
    chars = 0
    for target in targets:
        progress.check()
        if doors.lead_outside(target):
            reading = Reading(target, failure="Its folder leads out of the library by a link.")
        else:
            reading = reader.read(target, given.get(target.id, ()))
        batch.append(reading)
        if reading.metadata:
            chars += sum(len(record.text) for record in reading.metadata.records)
        if len(batch) >= _BATCH or chars >= _BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def _reachable(batch: list[Reading]) -> list[Reading]:
    """A drive that went away is no reason to call its files gone or broken.

    Raises `RootOffline` where it holds a root; without the files of those below a root.
    """
    troubled = [r for r in batch if r.is_gone or (r.failure and not r.fingerprint)]
    away = {}
    for root in LibraryRoot.objects.filter(path__in={r.target.root for r in troubled}):
        reachability.require_online(root)
        away[root.path] = reachability.unmounted(root)
    if not any(away.values()):
        return batch
    unknown = {
        r.target.id
        for r in troubled
        if not away.get(r.target.root, frozenset()).isdisjoint(way(r.target.folder))
    }
    return [r for r in batch if r.target.id not in unknown]
