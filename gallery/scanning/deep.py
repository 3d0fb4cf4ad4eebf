"""The deep scan: opens each file once, reads its header, and saves what it says in batches."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from dtoolkit.jobs.kinds import Progress
from gallery.metadata import READ_VERSION
from gallery.models import Image
from gallery.pipeline import failures
from gallery.querysets import ImageQuerySet
from gallery.scanning import saving
from gallery.scanning.reading import Target, read

_BATCH = 500


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
    """Reads these images' files. What is saved is saved: a kill loses the running batch."""
    targets = _targets(list(image_ids))
    done = failed = 0
    for batch in _batches(targets):
        progress.check()
        failed += saving.save([read(target) for target in batch])
        done += len(batch)
        progress.report(done, failed)


def give_up(image_ids: Iterable[int], reason: str) -> None:
    """Reading them killed the worker: recorded, and not tried again by itself."""
    reasons = dict.fromkeys(image_ids, reason)
    failures.record(saving.STAGE, READ_VERSION, reasons, failures.MAX_ATTEMPTS)


def _targets(image_ids: list[int]) -> list[Target]:
    """In folder order: the disk likes it."""
    rows = (
        Image.objects.filter(pk__in=image_ids, is_available=True)
        .order_by("folder_id", "name")
        .values_list("pk", "folder__root__path", "folder__path", "name")
    )
    return [
        Target(pk, root, f"{folder}/{name}" if folder else name, name)
        for pk, root, folder, name in rows
    ]


def _batches(targets: Sequence[Target]) -> Iterator[Sequence[Target]]:
    for start in range(0, len(targets), _BATCH):
        yield targets[start : start + _BATCH]
