"""Folders of model files: which may be added, and their scans."""

from pathlib import Path

from django.db import transaction
from django.db.models import Count, Q, Sum

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import Params
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Resource, ResourceFile, ResourceFolder
from gallery.services import disk_folders


def add(folder: str | Path, kind: str = "") -> ResourceFolder:
    """`kind` where all in it are of one; a folder that is known already is returned, with `kind`.

    Raises `BadInput` where the folder is missing, unreadable, or overlaps another one.
    """
    if kind and kind not in Resource.Kind:
        raise BadInput(f"The kind is one of {', '.join(Resource.Kind)}, or left out.")
    path = disk_folders.readable(folder)
    real = path.resolve()
    shown = paths.display(paths.to_text(str(path)))
    with transaction.atomic():
        for known in ResourceFolder.objects.select_for_update():
            there = known.disk_path.resolve()
            if there == real:
                known.kind = kind or known.kind
                known.save(update_fields=["kind"])
                return known
            if real.is_relative_to(there):
                raise BadInput(f"{shown} lies inside {known}, whose model files are known already.")
            if there.is_relative_to(real):
                raise BadInput(f"{shown} contains {known}, whose model files are known already.")
        return ResourceFolder.objects.create(path=paths.to_text(str(path)), kind=kind)


def remove(folder: ResourceFolder) -> Job:
    """Forgets the folder, its files and their links; the files themselves stay as they are."""
    folder.delete()
    return enqueue("resource_link", {})


def start_scan(folder: ResourceFolder, *, rebuild: bool = False) -> Job:
    params: Params = {"folder_id": folder.pk}
    if rebuild:
        params["rebuild"] = True
    return enqueue("resource_scan", params)


def start_scans() -> None:
    """Of all folders."""
    for folder in ResourceFolder.objects.order_by("path"):
        start_scan(folder)


def start_hashing(*, everything: bool = False) -> Job:
    """Of the files by which a recorded use is to be told, or of all without hashes."""
    return enqueue("resource_hash", {"all": True} if everything else {})


def start_hashing_if_wanted() -> None:
    """After images were read: some may name files that only their hash can tell."""
    wanted = ResourceFile.objects.filter(is_hash_wanted=True, is_available=True, hashed_at=None)
    if wanted.exists():
        start_hashing()


def unhashed() -> dict[str, int]:
    """How many files have no hashes, and their bytes; the same of those wanted."""
    files = ResourceFile.objects.filter(is_available=True, hashed_at=None)
    found = files.aggregate(
        files=Count("pk"),
        bytes=Sum("size"),
        wanted_files=Count("pk", filter=Q(is_hash_wanted=True)),
        wanted_bytes=Sum("size", filter=Q(is_hash_wanted=True)),
    )
    return {name: int(value or 0) for name, value in found.items()}
