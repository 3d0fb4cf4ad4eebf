"""Has the scans do again what a report found amiss; nothing here does what a scan does."""

from django.db import connection, transaction

from dtoolkit.jobs.models import Job
from gallery.models import Image, LibraryRoot
from gallery.scanning import moves
from gallery.scanning.removing import remove_images
from gallery.scanning.saving.copying import int_array
from gallery.services import rebuild, roots
from gallery.services.verify import rows
from gallery.services.verify.report import Kind, Report

_BATCH = 1000
_LOCK = "SELECT FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"


def repair(root: LibraryRoot, report: Report) -> Job:
    """Prepares what is amiss for the scan that it starts: everything is compared once more, what
    differs is read, and missing thumbnails are made."""
    for ids in _batches(report.ids(Kind.COLLECTION)):
        Image.objects.filter(pk__in=ids).update(collection=root.collection_id)
    for ids in _batches(report.ids(Kind.THUMBNAIL)):
        Image.objects.filter(pk__in=ids).update(thumbnail_version=None)
    if report.ids(Kind.CONTENT):
        rebuild.make_unread(report.ids(Kind.CONTENT))
    if report.ids(Kind.MOVE):
        moves.settle(is_last=True)
    rebuild.have_compared(root, "")
    return roots.start_scan(root)


def remove_orphans(report: Report) -> None:
    """Images of no folder can be shown nowhere, and no scan can ever meet them."""
    for batch in _batches(report.ids(Kind.ORPHAN)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOCK, [int_array(batch)])
            remove_images(cursor, batch)
    if Kind.LEFTOVER in report.found:
        rows.remove_leftovers()


def _batches(ids: list[int]) -> list[list[int]]:
    return [ids[first : first + _BATCH] for first in range(0, len(ids), _BATCH)]
