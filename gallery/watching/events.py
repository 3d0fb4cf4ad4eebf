"""What the system tells of changes, sorted into files to wait for and folders to look into."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from gallery.metadata import sidecars
from gallery.scanning.walking import SUFFIXES


@dataclass(slots=True)
class Noticed:
    """Paths below the root as `os` names them, the root itself as the empty path."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)


def sort(root: str, paths: Iterable[str], *, takes_hidden: bool) -> Noticed:
    """`paths` are absolute. A name that is neither picture nor sidecar is a folder's, or no matter.

    Of a path that is not there (any more, or spelled by the system in another way) the nearest
    folder that is there is looked into as well.
    """
    noticed = Noticed()
    for path in paths:
        relative = os.path.relpath(path, root) if path != root else ""
        if relative.startswith(".."):
            continue
        if not takes_hidden and _is_hidden(relative):
            continue
        if is_file_name(relative):
            noticed.files.add(relative)
            folder = os.path.dirname(relative)  # noqa: PTH120 (hot)
            if not _is_folder(root, folder):
                noticed.folders |= _standing(root, folder)
        elif not os.path.lexists(path) or _is_folder(root, relative):
            noticed.folders |= _standing(root, relative)
    return noticed


def is_file_name(name: str) -> bool:
    """Whether a file of this name is scanned or changes what is known of one that is."""
    return name.lower().endswith(SUFFIXES) or sidecars.split(name) is not None


def _standing(root: str, folder: str) -> set[str]:
    """`folder`, and where it is not there the nearest above it that is."""
    missing = {folder}
    while folder and not _is_folder(root, folder):
        folder = os.path.dirname(folder)  # noqa: PTH120 (hot)
        missing.add(folder)
    return missing


def _is_folder(root: str, relative: str) -> bool:
    return os.path.isdir(os.path.join(root, relative))  # noqa: PTH112, PTH118 (hot)


def _is_hidden(relative: str) -> bool:
    return any(part.startswith(".") for part in PurePath(relative).parts)
