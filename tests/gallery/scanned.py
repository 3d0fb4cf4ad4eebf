"""A picture file together with the row that a deep scan would have written for it."""

from pathlib import Path

from gallery.media import fingerprint
from gallery.models import Folder, Image
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory


def folder_of(path: Path) -> Folder:
    known = Folder.objects.filter(root__path=str(path), path="").first()
    return known or FolderFactory(root=LibraryRootFactory(path=str(path)), path="", name="library")


def scanned(file: Path, **fields) -> Image:
    stat = file.stat()
    with file.open("rb") as stream:
        identity = fingerprint.of(stream, stat.st_size)
    known = {
        "name": file.name,
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "fingerprint": identity,
        "prompt": None,
    }
    return ImageFactory(folder=folder_of(file.parent), **{**known, **fields})
