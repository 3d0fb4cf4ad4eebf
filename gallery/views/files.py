"""The original picture or video, streamed: checked path, honest type, ranges and revalidation.

A file of a library is whatever somebody downloaded, so its type comes from its own first bytes and
nothing but a picture or a video is ever shown in the browser.
"""

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import require_safe

from dtoolkit.core import paths
from dtoolkit.core.errors import NotFound, Unavailable
from gallery.media import formats
from gallery.models import Image, LibraryRoot

_BLOCK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@require_safe
def original(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """`name` only helps "Save as"; the row decides which file it is."""
    image = get_object_or_404(Image.objects.select_related("folder__root"), pk=pk)
    path = _locate(image)
    try:
        # Asked before opening: opening a named pipe would wait for its writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotFound("There is no file at this place any more.", path=str(image))
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound(_GONE, path=str(image)) from error
    except OSError as error:
        raise Unavailable(
            f"{image} cannot be read: {error.strerror}. Check its permissions.", path=str(image)
        ) from error
    return _respond(request, image, file)


_GONE = "This file is not there any more. Scan the library to bring it up to date."


def _locate(image: Image) -> Path:
    root: LibraryRoot = image.folder.root
    try:
        return paths.inside(root.disk_path, image.relative_path)
    except NotFound as error:
        if root.offline_since or not root.disk_path.is_dir():
            message = f"{paths.display(root.name)} is offline. Connect it, then open this again."
            raise Unavailable(message) from error
        raise NotFound(_GONE, path=str(image)) from error


def _respond(request: HttpRequest, image: Image, file: BinaryIO) -> HttpResponseBase:
    status = os.fstat(file.fileno())
    etag = f'"{status.st_size:x}-{status.st_mtime_ns:x}"'
    conditional = get_conditional_response(request, etag=etag, last_modified=int(status.st_mtime))
    if conditional is not None:
        file.close()
        return _with_validators(conditional, etag, status.st_mtime)

    try:
        span = _span(request, status.st_size, etag, status.st_mtime)
    except _Unsatisfiable:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{status.st_size}"})
    start, end = span or (0, status.st_size)
    content_type = formats.mime_type(formats.of(file.read(formats.HEAD_BYTES)))
    file.seek(start)
    response = FileResponse(_Part(file, end - start), content_type=content_type)
    response.block_size = _BLOCK_BYTES
    if span:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{status.st_size}"
    response.headers["Content-Length"] = str(end - start)
    response.headers["Accept-Ranges"] = "bytes"
    attached = "download" in request.GET or content_type == formats.UNKNOWN_TYPE
    disposition = content_disposition_header(attached, paths.display(image.name))
    response.headers["Content-Disposition"] = disposition or "attachment"
    return _with_validators(response, etag, status.st_mtime)


def _with_validators(response: HttpResponseBase, etag: str, mtime: float) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(mtime)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class _Unsatisfiable(Exception):
    """The range starts behind the end of the file."""


def _span(request: HttpRequest, size: int, etag: str, mtime: float) -> tuple[int, int] | None:
    """Start and end of what is asked for; None where the header is not one plain range."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked.groups() == ("", "") or not _is_same_version(request, etag, mtime):
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < start:
            return None
    if start >= size:
        raise _Unsatisfiable
    return start, end


def _is_same_version(request: HttpRequest, etag: str, mtime: float) -> bool:
    condition = request.headers.get("If-Range")
    return condition is None or condition in {etag, http_date(mtime)}


class _Part:
    """The next `length` bytes of a file, as a file: what `FileResponse` can stream and close."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self._left = length

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        return block

    def close(self) -> None:
        self._file.close()
