"""The walk over a root: every folder with its pictures, true sizes and times, and a digest of them.

Knows the disk and nothing else, so that it can run ahead of the database in a thread of its own.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import xxhash

from dtoolkit.core import paths

EXTENSIONS = frozenset({"png", "jpg", "jpeg", "webp"})
_INT64 = 2**63 - 1

# name in stored form, size in bytes, mtime in ns, birth in ns
Entry = tuple[str, int, int, int]


@dataclass(slots=True)
class Listing:
    """One folder as it is on disk; `path` is relative to the root, in stored form.

    `problem` says why the folder could not be listed: then nothing is known of it.
    """

    path: str
    entries: list[Entry] = field(default_factory=list)
    digest: bytes = b""
    problem: str = ""


def walk(root: str) -> Iterator[Listing]:
    """Every folder below `root` (as `os` names it), parents before children.

    Hidden files and folders are passed over, links to folders are not followed, links to files only
    where they stay inside the root.
    """
    real_root = os.path.realpath(root)
    waiting = [("", root)]
    while waiting:
        path, disk_path = waiting.pop()
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
    entries: list[Entry] = []
    folders: list[str] = []
    with os.scandir(disk_path) as scan:
        for item in scan:
            name = item.name
            if name[0] == ".":
                continue
            if name[name.rfind(".") + 1 :].lower() in EXTENSIONS:
                is_link = item.is_symlink()
                if is_link and not _stays_inside(item.path, real_root):
                    continue
                if item.is_file():
                    entry = _entry(name, item, follow=is_link)
                    if entry is not None:
                        entries.append(entry)
                    continue
            if item.is_dir(follow_symlinks=False):
                folders.append(name)
    entries.sort()
    return Listing(path, entries, _digest(entries)), folders


def _entry(name: str, item: os.DirEntry[str], *, follow: bool) -> Entry | None:
    """None for a file that vanished between the listing and the look at it."""
    try:
        stat = item.stat(follow_symlinks=follow)
    except FileNotFoundError:
        return None
    mtime = stat.st_mtime_ns
    born = getattr(stat, "st_birthtime_ns", 0) or min(stat.st_ctime_ns, mtime)
    if not -_INT64 <= mtime <= _INT64:
        mtime = max(-_INT64, min(_INT64, mtime))
        born = max(-_INT64, min(_INT64, born))
    return paths.to_text(name), stat.st_size, mtime, born


def _digest(entries: list[Entry]) -> bytes:
    lines = "".join([f"{name}\0{size}\0{mtime}\0" for name, size, mtime, _ in entries])
    return xxhash.xxh3_128_digest(lines.encode())


def _stays_inside(link: str, real_root: str) -> bool:
    target = os.path.realpath(link)
    return target.startswith(real_root.rstrip(os.sep) + os.sep)
