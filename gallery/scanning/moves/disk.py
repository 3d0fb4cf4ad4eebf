"""Whether the file of a row is at its path, as far as that can be told now."""

import os
from enum import Enum

from dtoolkit.core import paths
from gallery.models import LibraryRoot
from gallery.scanning import reachability, relative
from gallery.scanning.moves.candidates import Place
from gallery.scanning.reachability import RootOffline


class State(Enum):
    THERE = "there"
    GONE = "gone"
    AWAY = "away"  # with its drive, or behind a closed door: nobody can tell


class Disk:
    """Asks each root and each folder once."""

    def __init__(self) -> None:
        self._roots: dict[int, LibraryRoot | None] = {}
        self._away: dict[int, frozenset[str]] = {}
        self._folders: dict[tuple[int, str], State] = {}

    def root(self, place: Place) -> LibraryRoot | None:
        """None where it was removed from the library meanwhile."""
        if place.root_id not in self._roots:
            self._roots[place.root_id] = LibraryRoot.objects.filter(pk=place.root_id).first()
        return self._roots[place.root_id]

    def state(self, place: Place) -> State:
        root = self.root(place)
        if root is None or self._is_away(root, place.folder):
            return State.AWAY
        folder = _disk_path(root, place.folder)
        key = (place.root_id, place.folder)
        if key not in self._folders:
            self._folders[key] = _state(folder)
        if self._folders[key] is not State.THERE:
            return self._folders[key]
        return _state(os.path.join(folder, paths.from_text(place.name)))  # noqa: PTH118 (hot)

    def is_listed(self, place: Place) -> bool:
        """Whether the path is there as it is spelled, not only as the file system understands it.

        It is not after a rename that changed no more than case or the form of accents.
        """
        root = self.root(place)
        if root is None:
            return True
        here = _disk_path(root, "")
        for part in place.path.split("/"):
            name = paths.from_text(part)
            try:
                if name not in os.listdir(here):  # noqa: PTH208
                    return False
            except OSError:
                return True
            here = os.path.join(here, name)  # noqa: PTH118
        return True

    def _is_away(self, root: LibraryRoot, folder: str) -> bool:
        if root.pk not in self._away:
            try:
                reachability.require_online(root)
                self._away[root.pk] = reachability.unmounted(root)
            except RootOffline:
                self._away[root.pk] = frozenset([""])
        away = self._away[root.pk]
        return bool(away) and not away.isdisjoint(relative.way(folder))


def _state(path: str) -> State:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return State.GONE
    except OSError:
        return State.AWAY
    return State.THERE


def _disk_path(root: LibraryRoot, folder: str) -> str:
    base = paths.from_text(root.path)
    return os.path.join(base, paths.from_text(folder)) if folder else base  # noqa: PTH118
