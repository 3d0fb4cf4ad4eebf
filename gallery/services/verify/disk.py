"""Every folder of a root as it lies on disk beside what the library says of it."""

import io
import uuid
from contextlib import closing
from typing import NamedTuple

from django.db import connection

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.jobs.kinds import Progress
from gallery.media import fingerprint
from gallery.models import Folder, LibraryRoot
from gallery.scanning.ahead import ahead
from gallery.scanning.chosen import options_of
from gallery.scanning.opening import open_inside
from gallery.scanning.options import Options
from gallery.scanning.quick import in_groups
from gallery.scanning.relative import way
from gallery.scanning.saving.copying import int_array
from gallery.scanning.walking import Listing, walk
from gallery.services.verify.report import Kind, Report

_IMAGES = """
SELECT folder_id, id, name, size, mtime_ns, sidecar_stamp, is_available, fingerprint,
    read_version IS NOT NULL
FROM gallery_image WHERE folder_id = ANY(%s::bigint[]) ORDER BY folder_id, name
"""


class _Folder(NamedTuple):
    id: int
    digest: uuid.UUID | None
    is_available: bool
    image_count: int


class _Image(NamedTuple):
    id: int
    name: str
    size: int
    mtime_ns: int
    stamp: int | None
    is_available: bool
    fingerprint: uuid.UUID | None
    is_read: bool


class Comparison:
    """The caller holds the root's scan lock, or else what a scan is about to write is missed."""

    def __init__(self, root: LibraryRoot, report: Report, *, deep: bool) -> None:
        self._root, self._report, self._deep = root, report, deep
        self._known = _folders(root)
        self._options: Options = options_of(root)
        self._left: set[str] = set(self._known)
        self._unlisted: set[str] = set()

    def run(self, progress: Progress) -> None:
        """Raises `JobCancelled`."""
        listings = walk(paths.from_text(self._root.path), self._options)
        with closing(ahead(in_groups(listings))) as groups:
            for group in groups:
                self._compare(group)
                progress.check()
                progress.report(self._report.files, found=self._report.files)
        self._without_listing()

    def _compare(self, listings: list[Listing]) -> None:
        looked_at = []
        for listing in listings:
            self._left.discard(listing.path)
            self._report.folders += 1
            if listing.is_passed_over:
                if listing.is_tree:
                    self._unlisted.add(listing.path)
                self._left.add(listing.path)
                continue
            if listing.problem:
                self._report.add(Kind.UNREADABLE, listing.path, listing.problem)
            if listing.problem and not listing.unsure:
                self._unlisted.add(listing.path)
            else:
                self._report.files += len(listing.entries)
                looked_at.append(listing)
        images = _images(
            [self._known[each.path].id for each in looked_at if each.path in self._known]
        )
        for listing in looked_at:
            known = self._known.get(listing.path)
            self._compare_folder(listing, known, images.get(known.id, []) if known else [])

    def _compare_folder(
        self, listing: Listing, known: _Folder | None, images: list[_Image]
    ) -> None:
        differences = self._report.differences
        entries = {entry[0]: entry for entry in listing.entries}
        unsure = set(listing.unsure)
        prefix = f"{listing.path}/" if listing.path else ""
        for image in images:
            entry = entries.pop(image.name, None)
            if image.name in unsure:
                continue
            self._compare_image(prefix + image.name, image, entry)
        for name in entries:
            self._report.add(Kind.NEW, prefix + name)
        if known is None:
            return
        if not known.is_available:
            self._report.add(Kind.FOLDER, listing.path, "there, but flagged as gone")
        self._check_count(listing.path, known, images)
        if (
            self._report.differences == differences
            and not unsure
            and known.digest not in (None, uuid.UUID(bytes=listing.digest))
        ):
            self._report.add(Kind.DIGEST, listing.path)

    def _compare_image(self, place: str, image: _Image, entry: tuple[object, ...] | None) -> None:
        report = self._report
        if entry is None:
            if image.is_available:
                report.add(Kind.GONE, place)
            return
        _, size, mtime_ns, _, stamp = entry
        if not image.is_available:
            report.add(Kind.HIDDEN, place)
        elif (image.size, image.mtime_ns) != (size, mtime_ns):
            report.add(Kind.CHANGED, place)
        elif image.stamp != stamp:
            report.add(Kind.SIDECARS, place)
        elif self._deep and image.fingerprint and image.is_read:
            self._compare_content(place, image)

    def _compare_content(self, place: str, image: _Image) -> None:
        try:
            descriptor, found = open_inside(self._root.path, place)
            with io.FileIO(descriptor) as file:
                now = fingerprint.of(file, found.st_size)
        except (OSError, EOFError, BadInput, NotFound) as error:
            self._report.add(Kind.CONTENT, place, f"cannot be read: {error}", pk=image.id)
            return
        if now != image.fingerprint:
            self._report.add(Kind.CONTENT, place, pk=image.id)

    def _check_count(self, path: str, known: _Folder, images: list[_Image]) -> None:
        available = sum(image.is_available for image in images)
        if known.image_count != available:
            detail = f"says {known.image_count:,}, has {available:,}"
            self._report.add(Kind.COUNT, path, detail)

    def _without_listing(self) -> None:
        """Folders that the walk did not meet, or was told not to look into."""
        left = sorted(self._left)
        for first in range(0, len(left), 1000):
            folders = left[first : first + 1000]
            images = _images([self._known[path].id for path in folders if path in self._known])
            for path in folders:
                if known := self._known.get(path):
                    self._check_unmet(path, known, images.get(known.id, []))

    def _check_unmet(self, path: str, known: _Folder, images: list[_Image]) -> None:
        self._check_count(path, known, images)
        if self._options.archives(path):
            return
        excluded = self._options.excludes(path)
        if not excluded and any(above in self._unlisted for above in way(path)):
            return
        prefix = f"{path}/" if path else ""
        for image in images:
            if image.is_available:
                self._report.add(Kind.EXCLUDED if excluded else Kind.GONE, prefix + image.name)
        if known.is_available and not excluded:
            self._report.add(Kind.FOLDER, path, "gone, but flagged as there")


def _folders(root: LibraryRoot) -> dict[str, _Folder]:
    rows = Folder.objects.filter(root=root).values_list(
        "path", "id", "listing_digest", "is_available", "image_count"
    )
    return {
        path: _Folder(pk, digest, is_there, count) for path, pk, digest, is_there, count in rows
    }


def _images(folder_ids: list[int]) -> dict[int, list[_Image]]:
    found: dict[int, list[_Image]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_IMAGES, [int_array(folder_ids)])
        for folder_id, *image in cursor.fetchall():
            found.setdefault(folder_id, []).append(_Image(*image))
    return found
