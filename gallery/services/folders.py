"""What a person decides of a folder of the library: scanned, excluded, archived."""

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from gallery.models import Folder, LibraryRoot, Treatment
from gallery.services import roots


def find(root: LibraryRoot, path: str) -> Folder:
    """By its path relative to the root, as stored or as a person types it."""
    wanted = paths.to_text(path).replace("\\", "/").strip("/")
    folder = Folder.objects.filter(root=root, path=wanted).first()
    if folder is None:
        raise BadInput(f"{paths.display(path)} is no folder that was found in {root}.")
    return folder


def treat(folder: Folder, treatment: str) -> Job | None:
    """Excludes, archives or takes in again; the scan that follows does what it means.

    None where it is so already.
    """
    if treatment not in Treatment.values:
        known = ", ".join(value or "''" for value in Treatment.values)
        raise BadInput(f"A folder is treated as one of {known}.")
    if not folder.path and treatment == Treatment.EXCLUDE_TREE:
        raise BadInput("All of a library folder cannot be excluded. Remove it from the library.")
    if folder.treatment == treatment:
        return None
    folder.treatment = treatment
    folder.save(update_fields=["treatment"])
    return roots.start_scan(folder.root)
