"""Computes hashes of model files, those first by which a recorded use is to be told."""

import os
from collections.abc import Iterator

from django.utils import timezone

from dtoolkit.jobs.kinds import Progress
from gallery.models import ResourceFile
from gallery.resources import hashing, headers, reachability
from gallery.scanning.opening import open_inside

MB = 1_000_000


def due(*, everything: bool = False) -> Iterator[tuple[int, int]]:
    """(id, size in MB) of the files to hash: the wanted ones, small ones first; then all others."""
    files = ResourceFile.objects.filter(
        is_available=True, hashed_at=None, fingerprint__isnull=False, folder__offline_since=None
    )
    if not everything:
        files = files.filter(is_hash_wanted=True)
    for pk, size in files.order_by("-is_hash_wanted", "size", "pk").values_list("pk", "size"):
        yield pk, max(1, size // MB)


def compute(file_id: int, progress: Progress) -> None:
    """Reads the whole file. A file that is not as it was scanned waits for the next scan.

    Raises `FolderOffline` and `JobCancelled`.
    """
    row = ResourceFile.objects.select_related("folder").filter(pk=file_id).first()
    if row is None or row.hashed_at is not None:
        return
    reachability.require_online(row.folder)
    as_scanned = (row.size, row.mtime_ns)

    def tell(done: int) -> None:
        progress.report(done // MB, message=str(row))
        progress.check()

    try:
        descriptor, before = open_inside(row.folder.path, row.path)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if (before.st_size, before.st_mtime_ns) != as_scanned:
                return
            header = headers.read(file, row.size, file.read(headers.HEAD_BYTES))
            found = hashing.all_of(file, header.tensors_at, tell)
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        return
    except OSError as error:
        _note(row, f"The file cannot be read: {error.strerror or error}.")
        return
    if (after.st_size, after.st_mtime_ns) == as_scanned:
        ResourceFile.objects.filter(
            pk=row.pk, size=row.size, mtime_ns=row.mtime_ns, fingerprint=row.fingerprint
        ).update(sha256=found.sha256, autov3=found.tensors, hashed_at=timezone.now())


def _note(row: ResourceFile, problem: str) -> None:
    ResourceFile.objects.filter(pk=row.pk).update(problem=problem)
