"""A root on a real folder, and scans of it as the jobs would run them."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dtoolkit.jobs.kinds import JobCancelled
from gallery.models import Image, LibraryRoot
from gallery.scanning import deep, quick
from gallery.services import roots


@dataclass
class Progress:
    """Takes reports; after `cancel_after` looks it says that the person asked to stop."""

    cancel_after: int | None = None
    messages: list[str] = field(default_factory=list)
    looks: int = 0

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None:
        self.messages.append(message)

    def check(self) -> None:
        self.looks += 1
        if self.cancel_after is not None and self.looks > self.cancel_after:
            raise JobCancelled


@pytest.fixture
def root(db, library_folder: Path) -> LibraryRoot:
    return roots.add(roots.collection("default"), library_folder)


def look(root: LibraryRoot, *, rebuild: bool = False) -> quick.QuickScan:
    """A quick scan."""
    root.refresh_from_db()
    return quick.scan(root, Progress(), rebuild=rebuild)


def read(root: LibraryRoot, *, rebuild: bool = False) -> None:
    """A deep scan."""
    images = deep.unread(Image.objects.filter(folder__root=root), rebuild=rebuild)
    for ids in deep.chunks(images, 1000):
        deep.scan(ids, Progress())


def names(root: LibraryRoot, **filters) -> set[str]:
    images = Image.objects.filter(folder__root=root, **filters).select_related("folder")
    return {image.relative_path for image in images}
