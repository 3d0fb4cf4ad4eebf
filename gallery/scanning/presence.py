"""Which rows' files are really there: asked of the disk file by file, in the order of folders."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from dtoolkit.core import paths
from gallery.models import LibraryRoot
from gallery.scanning import reachability
from gallery.scanning.options import Options
from gallery.scanning.relative import way


class Presence(Enum):
    THERE = auto()
    GONE = auto()
    UNKNOWN = auto()
    """The disk does not tell, or a person said not to look."""


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    folder_id: int
    folder: str
    name: str
    is_available: bool


class Disk:
    """Where a drive below the root is not mounted, or a folder cannot be entered, nothing is known.

    With `include_offline` what cannot be reached counts as gone.
    """

    def __init__(self, root: LibraryRoot, options: Options, *, include_offline: bool) -> None:
        self._root = paths.from_text(root.path)
        self._options = options
        self._include_offline = include_offline
        self._unmounted = reachability.unmounted(root)
        self._folder: str | None = None
        self._is_unknown = False

    def look(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Presence]]:
        """`rows` in the order of folders."""
        for row in rows:
            if row.folder != self._folder:
                self._folder = row.folder
                self._is_unknown = self._is_out_of_reach(row.folder)
            yield row, Presence.UNKNOWN if self._is_unknown else self._presence(row)

    def _is_out_of_reach(self, folder: str) -> bool:
        if self._options.treatment(folder):
            return True
        if self._include_offline:
            return False
        return any(path in self._unmounted for path in way(folder))

    def _presence(self, row: Row) -> Presence:
        relative = f"{row.folder}/{row.name}" if row.folder else row.name
        try:
            os.stat(self._disk_path(relative))  # noqa: PTH116 (hot)
        except (FileNotFoundError, NotADirectoryError):
            return Presence.GONE
        except OSError:
            return Presence.GONE if self._include_offline else Presence.UNKNOWN
        return Presence.THERE

    def _disk_path(self, relative: str) -> str:
        return os.path.join(self._root, paths.from_text(relative))  # noqa: PTH118 (hot)
