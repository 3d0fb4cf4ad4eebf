"""The quick scan: what lies where, in the time the disk takes to say it.

A folder whose listing has the digest it had is passed over, so an unchanged library costs the walk.
"""

import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from dtoolkit.core import paths
from dtoolkit.jobs.kinds import Progress
from gallery.models import LibraryRoot
from gallery.scanning import merging, reachability
from gallery.scanning.walking import Listing, walk

_BATCH_FILES = 20_000
_LISTINGS_AHEAD = 2_000
_LOCK_CLASS = 0x5CA7  # tells our advisory locks from others'
_LOCK_LOOK_S = 0.5


@dataclass(slots=True)
class QuickScan:
    """What a scan found. `problems` are folders that could not be listed, with the reason."""

    files: int = 0
    merged: merging.Merged = field(default_factory=merging.Merged)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [
            f"{count:,} {word}"
            for count, word in (
                (self.merged.new, "new"),
                (self.merged.changed, "changed"),
                (self.merged.vanished, "gone"),
            )
            if count
        ]
        text = ", ".join(parts) or "nothing changed"
        if self.problems:
            path, reason = self.problems[0]
            more = f" and {len(self.problems) - 1:,} more" if len(self.problems) > 1 else ""
            shown = paths.display(path) or "the folder itself"
            text += f"; could not read {shown}{more}: {reason}"
        return text


def scan(root: LibraryRoot, progress: Progress, *, rebuild: bool = False) -> QuickScan:
    """Brings the database in step with the disk below `root`.

    With `rebuild` also folders that look unchanged are compared. Raises `RootOffline`, having
    changed nothing more, and `JobCancelled`. Another scan of the same root is waited for.
    """
    with _alone(root, progress):
        place = reachability.require_online(root)
        result = QuickScan()
        known = {
            folder.path: folder
            for folder in root.folders.only("path", "listing_digest", "is_available")
        }
        folder_ids = merging.FolderIds(root)
        seen: set[str] = set()
        unlisted: set[str] = set()
        batch: list[Listing] = []
        batch_files = 0
        for listing in _ahead(root.path):
            progress.check()
            seen.add(listing.path)
            if listing.problem:
                result.problems.append((listing.path, listing.problem))
            if listing.problem and not listing.unsure:
                unlisted.add(listing.path)
                continue
            result.files += len(listing.entries)
            folder = known.get(listing.path)
            if folder is None:
                if not listing.entries:
                    continue
            elif (
                not rebuild
                and folder.is_available
                and folder.listing_digest == uuid.UUID(bytes=listing.digest)
            ):
                continue
            batch.append(listing)
            batch_files += len(listing.entries)
            if batch_files >= _BATCH_FILES:
                reachability.require_still(root, place)
                result.merged += merging.merge(root, folder_ids, batch)
                batch, batch_files = [], 0
                progress.report(result.files, found=result.files, message=str(result))
        reachability.require_still(root, place)
        if batch:
            result.merged += merging.merge(root, folder_ids, batch)
        gone = _vanished(set(known), seen, unlisted)
        ids = [known[path].pk for path in gone if known[path].is_available]
        if ids:
            result.merged.vanished += merging.mark_folders_vanished(ids)
        root.scanned_at = timezone.now()
        root.save(update_fields=["scanned_at"])
        progress.report(result.files, found=result.files, message=str(result))
        return result


def _vanished(known: set[str], seen: set[str], unreadable: set[str]) -> set[str]:
    """Known folders that the walk did not meet, unless it could not look where they lie."""
    return {
        path
        for path in known - seen
        if not any(ancestor in unreadable for ancestor in _ancestors(path))
    }


def _ancestors(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _ahead(root_path: str) -> Iterator[Listing]:
    """The walk in a thread, so that the disk is read while the database writes."""
    listings: queue.Queue[Listing | BaseException | None] = queue.Queue(_LISTINGS_AHEAD)
    is_stopped = threading.Event()

    def produce() -> None:
        end: BaseException | None = None
        try:
            for listing in walk(paths.from_text(root_path)):
                if not _put(listings, listing, is_stopped):
                    return
        except BaseException as error:
            end = error  # for the consumer to raise
        _put(listings, end, is_stopped)

    walker = threading.Thread(target=produce, name="walk", daemon=True)
    walker.start()
    try:
        while (item := listings.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_stopped.set()
        walker.join(timeout=5)


def _put(
    listings: "queue.Queue[Listing | BaseException | None]",
    item: Listing | BaseException | None,
    is_stopped: threading.Event,
) -> bool:
    while not is_stopped.is_set():
        try:
            listings.put(item, timeout=0.2)
        except queue.Full:
            continue
        return True
    return False


@contextmanager
def _alone(root: LibraryRoot, progress: Progress) -> Iterator[None]:
    """One scan a root at a time; the lock goes with the connection, so a killed scan frees it."""
    while not _lock("pg_try_advisory_lock", root):
        progress.report(0, message=f"Waits for another scan of {root}.")
        progress.check()
        time.sleep(_LOCK_LOOK_S)
    ours = connection.connection
    try:
        yield
    finally:
        # A lost connection has taken the lock along.
        if connection.connection is ours and not ours.closed:
            _lock("pg_advisory_unlock", root)


def _lock(function: str, root: LibraryRoot) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK_CLASS, root.pk])
        return bool(cursor.fetchone()[0])
