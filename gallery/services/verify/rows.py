"""What the rows of a root say of each other and of the thumbnails, without a look at its files."""

from django.db import connection

from dtoolkit.jobs.kinds import Progress
from gallery.media import thumbnails
from gallery.models import Image, LibraryRoot, StageFailure
from gallery.scanning import moves
from gallery.services.verify.report import Kind, Report

_ORPHANS = """
SELECT image.id, image.name FROM gallery_image AS image
WHERE NOT EXISTS (SELECT FROM gallery_folder WHERE id = image.folder_id)
   OR NOT EXISTS (SELECT FROM gallery_collection WHERE id = image.collection_id)
"""
# What is written in bulk has no constraints either.
_NO_IMAGE = "NOT EXISTS (SELECT FROM gallery_image WHERE id = row.image_id)"
_NO_RESOURCE = "NOT EXISTS (SELECT FROM gallery_resource WHERE id = row.resource_id)"
_LEFTOVERS = {
    "gallery_imagemetadata": _NO_IMAGE,
    "gallery_imagenodes": _NO_IMAGE,
    "gallery_imageresource": f"{_NO_IMAGE} OR {_NO_RESOURCE}",
    "gallery_stacked": _NO_IMAGE,
}
_STRAYS = """
SELECT image.id, folder.path, image.name FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id
WHERE folder.root_id = %s AND image.collection_id <> %s
"""
_CHECK_EVERY = 500


def check_orphans(report: Report) -> None:
    """Of the whole library: no root can be told. No constraint ties images to their folders."""
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS)
        for pk, name in cursor.fetchall():
            report.add(Kind.ORPHAN, name, pk=pk)
        for table, condition in _LEFTOVERS.items():
            cursor.execute(f"SELECT image_id FROM {table} AS row WHERE {condition}")  # noqa: S608
            for (image_id,) in cursor.fetchall():
                report.add(Kind.LEFTOVER, f"{table} of {image_id}")


def remove_leftovers() -> None:
    with connection.cursor() as cursor:
        for table, condition in _LEFTOVERS.items():
            cursor.execute(f"DELETE FROM {table} AS row WHERE {condition}")  # noqa: S608


def check(root: LibraryRoot, report: Report, progress: Progress) -> None:
    """Raises `JobCancelled`."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, [root.pk, root.collection_id])
        for pk, folder, name in cursor.fetchall():
            report.add(Kind.COLLECTION, f"{folder}/{name}" if folder else name, pk=pk)
    _check_moves(root, report)
    _check_thumbnails(root, report, progress)
    _note_failures(root, report)


def _check_moves(root: LibraryRoot, report: Report) -> None:
    """Copies wait for a whole scan to be known as such; what waits for a drive waits rightly."""
    moved = Image.objects.filter(pk__in=moves.due(), folder__root=root).select_related("folder")
    for image in moved.order_by("pk"):
        report.add(Kind.MOVE, image.relative_path, pk=image.pk)


def _check_thumbnails(root: LibraryRoot, report: Report, progress: Progress) -> None:
    made = (
        Image.objects.available()
        .filter(folder__root=root, thumbnail_version=thumbnails.VERSION)
        .exclude(fingerprint=None)
        .order_by("pk")
        .values_list("pk", "fingerprint", "folder__path", "name")
    )
    for number, (pk, key, folder, name) in enumerate(made.iterator(chunk_size=5000)):
        if number % _CHECK_EVERY == 0:
            progress.check()
        if key and not thumbnails.are_made(key):
            report.add(Kind.THUMBNAIL, f"{folder}/{name}" if folder else name, pk=pk)


def _note_failures(root: LibraryRoot, report: Report) -> None:
    failures = StageFailure.objects.filter(image__folder__root=root, image__is_available=True)
    for failure in failures.select_related("image__folder").iterator():
        report.add(Kind.FAILED, failure.image.relative_path, f"{failure.stage}: {failure.reason}")
    unread = Image.objects.available().filter(folder__root=root, read_version=None)
    places = unread.exclude(failures__isnull=False).values_list("folder__path", "name")
    for folder, name in places.order_by("folder__path", "name"):
        report.add(Kind.UNREAD, f"{folder}/{name}" if folder else name)
