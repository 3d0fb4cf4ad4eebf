"""From a path that a person types to its place in the library."""

import os
from dataclasses import dataclass
from pathlib import Path

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.models import Folder, Image, LibraryRoot


@dataclass(frozen=True, slots=True)
class Place:
    """`relative` as stored; empty is the root itself."""

    root: LibraryRoot
    relative: str

    @property
    def disk_path(self) -> Path:
        return self.root.disk_path / paths.from_text(self.relative)

    def folder(self) -> Folder | None:
        return Folder.objects.filter(root=self.root, path=self.relative).first()

    def image(self) -> Image | None:
        folder, _, name = self.relative.rpartition("/")
        found = Image.objects.filter(folder__root=self.root, folder__path=folder, name=name)
        return found.first()


def locate(path: str | Path) -> Place:
    """Of a folder or file below some root, there or not. Raises `BadInput` where it is in none."""
    asked = Path(os.path.normpath(Path(path).expanduser().absolute()))
    for root in LibraryRoot.objects.select_related("collection"):
        for base in (root.disk_path, root.disk_path.resolve()):
            for candidate in (asked, asked.resolve()):
                if candidate.is_relative_to(base):
                    relative = candidate.relative_to(base).as_posix()
                    return Place(root, "" if relative == "." else paths.to_text(relative))
    raise BadInput(f"{paths.display(paths.to_text(str(asked)))} lies in no folder of the library.")
