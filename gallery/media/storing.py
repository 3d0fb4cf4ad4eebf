"""Files made by us, put into a Django storage whole or not at all."""

import errno
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage

from dtoolkit.core.errors import Unavailable

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_HOST = re.sub(r"[^A-Za-z0-9-]", "-", platform.node()) or "host"


class StorageUnwritable(Unavailable):
    """The place for thumbnails takes no more; the picture is not to blame."""

    code = "storage_unwritable"


def exists(storage: Storage, name: str) -> bool:
    """There and not empty: a power cut can leave a name without content."""
    try:
        return storage.size(name) > 0
    except (FileNotFoundError, NotADirectoryError):
        return False


def read(storage: Storage, name: str) -> bytes:
    """Empty where `exists` says no."""
    try:
        with storage.open(name) as file:
            data: bytes = file.read()
            return data
    except (FileNotFoundError, NotADirectoryError):
        return b""


def put(storage: Storage, name: str, data: bytes) -> None:
    """Makes `name` hold `data`, replacing what was there. The caller holds a lock for `name`.

    Raises `StorageUnwritable` where the disk is full or may not be written; nothing half remains.
    """
    with failing_in_words():
        if isinstance(storage, FileSystemStorage):
            _replace(Path(storage.path(name)), data)
        else:
            storage.delete(name)
            storage.save(name, ContentFile(data))


def share(storage: Storage, name: str, other: str) -> bool:
    """The same under another name, by a link where that can be: nothing here is written over.

    False where there is no `name`. Raises `StorageUnwritable`.
    """
    if exists(storage, other):
        return True
    if isinstance(storage, FileSystemStorage) and exists(storage, name):
        target = Path(storage.path(other))
        with suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.hardlink_to(storage.path(name))
            return True
    data = read(storage, name)
    if data:
        put(storage, other, data)
    return bool(data)


@contextmanager
def failing_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            message = "The disk that holds the thumbnails is full. Free some space, then try again."
        else:
            message = f"Thumbnails cannot be written: {error.strerror or error}."
        raise StorageUnwritable(message) from error


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own per host, the same at each attempt: what a kill left is written over.
    partial = path.with_name(f".{path.name}.{_HOST}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
