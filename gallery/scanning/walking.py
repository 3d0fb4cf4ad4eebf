"""The walk over a root: every folder with its pictures, true sizes and times, and a digest of them.

Knows the disk and nothing else, so that it can run ahead of the database in a thread of its own.
"""

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import xxhash

from dtoolkit.core import paths
from gallery.metadata import sidecars
from gallery.scanning.options import SUFFIXES, Options, is_trash

__all__ = ["MAX_PATH_BYTES", "SUFFIXES", "Entry", "Listing", "Walk", "stamp", "walk"]

# A PostgreSQL index takes no longer keys.
MAX_PATH_BYTES = 2500
_INT64 = 2**63 - 1
_HAS_BIRTHTIME = hasattr(os.stat_result, "st_birthtime")
_JUNCTION: int | None = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)  # on Windows only
_SIDECAR_ENDINGS = frozenset(f".{suffix.rpartition('.')[2]}" for suffix in sidecars.SUFFIXES)

# name in stored form, size in bytes, mtime in ns, birth in ns, stamp of its sidecars if it has any
Entry = tuple[str, int, int, int, int | None]


@dataclass(slots=True)
class Listing:
    """One folder as it is on disk; `path` is relative to the root, in stored form.

    `problem` says why the folder could not be listed: then nothing is known of it. Where only some
    files could not be looked at, they are `unsure`: there, and nothing more is known of them.
    Where a person said not to look, it `is_passed_over`, and so is all below it with `is_tree`.
    """

    path: str
    entries: list[Entry] = field(default_factory=list)
    digest: bytes = b""
    problem: str = ""
    unsure: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)  # names as `os` has them
    links: list[str] = field(default_factory=list)  # to folders
    has_stamps: bool = False
    is_mount_point: bool = False
    is_passed_over: bool = False
    is_tree: bool = False

    def leave(self, names: Collection[str]) -> None:
        """Files that are not to be looked at yet count as `unsure`."""
        left = [entry[0] for entry in self.entries if entry[0] in names]
        if left:
            self.entries = [entry for entry in self.entries if entry[0] not in names]
            self.unsure += left
            self.digest = _digest(self)


def walk(root: str, options: Options | None = None) -> Iterator[Listing]:
    """Every folder below `root` (as `os` names it), parents before children."""
    return Walk(root, options or Options()).everything()


class Walk:
    """Links to folders are followed only where they stay inside the root and lead to a folder that
    is not met otherwise, each such folder once; links to files where they stay inside."""

    def __init__(self, root: str, options: Options) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._options = options
        self._met: set[tuple[int, int]] = set()
        self._links: list[str] = []

    def everything(self) -> Iterator[Listing]:
        yield from self.below("")
        # Only now is it known what is met without them.
        while self._links:
            for path in sorted(self._links):
                self._links.remove(path)
                if self._leads_to_unmet(path):
                    yield from self.below(path)

    def below(self, path: str) -> Iterator[Listing]:
        """The folder and all below it."""
        disk_path = self.disk_path(path)
        waiting = [(path, disk_path, _device_above(disk_path))]
        while waiting:
            path, disk_path, device = waiting.pop()
            listing, device = self._look_into(path, disk_path, device)
            yield listing
            prefix = f"{path}/" if path else ""
            waiting += [
                (prefix + paths.to_text(name), os.path.join(disk_path, name), device)  # noqa: PTH118 (hot)
                for name in sorted(listing.folders, reverse=True)
            ]
            self._links += [prefix + paths.to_text(name) for name in listing.links]

    def one(self, path: str) -> Listing:
        """The folder alone."""
        disk_path = self.disk_path(path)
        return self._look_into(path, disk_path, _device_above(disk_path))[0]

    def disk_path(self, path: str) -> str:
        return os.path.join(self._root, paths.from_text(path)) if path else self._root  # noqa: PTH118

    def _look_into(self, path: str, disk_path: str, device_above: int) -> tuple[Listing, int]:
        """Its listing, and the device it is on."""
        if len(path.encode()) > MAX_PATH_BYTES:
            return Listing(path, problem="Its path is too long."), device_above
        if self._options.treatments and self._options.tree_treatment(path):
            return Listing(path, is_passed_over=True, is_tree=True), device_above
        try:
            found = os.stat(disk_path)  # noqa: PTH116 (hot)
            if self._options.follows_links:
                place = (found.st_dev, found.st_ino)
                if place in self._met:
                    return Listing(path, is_passed_over=True, is_tree=True), device_above
                self._met.add(place)
            listing, is_empty = self._list(path, disk_path)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Listing(path, problem=reason), device_above
        is_mounted = bool(path) and found.st_dev != device_above
        if is_empty and not is_mounted and path in self._options.mount_points:
            return Listing(path, problem="Its drive is not mounted."), device_above
        listing.is_mount_point = is_mounted
        listing.digest = _digest(listing)
        return listing, found.st_dev

    def _list(self, path: str, disk_path: str) -> tuple[Listing, bool]:
        """What is in it, and whether that is nothing at all."""
        options, real_root = self._options, self._real_root
        suffixes, takes_hidden, follows = (
            options.suffixes,
            options.takes_hidden,
            options.follows_links,
        )
        ignores = options.ignores if options.ignored else None
        prefix = f"{path}/" if path else ""
        listing = Listing(path)
        beside: list[os.DirEntry[str]] = []
        is_empty = True
        with os.scandir(disk_path) as scan:
            for item in scan:
                is_empty = False
                name = item.name
                if name[0] == "." and (not takes_hidden or is_trash(name)):
                    continue
                if item.is_dir(follow_symlinks=False):
                    if ignores and ignores(prefix + paths.to_text(name), is_folder=True):
                        continue
                    if _JUNCTION is None or not _is_junction(item):
                        listing.folders.append(name)
                    continue
                if follows and item.is_symlink() and _leads_to_folder(item):
                    if not (ignores and ignores(prefix + paths.to_text(name), is_folder=True)):
                        listing.links.append(name)
                    continue
                suffix = name[name.rfind(".") :].lower()
                if suffix in suffixes:
                    if not (ignores and ignores(prefix + paths.to_text(name))):
                        _look_at(item, listing, real_root)
                elif suffix in _SIDECAR_ENDINGS:
                    beside.append(item)
        if options.treatments.get(path):
            listing.is_passed_over = True
            listing.entries, listing.unsure, listing.problem = [], [], ""
        if listing.entries:
            if beside:
                _stamp(listing, beside)
            listing.entries.sort()
        return listing, is_empty

    def _leads_to_unmet(self, path: str) -> bool:
        real = os.path.realpath(self.disk_path(path))
        if not _is_inside(real, self._real_root):
            return False
        target = paths.to_text(os.path.relpath(real, self._real_root).replace(os.sep, "/"))
        if self._options.treatment(target) or self._options.treatment(path):
            return False
        try:
            found = os.stat(real)  # noqa: PTH116 (as listed)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) not in self._met


