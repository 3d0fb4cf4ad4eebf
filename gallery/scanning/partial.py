"""The walk over a few folders that are said to have changed, as far as the disk is concerned."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping

from dtoolkit.core import paths
from gallery.scanning.options import Options
from gallery.scanning.relative import parent
from gallery.scanning.walking import Listing, Walk


class PartialWalk:
    """Lists the folders themselves; what is new in them with all below it.

    `known` are the available folders of the root. `gone` are, after the walk, the folders of them
    that are not there any more.
    """

    def __init__(
        self, root: str, options: Options, folders: Iterable[str], known: Collection[str]
    ) -> None:
        self._walk = Walk(root, options)
        self._options = options
        self._folders = sorted(set(folders))
        self._known = known
        self._children = _by_parent(known)
        self.gone: set[str] = set()

    def __iter__(self) -> Iterator[Listing]:
        met: set[str] = set()
        for path in self._folders:
            if path in met or not _is_below_root(path) or not self._options.enters(path):
                continue
            if not self._is_there(path):
                self.gone.add(path)
                continue
            for listing in self._changed(path):
                met.add(listing.path)
                yield listing

    def _changed(self, path: str) -> Iterator[Listing]:
        if path not in self._known:
            yield from self._walk.below(path)
            return
        listing = self._walk.one(path)
        yield listing
        if listing.is_tree or (listing.problem and not listing.unsure):
            return
        prefix = f"{path}/" if path else ""
        there = {prefix + paths.to_text(name) for name in listing.folders}
        for child in sorted(there - self._known_below(path)):
            yield from self._walk.below(child)
        links = {prefix + paths.to_text(name) for name in listing.links}
        self.gone |= self._known_below(path) - there - links

    def _known_below(self, path: str) -> set[str]:
        return self._children.get(path, set())

    def _is_there(self, path: str) -> bool:
        """As a walk from the root would meet it: a link on the way counts only if one did."""
        here, disk_path = "", self._walk.disk_path("")
        for part in path.split("/") if path else ():
            here = f"{here}/{part}" if here else part
            disk_path = os.path.join(disk_path, paths.from_text(part))  # noqa: PTH118
            if os.path.islink(disk_path) and not (  # noqa: PTH114 (no Path for each part)
                self._options.follows_links and here in self._known
            ):
                return False
        return os.path.isdir(disk_path)  # noqa: PTH112


def _by_parent(known: Iterable[str]) -> Mapping[str, set[str]]:
    children: dict[str, set[str]] = {}
    for path in known:
        if path:
            children.setdefault(parent(path), set()).add(path)
    return children


def _is_below_root(path: str) -> bool:
    return not path or not {"", ".", ".."} & set(path.split("/"))
