"""The sidecars of images, from the disk: each folder is listed once, each file read bounded."""

import os
from collections.abc import Iterator

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound
from gallery.metadata import RawRecord, sidecars
from gallery.scanning.opening import open_inside
from gallery.scanning.options import SUFFIXES

_MOST = 20


class Beside:
    """Remembers the last folder only: images are read in the order of folders."""

    def __init__(self) -> None:
        self._folder: tuple[str, str] | None = None
        self._files: dict[str, list[str]] = {}
        self._images: set[str] = set()

    def read(self, root: str, folder: str, name: str) -> tuple[list[RawRecord], list[str]]:
        """Records in order of trust, and what was wrong with files that could not be read."""
        try:
            self._look_into(root, folder)
        except OSError as error:
            return [], [f"Its sidecars cannot be looked for: {error.strerror or error}."]
        stem = name.rpartition(".")[0]
        beside = [*self._files.get(name, ()), *(self._files.get(stem, ()) if stem else ())]
        records: list[RawRecord] = []
        problems: list[str] = []
        for each in sidecars.belonging(name, beside, self._images)[:_MOST]:
            try:
                data = _content(root, f"{folder}/{each}" if folder else each)
            except (BadInput, NotFound) as error:
                problems.append(f"Its sidecar {paths.display(each)} is passed over: {error}")
            except OSError as error:
                reason = error.strerror or error
                problems.append(f"Its sidecar {paths.display(each)} cannot be read: {reason}.")
            else:
                records.append(sidecars.record(each, data))
                if len(data) > sidecars.LIMIT:
                    shown = paths.display(each)
                    problems.append(f"Only the first 8 MB of its sidecar {shown} were read.")
        return records, problems

    def _look_into(self, root: str, folder: str) -> None:
        if self._folder == (root, folder):
            return
        self._folder, self._files, self._images = None, {}, set()
        for name in _names(os.path.join(paths.from_text(root), paths.from_text(folder))):  # noqa: PTH118
            if parts := sidecars.split(name):
                self._files.setdefault(parts[0], []).append(name)
            elif name.lower().endswith(SUFFIXES):
                self._images.add(name)
        self._folder = root, folder


def _names(disk_path: str) -> Iterator[str]:
    with os.scandir(disk_path) as scan:
        for item in scan:
            yield paths.to_text(item.name)


def _content(root: str, relative: str) -> bytes:
    """One byte more than the limit tells that there is more."""
    descriptor, _ = open_inside(root, relative)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(sidecars.LIMIT + 1)
