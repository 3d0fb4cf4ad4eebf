"""The picture that lies beside a model file, as a small copy."""

import io
import os

from dtoolkit.core.errors import NotFound
from gallery.media import decoding, fingerprint, thumbnails
from gallery.media.pictures import UndecodableImage
from gallery.models import ResourceFile
from gallery.scanning.opening import open_inside

MAX_BYTES = 64 * 1024 * 1024


def ensure(file: ResourceFile) -> str:
    """The key of its thumbnails, made where they are missing. `file` needs `folder`.

    Raises `NotFound`, `BadInput` (leads out of the folder), `UndecodableImage` and
    `StorageUnwritable`.
    """
    if not file.preview:
        raise NotFound("There is no picture beside this file.")
    parent, slash, _ = file.path.rpartition("/")
    try:
        descriptor, _ = open_inside(file.folder.path, f"{parent}{slash}{file.preview}")
        with os.fdopen(descriptor, "rb") as picture:
            data = picture.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotFound("The picture is not there now.") from error
    if len(data) > MAX_BYTES:
        raise UndecodableImage("The picture is larger than 64 MB.")
    identity = fingerprint.of(io.BytesIO(data), len(data), head=data)
    thumbnails.make(identity, lambda: decoding.decode(data, thumbnails.LARGEST))
    return identity.hex
