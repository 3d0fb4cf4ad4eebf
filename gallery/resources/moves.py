"""A model file that was moved or renamed keeps its row, and with it hashes and matches."""

import os
from collections.abc import Mapping, Sequence
from uuid import UUID

from dtoolkit.core import paths
from gallery.models import ResourceFile, ResourceFolder
from gallery.resources import reachability
from gallery.resources.walking import Found, Unseen
from gallery.scanning.relative import way


def find(
    folder: ResourceFolder,
    new: Mapping[str, UUID],
    found: Mapping[str, Found],
    unseen: Sequence[Unseen],
) -> dict[str, ResourceFile]:
    """By the new path the row of the same content whose own place is empty now.

    `found` is all that the walk over `folder` met, `unseen` what it could not look at. Of several
    candidates the one of the same name is taken, and of copies each once.
    """
    if not new:
        return {}
    rows = ResourceFile.objects.filter(fingerprint__in=set(new.values())).order_by("pk")
    unknown = {entry.path for entry in unseen}
    elsewhere = _Elsewhere()
    free: dict[UUID, list[ResourceFile]] = {}
    for row in rows.select_related("folder"):
        if row.folder_id == folder.pk:
            is_gone = row.path not in found and unknown.isdisjoint(way(row.path))
        else:
            is_gone = elsewhere.is_gone(row)
        if row.fingerprint and is_gone:
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


class _Elsewhere:
    """Files of other folders; each folder is asked for once."""

    def __init__(self) -> None:
        self._away: dict[int, bool] = {}

    def is_gone(self, row: ResourceFile) -> bool:
        """Only where its folder is there and says so: a drive that is away may hold it still."""
        if row.folder_id not in self._away:
            self._away[row.folder_id] = bool(reachability.why_offline(row.folder))
        if self._away[row.folder_id]:
            return False
        try:
            os.lstat(row.folder.disk_path / paths.from_text(row.path))
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False
