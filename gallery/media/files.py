"""An image's file, checked: the one door from a row to bytes for decoding."""

import io
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from dtoolkit.core import paths
from dtoolkit.core.errors import NotFound
from gallery.media import decoding, fingerprint, formats, posters
from gallery.media.pictures import Picture, UndecodableImage
from gallery.models import Image

MAX_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds and who it is, while it is open.

    `data` is the whole file, but empty for a video: those are read where they are needed, from
    `file`. `is_as_scanned` is False where the file changed since the scan.
    """

    format: str
    data: bytes
    file: BinaryIO
    fingerprint: uuid.UUID
    is_as_scanned: bool

    def picture(self, longest: int | None = None, at_s: float | None = None) -> Picture:
        """The picture itself, or of a video what is shown `at_s`, or else stands for it. Raises
        `UndecodableImage`."""
        if not formats.is_video(self.format):
            return decoding.decode(self.data, longest)
        if at_s is None:
            return posters.poster(self.file, self.format, longest)
        return posters.frame_at(self.file, self.format, at_s, longest)


@contextmanager
def opened(image: Image) -> Iterator[Content]:
    """The file of `image`, which needs `folder__root` loaded.

    Raises `NotFound` (vanished, or its root is offline), `BadInput` (leads out of the root) and
    `UndecodableImage` (too large, or the system refuses to read it).
    """
    path = paths.inside(image.folder.root.disk_path, image.relative_path)
    try:
        file = path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise NotFound("The file is not there now.", path=paths.display(image.name)) from error
    except OSError as error:
        raise UndecodableImage(_unreadable(error)) from error
    with file:
        try:
            content = _content(file, image)
        except OSError as error:
            raise UndecodableImage(_unreadable(error)) from error
        except EOFError as error:
            raise UndecodableImage("The file changed while it was read.") from error
        yield content


def _content(file: io.FileIO, image: Image) -> Content:
    stat = os.fstat(file.fileno())
    head = file.read(fingerprint.BLOCK)
    format_ = formats.of(head)
    data = b""
    if not formats.is_video(format_):
        if stat.st_size > MAX_BYTES:
            raise UndecodableImage("The file is larger than 1 GB; such files are not decoded.")
        data = head + file.readall()
    whole: BinaryIO = io.BytesIO(data) if data else file
    size = len(data) or stat.st_size
    return Content(
        format_,
        data,
        whole,
        fingerprint.of(whole, size, head=data or head),
        is_as_scanned=(stat.st_size, stat.st_mtime_ns) == (image.size, image.mtime_ns),
    )


def _unreadable(error: OSError) -> str:
    return f"The file cannot be read: {error.strerror or error}."
