"""One file made anew beside itself and put in its place: whole, checked, with its times, its rights
and its owner; the old one stands until then."""

import io
import os
import stat
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from gallery.filing import disk
from gallery.filing.refusals import Refused
from gallery.media import fingerprint, formats
from gallery.metadata.containers.source import Source
from gallery.metadata.writing import Splice

LINKED = "it has several names (hard links), which writing would part"
PROTECTED = "it is write-protected"
NOT_OURS = "it belongs to another user, and would not afterwards"
_BLOCK = 1 << 20
_MOST_IN_MEMORY = 512 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, its state when it was opened, and its bytes to be read."""

    file: BinaryIO
    stat: os.stat_result
    source: Source

    @property
    def fingerprint(self) -> uuid.UUID:
        return fingerprint.of(self.file, self.stat.st_size)


@contextmanager
def opened(path: str, format_: str = "") -> Iterator[Opened]:
    """Pictures are taken into memory, videos are not. Raises `Refused` and `OSError`."""
    with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as raw:
        found = os.fstat(raw.fileno())
        if formats.is_video(format_):
            yield Opened(raw, found, Source(raw, found.st_size, b""))
            return
        if found.st_size > _MOST_IN_MEMORY:
            raise Refused("it is larger than 512 MB")
        data = raw.read(found.st_size)
        while len(data) < found.st_size and (more := raw.read(found.st_size - len(data))):
            data += more
        if len(data) != found.st_size:
            raise Refused(disk.CHANGED)
        yield Opened(io.BytesIO(data), found, Source(io.BytesIO(data), len(data), data))


def require_replaceable(path: str, found: os.stat_result) -> None:
    """Raises `Refused`."""
    if found.st_nlink > 1:
        raise Refused(LINKED)
    if not found.st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise Refused(PROTECTED)
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid() and os.geteuid() != 0:
        raise Refused(NOT_OURS)


def make(old: Opened, path: str, partial: str, splices: Sequence[Splice]) -> None:
    """The new content under the name `partial`, on the disk. Raises `OSError`."""
    disk.remove(partial)
    with open(partial, "xb", buffering=0) as new:  # noqa: PTH123
        position = 0
        for splice in sorted(splices, key=lambda each: (each.start, each.end)):
            _copy(old.source, position, splice.start, new.fileno())
            disk.write(new.fileno(), splice.data)
            position = splice.end
        _copy(old.source, position, old.stat.st_size, new.fileno())
        _dress(old.stat, path, partial, new.fileno())
        os.fsync(new.fileno())
        disk.drop_from_memory(new.fileno())


def make_of(data: bytes, partial: str) -> None:
    """Likewise, of something new."""
    disk.remove(partial)
    with open(partial, "xb", buffering=0) as new:  # noqa: PTH123
        disk.write(new.fileno(), data)
        os.fsync(new.fileno())


def put(partial: str, path: str, expected: os.stat_result) -> None:
    """In place of the file that was looked at. Raises `Refused` where it is another by now."""
    now = disk.look(path)
    if now is None or _state(now) != _state(expected):
        raise Refused(disk.CHANGED if now else disk.GONE)
    os.replace(partial, path)  # noqa: PTH105 (texts, as all here)
    disk.sync_folder(path)


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_nlink


def _copy(source: Source, start: int, stop: int, target: int) -> None:
    for place in range(start, stop, _BLOCK):
        length = min(_BLOCK, stop - place)
        block = source.at(place, length)
        if len(block) < length:
            raise Refused(disk.CHANGED)
        disk.write(target, block)


def _dress(old: os.stat_result, path: str, partial: str, descriptor: int) -> None:
    """As the old one. What a file system does not keep is no reason to leave the words out, but the
    owner is."""
    if hasattr(os, "fchown"):
        new = os.fstat(descriptor)
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(path, follow_symlinks=False):
                with suppress(OSError):
                    os.setxattr(descriptor, name, os.getxattr(path, name, follow_symlinks=False))
    with suppress(OSError):
        os.chmod(partial, stat.S_IMODE(old.st_mode))  # noqa: PTH101
    os.utime(partial, ns=(old.st_atime_ns, old.st_mtime_ns))
