"""A library for those who have no images at hand: painted by a job, then scanned like any other."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import LibraryRoot
from gallery.services import roots

DEFAULT_COUNT, MAX_COUNT = 60, 5000


def start(slug: str, folder: Path | None = None, count: int = DEFAULT_COUNT) -> Job:
    """Makes the folder a root of the collection `slug` and has the pictures painted into it.

    What already lies there stays as it is. Raises `BadInput` where the folder cannot be used.
    """
    if not 1 <= count <= MAX_COUNT:
        raise BadInput(f"Between 1 and {MAX_COUNT:,} pictures, please.")
    folder = (folder or settings.ENV.data_dir / "demo").expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        shown = paths.display(paths.to_text(str(folder)))
        raise BadInput(f"{shown} cannot be made: {error.strerror or error}.") from error
    root = roots.add(roots.collection(slug), folder)
    return enqueue("demo", {"root_id": root.pk, "count": count})


def paint(root: LibraryRoot, count: int, index: int, now: datetime) -> bool:
    """Paints one of `count` pictures; False where it is there already."""
    from gallery.demo import library  # numpy stays out of web start-up

    return library.make(root.disk_path, library.pieces(count)[index], now)