def _look_at(item: os.DirEntry[str], listing: Listing, real_root: str) -> None:
    """Adds the file, unless it vanished meanwhile, is no plain file or is a link out of the root.

    `stat` on the entry is asked once: on Windows it comes with the listing.
    """
    try:
        is_plain = item.is_file(follow_symlinks=False)
        if not is_plain and not (
            item.is_file() and _is_inside(os.path.realpath(item.path), real_root)
        ):
            return
        found = item.stat(follow_symlinks=not is_plain)
    except FileNotFoundError:
        return
    except OSError as error:
        listing.unsure.append(paths.to_text(item.name))
        listing.problem = error.strerror or type(error).__name__
        return
    mtime = found.st_mtime_ns
    if _HAS_BIRTHTIME:
        born = int(getattr(found, "st_birthtime") * 1e9)  # noqa: B009 (unknown to types here)
    else:
        born = min(found.st_ctime_ns, mtime)
    if not -_INT64 <= mtime <= _INT64:
        mtime = max(-_INT64, min(_INT64, mtime))
        born = max(-_INT64, min(_INT64, born))
    listing.entries.append((paths.to_text(item.name), found.st_size, mtime, born, None))


def _stamp(listing: Listing, beside: list[os.DirEntry[str]]) -> None:
    """Gives the images that have sidecars a stamp of them; the other files are not looked at."""
    owners: dict[str, list[int]] = {}
    for index, (name, *_) in enumerate(listing.entries):
        owners.setdefault(name, []).append(index)
        owners.setdefault(name.rpartition(".")[0], []).append(index)
    lines: dict[int, list[tuple[str, int, int]]] = {}
    for item in beside:
        name = paths.to_text(item.name)
        parts = sidecars.split(name)
        if parts is None or parts[0] not in owners:
            continue
        try:
            found = item.stat()
        except OSError:  # a broken link, or gone meanwhile: then there is none
            continue
        if stat.S_ISREG(found.st_mode):
            for index in owners[parts[0]]:
                line = (name, found.st_size, found.st_mtime_ns)
                lines.setdefault(index, []).append(line)
    for index, own in lines.items():
        listing.entries[index] = (*listing.entries[index][:4], stamp(own))
        listing.has_stamps = True


def stamp(beside: Iterable[tuple[str, int, int]]) -> int:
    """Of an image's sidecars: name, size and mtime of each."""
    lines = sorted(f"{name}\0{size}\0{mtime_ns}\0" for name, size, mtime_ns in beside)
    digest = xxhash.xxh3_64_digest("".join(lines).encode())
    return int.from_bytes(digest, "big", signed=True)


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # one that leads to itself
        return False


def _is_junction(item: os.DirEntry[str]) -> bool:
    """Windows' other link to a folder: not a symlink to Python, and it may lead in circles."""
    return getattr(item.stat(follow_symlinks=False), "st_reparse_tag", 0) == _JUNCTION


def _device_above(disk_path: str) -> int:
    try:
        return os.stat(os.path.dirname(disk_path)).st_dev  # noqa: PTH116, PTH120 (as listed)
    except OSError:
        return -1


def _digest(listing: Listing) -> bytes:
    """Of a folder without sidecars and mounts, the same as ever."""
    lines = "".join([f"{name}\0{size}\0{mtime}\0" for name, size, mtime, _, _ in listing.entries])
    unsure = "\0".join(listing.unsure)
    stamps = ""
    if listing.has_stamps:
        stamps = "".join([f"\1{entry[0]}\0{entry[4]}" for entry in listing.entries if entry[4]])
    mount = "\2" if listing.is_mount_point else ""
    return xxhash.xxh3_128_digest(f"{lines}{unsure}{stamps}{mount}".encode())


def _is_inside(real: str, real_root: str) -> bool:
    return real.startswith(real_root.rstrip(os.sep) + os.sep)
