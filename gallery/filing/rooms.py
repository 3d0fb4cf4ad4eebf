"""The roots that a few deeds touch: what is in reach, which folders may be used, what is there."""

import os
import stat

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound
from gallery.filing import disk, names
from gallery.filing.refusals import Refused, said
from gallery.filing.shelves import Shelf
from gallery.filing.spots import Spot
from gallery.models import LibraryRoot
from gallery.scanning import reachability
from gallery.scanning.chosen import options_of
from gallery.scanning.relative import way

OFFLINE = "its drive is offline"


class Room:
    """One root, looked at once."""

    def __init__(self, root: LibraryRoot) -> None:
        self.root = root
        self._base = paths.from_text(root.path)
        self._is_away = bool(reachability.why_offline(root))
        self._unmounted = reachability.unmounted(root)
        self._options = options_of(root)
        self._shelves: dict[str, Shelf] = {}

    def path(self, spot: Spot) -> str:
        return os.path.join(self._base, paths.from_text(spot.relative))  # noqa: PTH118

    def shelf(self, folder: str) -> Shelf:
        """Raises `Refused` where the folder is out of reach."""
        if folder not in self._shelves:
            self._shelves[folder] = self._open(folder)
        return self._shelves[folder]

    def forget(self, folder: str) -> None:
        """It is listed again before it is used again."""
        self._shelves.pop(folder, None)

    def why_not(self, folder: str) -> str:
        """Why the library would not show what is put into the folder; empty where it would."""
        if self._options.excludes(folder):
            return "that folder is excluded from the library"
        if not self._options.enters(folder):
            return "that folder is hidden, or ignored by the options of its library folder"
        return ""

    def require_place_for(self, folder: str, name: str) -> None:
        """Raises `Refused` where the library would lose sight of a file of that name there."""
        if reason := self.why_not(folder):
            raise Refused(reason)
        ending = name[name.rfind(".") :].lower()
        if ending not in self._options.suffixes:
            raise Refused(f"that library folder takes no {ending} files")
        if name.startswith(".") and not self._options.takes_hidden:
            raise Refused("hidden files are left out of that library folder")
        if self._options.ignores(f"{folder}/{name}" if folder else name):
            raise Refused("the options of that library folder ignore such a name")
        if names.is_too_long(name):
            raise Refused("its name would be too long there")

    def _open(self, folder: str) -> Shelf:
        if self._is_away or any(above in self._unmounted for above in way(folder)):
            raise Refused(OFFLINE)
        try:
            real = paths.inside(self._base, folder or ".")
            if not real.is_dir():
                raise Refused("the folder is not there any more")
            below = os.path.join(self._base, paths.from_text(folder))  # noqa: PTH118
            return Shelf(below if folder else self._base)
        except NotFound as error:
            raise Refused("the folder is not there any more") from error
        except BadInput as error:
            raise Refused("the folder leads out of the library by a link") from error
        except OSError as error:
            raise Refused(said(error)) from error


class Rooms:
    """By id; one that was removed from the library is refused."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}

    def __getitem__(self, root_id: int) -> Room:
        if root_id not in self._rooms:
            root = LibraryRoot.objects.filter(pk=root_id).first()
            if root is None:
                raise Refused("its library folder was removed")
            self._rooms[root_id] = Room(root)
        return self._rooms[root_id]

    def path(self, spot: Spot) -> str:
        return self[spot.root_id].path(spot)

    def shelf(self, spot: Spot) -> Shelf:
        return self[spot.root_id].shelf(spot.folder)

    def forget(self, *spots: Spot) -> None:
        for spot in spots:
            self[spot.root_id].forget(spot.folder)

    def file(self, spot: Spot) -> os.stat_result:
        """The plain file there. Raises `Refused`."""
        self.shelf(spot)
        try:
            found = disk.look(self.path(spot))
        except OSError as error:
            raise Refused(said(error)) from error
        if found is None:
            raise Refused(disk.GONE)
        if not stat.S_ISREG(found.st_mode):
            raise Refused("it is a link, and links are left where they are")
        return found
