"""Library roots: which folders may be added, and starting their scans."""

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import Params
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Collection, LibraryRoot


def collection(slug: str) -> Collection:
    """The collection of that slug, made when it is new."""
    name = "Library" if slug == "default" else slug.replace("-", " ").capitalize()
    return Collection.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def add(into: Collection, folder: str | Path) -> LibraryRoot:
    """Makes `folder` a root of the collection; one that is a root of it already is returned.

    Raises `BadInput` where the folder is missing, unreadable, ours, or overlaps another root.
    """
    path = _readable(folder)
    real = path.resolve()
    if real.is_relative_to(settings.ENV.thumbnails.resolve()) or (
        settings.ENV.data_dir.resolve().is_relative_to(real)
    ):
        raise BadInput(f"{path} holds DiffusionToolkit's own data. Choose your image folder.")
    with transaction.atomic():
        roots = list(LibraryRoot.objects.select_for_update().select_related("collection"))
        for root in roots:
            there = root.disk_path.resolve()
            if there == real and root.collection == into:
                return root
            _refuse_overlap(path, real, root, there)
        return LibraryRoot.objects.create(
            collection=into,
            path=paths.to_text(str(path)),
            name=paths.display(paths.to_text(path.name or str(path))),
        )


def start_scan(root: LibraryRoot, *, rebuild: bool = False) -> Job:
    """Quick scan, then deep scan, then the pipeline, each as a job."""
    return enqueue("quick_scan", _params(root, rebuild))


def start_reading(root: LibraryRoot, *, rebuild: bool = False) -> Job:
    """As `start_scan`, but of the files that are known already."""
    return enqueue("deep_scan", _params(root, rebuild))


def _params(root: LibraryRoot, rebuild: bool) -> Params:
    """The same scan in the same words, so that it is known for the one that runs already."""
    return {"root_id": root.pk, "rebuild": True} if rebuild else {"root_id": root.pk}


def _readable(folder: str | Path) -> Path:
    if "\0" in str(folder) or not str(folder).strip():
        raise BadInput("Name a folder, like /home/you/Pictures.")
    try:
        path = Path(os.path.normpath(Path(folder).expanduser().absolute()))
    except RuntimeError as error:
        raise BadInput(f"{folder}: there is no such person on this machine.") from error
    shown = paths.display(paths.to_text(str(path)))
    try:
        with os.scandir(path):
            return path
    except FileNotFoundError as error:
        raise BadInput(
            f"There is no folder {shown}. Check the spelling, or that its drive is on."
        ) from error
    except NotADirectoryError as error:
        raise BadInput(f"{shown} is a file. Name the folder that it lies in.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadInput(f"{shown} cannot be read ({reason}). Check its permissions.") from error


def _refuse_overlap(path: Path, real: Path, root: LibraryRoot, there: Path) -> None:
    shown = paths.display(paths.to_text(str(path)))
    if there == real:
        raise BadInput(f"{shown} already belongs to the collection {root.collection}.")
    if real.is_relative_to(there):
        raise BadInput(f"{shown} lies inside {root}, which is in the library already.")
    if there.is_relative_to(real):
        raise BadInput(f"{shown} contains {root}, which is in the library already.")
