"""Parsing stored texts again: better parsers read what older ones made of them, no file touched."""

from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import Q

from dtoolkit.jobs.kinds import Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.metadata import PARSE_VERSION, RawRecord, understand
from gallery.models import Image, LibraryRoot
from gallery.models.metadata import unpack_records
from gallery.querysets import ImageQuerySet
from gallery.resources import linking
from gallery.scanning import deep
from gallery.scanning.saving import imported, parsed
from gallery.scanning.saving.parsed import Parsed

_BATCH = 250
_BATCH_BYTES = 8_000_000
_SIZES = """
SELECT image_id, octet_length(packed_records) FROM gallery_imagemetadata
WHERE image_id = ANY(%s) ORDER BY image_id
"""
_RECORDS = """
SELECT image_id, xmin::text, packed_records FROM gallery_imagemetadata WHERE image_id = ANY(%s)
"""


def start(root: LibraryRoot, *, everything: bool = False) -> Job:
    """Of the images that older parsers understood, or of every one."""
    params = {"root_id": root.pk, "all": True} if everything else {"root_id": root.pk}
    return enqueue("reparse", params)


def start_if_due(root: LibraryRoot) -> Job | None:
    """After a scan: cheap, since the root knows which parsers read the oldest of its texts."""
    return start(root) if root.parsed_with < PARSE_VERSION else None


def note_done(root: LibraryRoot) -> None:
    if not outdated(root).exists():
        LibraryRoot.objects.filter(pk=root.pk).update(parsed_with=PARSE_VERSION)


def outdated(root: LibraryRoot) -> ImageQuerySet:
    return _with_records(root).filter(Q(parse_version=None) | Q(parse_version__lt=PARSE_VERSION))


def chunks(root: LibraryRoot, everything: bool, size: int) -> Iterator[tuple[int, ...]]:
    """Ids, newest first."""
    return deep.chunks(_with_records(root) if everything else outdated(root), size)


def run(image_ids: Iterable[int], progress: Progress) -> None:
    """What is saved is saved: a kill loses the running batch. Raises `JobCancelled`."""
    image_ids = list(image_ids)
    done = 0
    for ids in _batches(image_ids):
        found = imported.find(ids)
        parsed.save(list(_parse(ids, found)), found.ids)
        done += len(ids)
        progress.report(done)
        progress.check()
    linking.link_images(image_ids)
    progress.report(len(image_ids))


def _with_records(root: LibraryRoot) -> ImageQuerySet:
    return Image.objects.filter(folder__root=root, metadata__isnull=False)


def _batches(image_ids: list[int]) -> Iterator[list[int]]:
    """So many images or so many bytes, whichever comes first."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [image_ids])
        sizes = cursor.fetchall()
    batch: list[int] = []
    bytes_held = 0
    for pk, size in sizes:
        batch.append(pk)
        bytes_held += size
        if len(batch) >= _BATCH or bytes_held >= _BATCH_BYTES:
            yield batch
            batch, bytes_held = [], 0
    if batch:
        yield batch


def _parse(image_ids: list[int], found: imported.Imported) -> Iterator[Parsed]:
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [image_ids])
        for pk, stamp, packed in cursor.fetchall():
            own = (RawRecord(**record) for record in unpack_records(bytes(packed)))
            yield Parsed(pk, stamp, understand([*own, *found.records.get(pk, ())]))
