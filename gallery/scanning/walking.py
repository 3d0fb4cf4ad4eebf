"""The walk over a root: every folder with its pictures, true sizes and times, and a digest of them.

Knows the disk and nothing else, so that it can run ahead of the database in a thread of its own.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

import xxhash

from dtoolkit.core import paths

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
# A PostgreSQL index takes no longer keys.
MAX_PATH_BYTES = 2500
_INT64 = 2**63 - 1
_HAS_BIRTHTIME = hasattr(os.stat_result, "st_birthtime")
_JUNCTION: int | None = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)  # on Windows only

# name in stored form, size in bytes, mtime in ns, birth in ns
Entry = tuple[str, int, int, int]


@dataclass(slots=True)
class Listing:
    """One folder as it is on disk; `path` is relative to the root, in stored form.

    `problem` says why the folder could not be listed: then nothing is known of it. Where only some
    files could not be looked at, they are `unsure`: there, and nothing more is known of them.
    """

    path: str
    entries: list[Entry] = field(default_factory=list)
    digest: bytes = b""
    problem: str = ""
    unsure: list[str] = field(default_factory=list)


def walk(root: str) -> Iterator[Listing]:
    """Every folder below `root` (as `os` names it), parents before children.

    Hidden files and folders are passed over, links to folders are not followed, links to files only
    where they stay inside the root.
    """
    real_root = os.path.realpath(root)
    waiting = [("", root)]
    while waiting:
        path, disk_path = waiting.pop()
        if len(path.encode()) > MAX_PATH_BYTES:
            yield Listing(path, problem="Its path is too long.")
            continue
        try:
            listing, folders = _list(path, disk_path, real_root)
        except OSError as error:
            yield Listing(path, problem=error.strerror or type(error).__name__)
            continue
        yield listing
        prefix = f"{path}/" if path else ""
        waiting += [
            (prefix + paths.to_text(name), os.path.join(disk_path, name))  # noqa: PTH118 (hot)
            for name in sorted(folders, reverse=True)
        ]


def _list(path: str, disk_path: str, real_root: str) -> tuple[Listing, list[str]]:
    listing = Listing(path)
    folders: list[str] = []
    with os.scandir(disk_path) as scan:
        for item in scan:
            name = item.name
            if name[0] == ".":
                continue
            if item.is_dir(follow_symlinks=False):
                if _JUNCTION is None or not _is_junction(item):
                    folders.append(name)
            elif name.lower().endswith(SUFFIXES):
                _look_at(item, listing, real_root)
    listing.entries.sort()
    listing.digest = _digest(listing)
    return listing, folders


def _look_at(item: os.DirEntry[str], listing: Listing, real_root: str) -> None:
    """Adds the file, unless it vanished meanwhile, is no plain file or is a link out of the root.

    `stat` on the entry is asked once: on Windows it comes with the listing.
    """
    try:
        is_plain = item.is_file(follow_symlinks=False)
        if not is_plain and not (item.is_file() and _stays_inside(item.path, real_root)):
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
    listing.entries.append((paths.to_text(item.name), found.st_size, mtime, born))


def _is_junction(item: os.DirEntry[str]) -> bool:
    """Windows' other link to a folder: not a symlink to Python, and it may lead in circles."""
    return getattr(item.stat(follow_symlinks=False), "st_reparse_tag", 0) == _JUNCTION


def _digest(listing: Listing) -> bytes:
    lines = "".join([f"{name}\0{size}\0{mtime}\0" for name, size, mtime, _ in listing.entries])
    unsure = "\0".join(listing.unsure)
    return xxhash.xxh3_128_digest(f"{lines}{unsure}".encode())


def _stays_inside(link: str, real_root: str) -> bool:
    target = os.path.realpath(link)
    return target.startswith(real_root.rstrip(os.sep) + os.sep)
