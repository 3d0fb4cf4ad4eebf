"""The folders that `start` was given become library roots; all are looked at for news,
and so are the folders of model files."""

from collections.abc import Sequence

from dtoolkit.core.errors import AppError
from dtoolkit.server.place import Say
from gallery.models import LibraryRoot
from gallery.services import resources, roots


def look_at(folders: Sequence[str], slug: str, say: Say) -> None:
    """A folder that cannot be added is told and passed over: the others are still worth a start."""
    collection = roots.collection(slug)
    for folder in folders:
        try:
            roots.add(collection, folder)
        except AppError as error:
            say(error.message)
    for root in LibraryRoot.objects.filter(collection=collection):
        roots.start_scan(root)
    resources.start_scans()
