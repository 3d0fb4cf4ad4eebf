"""An image's file, whole and checked: the one door from a row to bytes for decoding."""

import io
import os
import uuid
from dataclasses import dataclass

from dtoolkit.core import paths
from dtoolkit.core.errors import NotFound
from gallery.media import fingerprint
from gallery.media.decoding import UndecodableImage
from gallery.models import Image

MAX_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes and who they are; `is_as_scanned` is False where the file changed since."""

    data: bytes
    fingerprint: uuid.UUID
    is_as_scanned: bool


def read(image: Image) -> Content:
    """The file of `image`, which needs `folder__root` loaded.

    Raises `NotFound` (vanished, or its root is offline), `BadInput` (leads out of the root) and
    `UndecodableImage` (too large, or the system refuses to read it).
    """
    path = paths.inside(image.folder.root.disk_path, image.relative_path)
    try:
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            if stat.st_size > MAX_BYTES:
                raise UndecodableImage("The file is larger than 1 GB; such files are not decoded.")
            data = file.read(stat.st_size)
    except FileNotFoundError as error:
        raise NotFound("The file is not there now.", path=paths.display(image.name)) from error
    except OSError as error:
        raise UndecodableImage(f"The file cannot be read: {error.strerror or error}.") from error
    return Content(
        data,
        fingerprint.of(io.BytesIO(data), len(data), head=data),
        is_as_scanned=(stat.st_size, stat.st_mtime_ns) == (image.size, image.mtime_ns),
    )
