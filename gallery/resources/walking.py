"""The walk over a folder of model files: each with its size and time, and what lies beside it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import xxhash

from dtoolkit.core import paths
from gallery.metadata.parsers.values import MODEL_SUFFIXES as SUFFIXES
from gallery.resources import beside

# A PostgreSQL index takes no longer keys.
MAX_PATH_BYTES = 2500
_INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Found:
    """`path` is relative, in stored form, as are the names of files beside it.

    `stamp` changes with the files beside it; None where there are none.
    """

    path: str
    size: int
    mtime_ns: int
    infos: tuple[str, ...] = ()
    preview: str = ""
    stamp: int | None = None

    @property
    def stem(self) -> str:
        return stem(self.path.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could not be looked at, as a path in stored form with all below it: nothing is known."""

    path: str
    reason: str


def stem(name: str) -> str:
    return name[: name.rfind(".")] if name.lower().endswith(SUFFIXES) else name


def walk(root: str) -> Iterator[Found | Unseen]:
    """Below `root`, as `os` names it. Links to folders are not followed, those to files only where
    they stay inside."""
    real_root = os.path.realpath(root).rstrip(os.sep) + os.sep
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        disk_path = os.path.join(root, paths.from_text(folder))  # noqa: PTH118 (hot)
        try:
            with os.scandir(disk_path) as scan:
                items = {item.name: item for item in scan if not item.name.startswith(".")}
        except OSError as error:
            yield Unseen(folder, error.strerror or type(error).__name__)
            continue
        prefix = f"{folder}/" if folder else ""
        for name in sorted(items):
            item = items[name]
            path = prefix + paths.to_text(name)
            if len(path.encode()) > MAX_PATH_BYTES:
                yield Unseen(path, "Its path is too long.")
            elif item.is_dir(follow_symlinks=False):
                if not getattr(item, "is_junction", bool)():  # before Python 3.12 there is none
                    waiting.append(path)
            elif name.lower().endswith(SUFFIXES):
                yield from _look_at(item, path, items, real_root)


def _look_at(
    item: os.DirEntry[str], path: str, items: dict[str, os.DirEntry[str]], real_root: str
) -> Iterator[Found | Unseen]:
    try:
        is_plain = item.is_file(follow_symlinks=False)
        if not is_plain:
            if not item.is_file():
                return
            if not os.path.realpath(item.path).startswith(real_root):
                yield Unseen(path, "It is a link that leads out of the folder.")
                return
        found = item.stat(follow_symlinks=not is_plain)
    except FileNotFoundError:
        return
    except OSError as error:
        yield Unseen(path, error.strerror or type(error).__name__)
        return
    own = stem(item.name)
    infos, preview = beside.infos(own, items), beside.preview(own, items)
    mtime_ns = max(-_INT64, min(_INT64, found.st_mtime_ns))
    yield Found(
        path,
        found.st_size,
        mtime_ns,
        tuple(map(paths.to_text, infos)),
        paths.to_text(preview),
        _stamp([items[name] for name in (*infos, *filter(None, [preview]))]),
    )


def _stamp(items: list[os.DirEntry[str]]) -> int | None:
    lines = []
    for item in items:
        try:
            found = item.stat()
        except OSError:  # a broken link, or gone meanwhile
            continue
        lines.append(f"{paths.to_text(item.name)}\0{found.st_size}\0{found.st_mtime_ns}\0")
    if not lines:
        return None
    return int.from_bytes(xxhash.xxh3_64_digest("".join(lines).encode()), "big", signed=True)
