"""Reading again what looks read already: one image, a selection, a folder, a root."""

from collections.abc import Iterable

from django.db import connection, transaction

from dtoolkit.jobs.kinds import Params
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Folder, LibraryRoot
from gallery.querysets import subtree
from gallery.scanning import saving
from gallery.scanning.saving.copying import int_array
from gallery.services import roots

_BATCH = 5000
# In order of id, as scans lock them.
_LOCK = "SELECT FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
_MAKE_UNREAD = "UPDATE gallery_image SET read_version = NULL WHERE id = ANY(%s::bigint[])"
_GIVE_ATTEMPTS = """
UPDATE gallery_stagefailure SET attempts = 0
WHERE image_id = ANY(%s::bigint[]) AND stage = %s
"""


def start(root: LibraryRoot, folder: str = "", *, rebuild: bool = True) -> Job:
    """Looks through a root, or a folder (as stored) and all below it, and reads what it finds.

    With `rebuild` also what looks unchanged is compared and read. The quick scan, the deep scan and
    the pipeline follow each other as jobs.
    """
    if not folder:
        return roots.start_scan(root, rebuild=rebuild)
    return enqueue("quick_scan", _params(root, folder, rebuild))


def start_reading(root: LibraryRoot, folder: str = "", *, rebuild: bool = True) -> Job:
    """As `start`, but only of the files that are known already."""
    if not folder:
        return roots.start_reading(root, rebuild=rebuild)
    return enqueue("deep_scan", _params(root, folder, rebuild))


def start_images(image_ids: Iterable[int]) -> list[Job]:
    """Reads a selection of any size again, whatever failed before; a job for each root it is in."""
    ids = sorted(set(image_ids))
    for first in range(0, len(ids), _BATCH):
        make_unread(ids[first : first + _BATCH])
    found = LibraryRoot.objects.filter(folders__images__in=ids).distinct()
    return [roots.start_reading(root) for root in found.order_by("pk")]


def folders_below(root: LibraryRoot, folder: str) -> list[str]:
    """The folder and the known ones below it."""
    known = Folder.objects.filter(subtree(Folder(root=root, path=folder)), is_available=True)
    return [folder, *known.exclude(path=folder).order_by("path").values_list("path", flat=True)]


def have_compared(root: LibraryRoot, folder: str) -> None:
    """The next scan compares the folder and all below it, though nothing may have changed."""
    below = Folder.objects.filter(subtree(Folder(root=root, path=folder)))
    below.exclude(listing_digest=None).update(listing_digest=None)


def make_unread(ids: list[int]) -> None:
    listed = int_array(ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [listed])
        cursor.execute(_MAKE_UNREAD, [listed])
        cursor.execute(_GIVE_ATTEMPTS, [listed, saving.STAGE])


def _params(root: LibraryRoot, folder: str, rebuild: bool) -> Params:
    """The same scan in the same words, so that it is known for the one that runs already."""
    params: Params = {"root_id": root.pk, "folder": folder}
    return params | {"rebuild": True} if rebuild else params
