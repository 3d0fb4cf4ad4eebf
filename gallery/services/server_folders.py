"""Looks around on the server's disk for the folder picker: names of folders, never of files."""

import os
import stat
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound, Unavailable
from gallery.scanning.options import SUFFIXES

MOST_ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class Listing:
    """Paths in stored form (`core.paths.to_text`); `image_count` is of images right here."""

    path: str
    parent: str | None
    folders: Sequence[str]
    image_count: int
    is_cut: bool

    def inside(self, name: str) -> str:
        return str(Path(self.path) / name)

    @property
    def children(self) -> Iterator[tuple[str, str]]:
        """(name, path) of each sub-folder."""
        return ((name, self.inside(name)) for name in self.folders)


def listing(text: str) -> Listing:
    """What lies in the folder `text`, the person's home where it is empty.

    Raises `BadInput` for what is no absolute path, `NotFound` where no folder is there,
    `Unavailable` where it cannot be read.
    """
    folder = _absolute(text)
    shown = paths.display(paths.to_text(str(folder)))
    folders: list[str] = []
    images = seen = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                seen += 1
                if seen > MOST_ENTRIES:
                    break
                if _is_hidden(entry):
                    continue
                if _is_folder(entry):
                    folders.append(paths.to_text(entry.name))
                elif entry.name.lower().endswith(SUFFIXES):
                    images += 1
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"There is no folder {shown} on this machine.") from error
    except PermissionError as error:
        raise Unavailable(f"{shown} may not be read by this program.") from error
    except OSError as error:
        raise Unavailable(f"{shown} cannot be read: {error.strerror}.") from error
    return Listing(
        path=paths.to_text(str(folder)),
        parent=paths.to_text(str(folder.parent)) if folder.parent != folder else None,
        folders=sorted(folders, key=str.casefold),
        image_count=images,
        is_cut=seen > MOST_ENTRIES,
    )


def drives() -> Sequence[str]:
    """The drives of a Windows machine; nothing elsewhere, where all hangs below one root."""
    if os.name != "nt":
        return []
    return [f"{letter}:\\" for letter in string.ascii_uppercase if Path(f"{letter}:\\").exists()]


def _absolute(text: str) -> Path:
    if "\0" in text:
        raise BadInput("A path holds no NUL character.")
    text = text.strip().strip('"')
    if not text:
        return Path.home()
    try:
        folder = Path(paths.from_text(text)).expanduser()
    except RuntimeError as error:
        raise BadInput("There is no such person on this machine.") from error
    if not folder.is_absolute():
        raise BadInput("Type the whole path, from the top of the disk.")
    return Path(os.path.normpath(folder))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a broken mount or link; what cannot be looked at cannot be chosen
        return False


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith((".", "$")):
        return True
    if os.name != "nt":
        return False
    attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)
