"""A model file that was moved or renamed keeps its row, and with it hashes and matches."""

from collections.abc import Mapping
from uuid import UUID

from dtoolkit.core import paths
from gallery.models import ResourceFile, ResourceFolder
from gallery.resources.walking import Found


def find(
    folder: ResourceFolder, new: Mapping[str, UUID], found: Mapping[str, Found]
) -> dict[str, ResourceFile]:
    """By the new path the row of the same content whose own place is empty now.

    `found` is all that the walk over `folder` met. Of several candidates the one of the same name
    is taken, and of copies each once.
    """
    if not new:
        return {}
    rows = ResourceFile.objects.filter(fingerprint__in=set(new.values())).select_related("folder")
    free: dict[UUID, list[ResourceFile]] = {}
    for row in rows.order_by("pk"):
        if row.fingerprint and _is_gone(row, folder, found):
            free.setdefault(row.fingerprint, []).append(row)
    moved: dict[str, ResourceFile] = {}
    for path, identity in new.items():
        candidates = free.get(identity)
        if candidates:
            name = path.rpartition("/")[2]
            candidates.sort(key=lambda row: row.path.rpartition("/")[2] != name)
            moved[path] = candidates.pop(0)
    return moved


def apply(folder: ResourceFolder, moved: Mapping[str, ResourceFile]) -> None:
    for path, row in moved.items():
        ResourceFile.objects.filter(pk=row.pk).update(folder=folder, path=path)


def _is_gone(row: ResourceFile, folder: ResourceFolder, found: Mapping[str, Found]) -> bool:
    """In another folder, only where that one is there and the file is not."""
    if row.folder_id == folder.pk:
        return row.path not in found
    root = row.folder.disk_path
    return root.is_dir() and not (root / paths.from_text(row.path)).exists()
