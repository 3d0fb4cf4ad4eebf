"""From a change on disk to an image on the page: the changed folders listed, what is new in them
read and its thumbnails made, right here while it is little, as jobs where it is much."""

import os
import threading
from collections.abc import Iterable

from dtoolkit.core import paths
from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue, finishing
from gallery.models import Image, LibraryRoot
from gallery.pipeline import planning, registry, runner
from gallery.querysets import ImageQuerySet
from gallery.scanning import deep, moves, quick
from gallery.signals import images_indexed

# More than that is a job's work, with its progress on the page.
FEW = 48


class Quiet:
    """Progress of what nobody watches; ends the work when the watcher is to end."""

    def __init__(self, is_ended: threading.Event) -> None:
        self._is_ended = is_ended

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None:
        self.check()

    def check(self) -> None:
        if self._is_ended.is_set():
            raise JobCancelled


def take_folders(
    root: LibraryRoot, folders: Iterable[str], unsettled: Iterable[str], progress: Quiet
) -> bool:
    """Brings `folders` up to date, files of `unsettled` left for later; whether anything was new.

    Both as `os` names them, below the root. Raises `RootOffline` and `JobCancelled`.
    """
    found = quick.scan_folders(
        root,
        [paths.to_text(folder) for folder in folders],
        progress,
        unsettled=_by_folder(unsettled),
    )
    return _read_found(root, found, progress)


def take_all(root: LibraryRoot, progress: Quiet) -> bool:
    """The same with the whole root, cheap where nothing changed."""
    return _read_found(root, quick.scan(root, progress), progress)


def take_up_again(root: LibraryRoot, progress: Quiet) -> None:
    """What was listed before the drive went, or whoever worked on it ended, and is undone still."""
    images = Image.objects.filter(folder__root=root)
    _read(root, images, progress)
    if any(planning.waiting(images, stage).exists() for stage in registry.ready("default")):
        enqueue("pipeline", {"collection_id": root.collection_id})


def _read_found(root: LibraryRoot, found: quick.QuickScan, progress: Quiet) -> bool:
    merged = found.merged
    if merged.new or merged.changed:
        _read(root, Image.objects.filter(folder__in=found.touched), progress)
    if merged.vanished:
        moves.settle()  # a move to another drive ends with the old files' going
    return bool(merged.new or merged.changed or merged.vanished)


def _read(root: LibraryRoot, images: ImageQuerySet, progress: Quiet) -> None:
    waiting = deep.unread(images)
    ids = list(waiting.order_by("-created_at", "-pk").values_list("pk", flat=True)[: FEW + 1])
    if len(ids) > FEW:
        # One that is under way was planned without these, so it is asked for once more.
        with finishing():
            enqueue("deep_scan", {"root_id": root.pk})
    elif ids:
        deep.scan(ids, progress)
        if not Job.objects.filter(kind="deep_scan", state__in=Job.ACTIVE).exists():
            moves.settle(is_last=True)
        runner.run(ids, registry.ready("default"), progress)
        images_indexed.send(_read, collection_id=root.collection_id)


def _by_folder(files: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in files:
        folder, name = os.path.split(file)
        found.setdefault(paths.to_text(folder), set()).add(paths.to_text(name))
    return found
