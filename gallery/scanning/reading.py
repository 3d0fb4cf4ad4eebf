"""One file at the deep scan: opened once, its head shared by fingerprint and metadata readers."""

import io
import os
import time
import uuid
from dataclasses import dataclass

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from gallery.media import fingerprint
from gallery.metadata import HEAD_SIZE, FileMetadata, read_stream

# Younger files may still be being written; what cannot be read of them is left for the next scan.
_SETTLED_AFTER_S = 2.0
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = (
    os.O_RDONLY
    | _NO_FOLLOW
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Target:
    """A row to be read: where its file should be. `root` and `relative` are in stored form."""

    id: int
    root: str
    relative: str
    name: str


@dataclass(slots=True)
class Reading:
    """What came of it. Without `metadata`: gone, left for later (`is_unsettled`), or `failure`."""

    id: int
    size: int = 0
    mtime_ns: int = 0
    fingerprint: uuid.UUID | None = None
    metadata: FileMetadata | None = None
    failure: str = ""
    is_gone: bool = False
    is_unsettled: bool = False


def read(target: Target) -> Reading:
    """Never raises for what one file is: that is in the answer."""
    reading = Reading(target.id)
    try:
        descriptor = _open(target)
    except (FileNotFoundError, NotADirectoryError):
        reading.is_gone = True
        return reading
    except AppError as error:
        reading.failure = error.message
        return reading
    except OSError as error:
        reading.failure = f"The file cannot be opened: {error.strerror or error}."
        return reading
    try:
        with io.FileIO(descriptor) as file:
            _read_open(file, target, reading)
    except EOFError as error:
        reading.failure = str(error)
    except OSError as error:
        reading.failure = f"The file cannot be read: {error.strerror or error}."
    is_bad = bool(reading.failure) or bool(reading.metadata and reading.metadata.problems)
    if is_bad and time.time() - reading.mtime_ns / 1e9 < _SETTLED_AFTER_S:
        return Reading(target.id, is_unsettled=True)
    return reading


def _open(target: Target) -> int:
    """A link is followed only where it stays inside the root."""
    path = os.path.join(  # noqa: PTH118 (hot)
        paths.from_text(target.root), paths.from_text(target.relative)
    )
    try:
        if not _NO_FOLLOW and os.path.islink(path):  # noqa: PTH114 (hot)
            raise OSError
        return os.open(path, _FLAGS)
    except FileNotFoundError:
        raise
    except OSError:
        if not os.path.islink(path):  # noqa: PTH114 (hot)
            raise
    real = paths.inside(paths.from_text(target.root), target.relative)
    return os.open(real, _FLAGS)


def _read_open(file: io.FileIO, target: Target, reading: Reading) -> None:
    stat = os.fstat(file.fileno())
    reading.size, reading.mtime_ns = stat.st_size, stat.st_mtime_ns
    head = file.read(HEAD_SIZE)
    reading.fingerprint = fingerprint.of(file, stat.st_size, head)
    read = read_stream(file, stat.st_size, head=head, name=target.name)
    if read.format:
        reading.metadata = read
    else:
        reading.failure = " ".join(read.problems)
