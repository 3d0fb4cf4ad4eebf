"""The quick scan: what lies where, in the time the disk takes to say it.

A folder whose listing has the digest it had is passed over, so an unchanged library costs the walk.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from dtoolkit.core import paths
from dtoolkit.jobs.kinds import Progress
from gallery.models import Folder, LibraryRoot
from gallery.scanning import merging, reachability
from gallery.scanning.ahead import ahead
from gallery.scanning.walking import Listing, walk

_BATCH_FILES = 10_000
_GROUP_FILES = 5_000
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
        known = _known(root)
        folder_ids = merging.FolderIds(root, {path: folder.id for path, folder in known.items()})
        seen: set[str] = set()
        unlisted: set[str] = set()
        different: list[Listing] = []
        with closing(ahead(_groups(walk(paths.from_text(root.path))))) as groups:
            for listings in groups:
                for listing in listings:
                    seen.add(listing.path)
                    result.files += len(listing.entries)
                    if listing.problem:
                        result.problems.append((listing.path, listing.problem))
                    if listing.problem and not listing.unsure:
                        unlisted.add(listing.path)
                    elif rebuild or _differs(listing, known.get(listing.path)):
                        different.append(listing)
                progress.check()
                if sum(len(listing.entries) for listing in different) >= _BATCH_FILES:
                    reachability.require_still(root, place)
                    result.merged += merging.merge(root, folder_ids, different)
                    different = []
                progress.report(result.files, found=result.files, message=str(result))
        reachability.require_still(root, place)
        if different:
            result.merged += merging.merge(root, folder_ids, different)
        gone = _vanished(set(known), seen, unlisted)
        ids = [known[path].id for path in gone if known[path].is_available]
        if ids:
            result.merged.vanished += merging.mark_folders_vanished(ids)
        root.scanned_at = timezone.now()
        root.save(update_fields=["scanned_at"])
        progress.report(result.files, found=result.files, message=str(result))
        return result


class _Known(NamedTuple):
    id: int
    digest: uuid.UUID | None
    is_available: bool


def _known(root: LibraryRoot) -> dict[str, _Known]:
    """All folders of the root by path, as the scan before left them."""
    rows = Folder.objects.filter(root=root).values_list(
        "path", "id", "listing_digest", "is_available"
    )
    return {path: _Known(pk, digest, is_there) for path, pk, digest, is_there in rows}


def _differs(listing: Listing, folder: _Known | None) -> bool:
    """From what the last scan saw; a folder never seen counts only where it holds images."""
    if folder is None:
        return bool(listing.entries)
    return not folder.is_available or folder.digest != uuid.UUID(bytes=listing.digest)


def _groups(listings: Iterator[Listing]) -> Iterator[list[Listing]]:
    """In lists of some thousand files: handing over each folder alone would cost more than it."""
    group: list[Listing] = []
    files = 0
    for listing in listings:
        group.append(listing)
        files += len(listing.entries) + 1
        if files >= _GROUP_FILES:
            yield group
            group, files = [], 0
    yield group


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
