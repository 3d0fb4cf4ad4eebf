"""The SHA-256 of an image's whole file."""

import hashlib
from collections.abc import Callable

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from gallery.models import Image

_BLOCK = 1024 * 1024


def sha256(image: Image, check: Callable[[], object] = lambda: None) -> str:
    """Lower-case hex; empty where the file cannot be read. Needs `folder__root`; `check` is asked
    block by block and may raise."""
    digest = hashlib.sha256()
    try:
        path = paths.inside(image.folder.root.disk_path, image.relative_path)
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                check()
                digest.update(block)
    except (AppError, OSError):
        return ""
    return digest.hexdigest()
