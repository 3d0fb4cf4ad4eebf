"""The quick scan: what lies where, in the time the disk takes to say it.

A folder whose listing has the digest it had is passed over, so an unchanged library costs the walk.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone

from dtoolkit.core import paths
from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Progress
from gallery.models import Folder, LibraryRoot
from gallery.scanning import locking, merging, options, reachability
from gallery.scanning.ahead import ahead
from gallery.scanning.partial import PartialWalk
from gallery.scanning.relative import way
from gallery.scanning.walking import Listing, walk

_BATCH_FILES = 10_000
_GROUP_FILES = 5_000


@dataclass(slots=True)
class QuickScan:
    """What a scan found. `problems` are folders that could not be listed, with the reason;
    `touched` the ids of the folders that were not as the database had them."""

    files: int = 0
    merged: merging.Merged = field(default_factory=merging.Merged)
    problems: list[tuple[str, str]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    excluded: int = 0
    archived: int = 0

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
        for count, word in ((self.excluded, "excluded"), (self.archived, "archived")):
            if count:
                text += f"; {count:,} {word} folder{'' if count == 1 else 's'} not looked at"
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
    with locking.alone(root, progress):
        run = _Run(root, progress, rebuild=rebuild)
        run.hide_excluded()
        run.take(walk(paths.from_text(root.path), run.options))
        run.mark_gone(run.known.keys() - run.seen)
        run.forget_empty()
        root.scanned_at = timezone.now()
        root.save(update_fields=["scanned_at"])
        return run.result


def scan_folders(
    root: LibraryRoot,
    folders: Iterable[str],
    progress: Progress,
    *,
    unsettled: Mapping[str, Collection[str]] | None = None,
) -> QuickScan:
    """The same for some folders, relative to the root as stored: each itself, without those below
    that are known, but with all that is new; what is gone of them, with all below it.

    `unsettled` are names by folder of files that are not to be looked at yet: one that is new stays
    unknown, one that is known stays as it is.
    """
    with locking.alone(root, progress):
        run = _Run(root, progress, unsettled=unsettled or {})
        available = {path for path, folder in run.known.items() if folder.is_available}
        changed = PartialWalk(paths.from_text(root.path), run.options, folders, available)
        run.take(iter(changed))
        run.mark_gone({path for path in available if any(a in changed.gone for a in way(path))})
        return run.result


class _Known(NamedTuple):
    id: int
    digest: uuid.UUID | None
    is_available: bool
    image_count: int
    treatment: str
    is_mount_point: bool


class _Run:
    """One scan under way."""

    def __init__(
        self,
        root: LibraryRoot,
        progress: Progress,
        *,
        rebuild: bool = False,
        unsettled: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        try:
            root.refresh_from_db()  # it may have waited for long
        except LibraryRoot.DoesNotExist as error:
            raise NotFound(f"{root} is not in the library any more.") from error
        self._root, self._progress, self._rebuild = root, progress, rebuild
        self._unsettled = unsettled or {}
        self._place = reachability.require_online(root)
        self.known = _known(root)
        self.options = options.of(
            root,
            {path: folder.treatment for path, folder in self.known.items() if folder.treatment},
            [path for path, folder in self.known.items() if folder.is_mount_point],
        )
        self._ids = merging.FolderIds(root, {path: each.id for path, each in self.known.items()})
        self.seen: set[str] = set()
        self._unlisted: set[str] = set()
        self._returned: list[int] = []
        self.result = QuickScan()

    def hide_excluded(self) -> None:
        """What a person does not want is not there, until it is taken in again."""
        if self.options.treatments:
            shown = [
                folder.id
                for path, folder in self.known.items()
                if (folder.digest or folder.image_count) and self.options.excludes(path)
            ]
            self.result.merged.vanished += merging.hide_folders(shown)

    def take(self, listings: Iterator[Listing]) -> None:
        """Merges what differs from what is known."""
        different: list[Listing] = []
        with closing(ahead(in_groups(listings))) as groups:
            for group in groups:
                different += [listing for listing in group if self._is_different(listing)]
                self._progress.check()
                if sum(len(listing.entries) for listing in different) >= _BATCH_FILES:
                    self._merge(different)
                    different = []
                self._report()
        self._merge(different)
        merging.mark_folders_there(self._returned)
        self._report()

    def mark_gone(self, folders: Iterable[str]) -> None:
        """Known folders that were not met, but those that could not be looked for."""
        gone = [
            self.known[path].id
            for path in folders
            if self.known[path].is_available
            and self._unlisted.isdisjoint(way(path))
            and not self.options.archives(path)
        ]
        if gone:
            self._require_still()
            self.result.merged.vanished += merging.mark_folders_vanished(gone)
            self.result.touched.update(gone)
            self._report()

    def forget_empty(self) -> None:
        """Rows of folders that went before, of whose images none is left there."""
        if any(not folder.is_available for folder in self.known.values()):
            merging.forget_empty_folders(self._root)

    def _is_different(self, listing: Listing) -> bool:
        self.seen.add(listing.path)
        result = self.result
        if listing.is_passed_over:
            known = self.known.get(listing.path)
            if known and not known.is_available:
                self._returned.append(known.id)
            if listing.is_tree:
                self._unlisted.add(listing.path)
            result.excluded += self.options.excludes(listing.path)
            result.archived += self.options.archives(listing.path)
            return False
        if self._unsettled:
            listing.leave(self._unsettled.get(listing.path, ()))
        result.files += len(listing.entries)
        if listing.problem:
            result.problems.append((listing.path, listing.problem))
            if not listing.unsure:
                self._unlisted.add(listing.path)
                return False
        return self._rebuild or _differs(listing, self.known.get(listing.path))

    def _merge(self, listings: list[Listing]) -> None:
        self._require_still()
        if listings:
            self.result.merged += merging.merge(self._root, self._ids, listings)
            self.result.touched.update(self._ids[listing.path] for listing in listings)

    def _require_still(self) -> None:
        reachability.require_still(self._root, self._place)

    def _report(self) -> None:
        found = self.result.files
        self._progress.report(found, found=found, message=str(self.result))


def _known(root: LibraryRoot) -> dict[str, _Known]:
    """All folders of the root by path, as the scan before left them."""
    fields = ("id", "listing_digest", "is_available", "image_count", "treatment", "is_mount_point")
    rows = Folder.objects.filter(root=root).values_list("path", *fields)
    return {path: _Known(*folder) for path, *folder in rows}


def _differs(listing: Listing, folder: _Known | None) -> bool:
    """From what the last scan saw; a folder never seen counts only where it holds images."""
    if folder is None:
        return bool(listing.entries) or listing.is_mount_point
    return not folder.is_available or folder.digest != uuid.UUID(bytes=listing.digest)


def in_groups(listings: Iterator[Listing]) -> Iterator[list[Listing]]:
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
