"""One folder as it lies on disk: which images and sidecars are in it and belong together."""

import os
import stat
from collections.abc import Iterable

from dtoolkit.core import paths
from gallery.metadata import sidecars
from gallery.scanning.options import SUFFIXES
from gallery.scanning.walking import stamp


class Shelf:
    """Listed once and kept up by whoever changes it. Names are in stored form, `path` as `os` has
    it. Raises `OSError` where it cannot be listed."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._images: set[str] = set()
        self._by_stem: dict[str, set[str]] = {}
        self._beside: dict[str, set[str]] = {}
        with os.scandir(path) as entries:
            for entry in entries:
                self.add(paths.to_text(entry.name))

    def at(self, name: str) -> str:
        return os.path.join(self.path, paths.from_text(name))  # noqa: PTH118 (hot)

    def add(self, name: str) -> None:
        if parts := sidecars.split(name):
            self._beside.setdefault(parts[0], set()).add(name)
        elif name.lower().endswith(SUFFIXES):
            self._images.add(name)
            self._by_stem.setdefault(_stem(name), set()).add(name)

    def drop(self, name: str) -> None:
        if parts := sidecars.split(name):
            self._beside.get(parts[0], set()).discard(name)
        self._images.discard(name)
        self._by_stem.get(_stem(name), set()).discard(name)

    def sidecars_of(self, image: str) -> list[str]:
        """Those that lie there as plain files, also if other images share them."""
        found = sidecars.belonging(image, self._candidates(image), self._images)
        return [name for name in found if self._is_plain(name)]

    def is_shared(self, sidecar: str, image: str) -> bool:
        """Whether it is of another image too."""
        parts = sidecars.split(sidecar)
        if parts is None or parts[0] == image:
            return False
        return bool(self._by_stem.get(parts[0], set()) - {image})

    def has_stem_of(self, image: str, *, besides: str = "") -> bool:
        """Whether another image would share sidecars with it."""
        return bool(self._by_stem.get(_stem(image), set()) - {image, besides})

    def stamp(self, image: str) -> int | None:
        """As the walk gives it to the image."""
        lines = []
        for name in self._candidates(image):
            try:
                found = os.stat(self.at(name))  # noqa: PTH116 (hot)
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode):
                lines.append((name, found.st_size, found.st_mtime_ns))
        return stamp(lines) if lines else None

    def _candidates(self, image: str) -> Iterable[str]:
        return self._beside.get(image, set()) | self._beside.get(image.rpartition(".")[0], set())

    def _is_plain(self, name: str) -> bool:
        try:
            return stat.S_ISREG(os.lstat(self.at(name)).st_mode)
        except OSError:
            return False


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
