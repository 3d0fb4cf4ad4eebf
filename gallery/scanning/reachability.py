"""Whether a root is there. Missing is not deleted: an offline root changes nothing."""

import os

from django.utils import timezone

from dtoolkit.core import paths
from dtoolkit.core.errors import Unavailable
from gallery.models import Image, LibraryRoot


class RootOffline(Unavailable):
    code = "root_offline"


def require_online(root: LibraryRoot) -> None:
    """Keeps `offline_since` true to the disk; raises `RootOffline` where the root is away."""
    reason = _why_offline(root)
    if not reason:
        if root.offline_since is not None:
            root.offline_since = None
            root.save(update_fields=["offline_since"])
        return
    if root.offline_since is None:
        root.offline_since = timezone.now()
        root.save(update_fields=["offline_since"])
    raise RootOffline(f"{root} is offline: {reason} Its images stay as they are.")


def _why_offline(root: LibraryRoot) -> str:
    """Empty where it is online. A mount point without its drive is an empty folder."""
    try:
        with os.scandir(paths.from_text(root.path)) as items:
            is_empty = next(items, None) is None
    except FileNotFoundError:
        return "the folder is not there."
    except NotADirectoryError:
        return "it is not a folder any more."
    except OSError as error:
        return f"it cannot be read ({error.strerror or type(error).__name__})."
    if is_empty and Image.objects.filter(folder__root=root, is_available=True).exists():
        return "the folder is empty, as when its drive is not mounted."
    return ""
