"""Whether a root is there. Missing is not deleted: an offline root changes nothing."""

import os

from django.utils import timezone

from dtoolkit.core import paths
from dtoolkit.core.errors import Unavailable
from gallery.models import Folder, Image, LibraryRoot


class RootOffline(Unavailable):
    code = "root_offline"


Place = tuple[int, int]


def require_online(root: LibraryRoot) -> Place:
    """Keeps `offline_since` true to the disk; raises `RootOffline` where the root is away.

    Returns which folder it is (device and number), for `require_still`.
    """
    place, reason = _look(root)
    if place is None:
        raise _offline(root, reason)
    if root.offline_since is not None:
        root.offline_since = None
        root.save(update_fields=["offline_since"])
    return place


def require_still(root: LibraryRoot, place: Place) -> None:
    """Before anything is called vanished: raises `RootOffline` where the root is not `place` now.

    A drive that goes leaves an empty folder, another one, or none.
    """
    now, reason = _look(root)
    if now != place:
        raise _offline(root, reason or "it went away while it was looked at.")


def why_offline(root: LibraryRoot) -> str:
    """In words; empty where it is there. Changes nothing."""
    return _look(root)[1]


def _offline(root: LibraryRoot, reason: str) -> RootOffline:
    if root.offline_since is None:
        root.offline_since = timezone.now()
        root.save(update_fields=["offline_since"])
    return RootOffline(f"{root} is offline: {reason} Its images stay as they are.")


def _look(root: LibraryRoot) -> tuple[Place | None, str]:
    """Which folder it is, or why it is offline. A mount point without its drive is empty."""
    path = paths.from_text(root.path)
    try:
        found = os.stat(path)  # noqa: PTH116 (the path's own text, not a normalised one)
        with os.scandir(path) as items:
            is_empty = next(items, None) is None
    except FileNotFoundError:
        return None, "the folder is not there."
    except NotADirectoryError:
        return None, "it is not a folder any more."
    except OSError as error:
        return None, f"it cannot be read ({error.strerror or type(error).__name__})."
    if is_empty and Image.objects.filter(folder__root=root, is_available=True).exists():
        return None, "the folder is empty, as when its drive is not mounted."
    return (found.st_dev, found.st_ino), ""


def unmounted(root: LibraryRoot) -> frozenset[str]:
    """Folders below the root on which a drive was mounted that is not there now: they are empty,
    and nobody knows what is in them."""
    below = Folder.objects.filter(root=root, is_mount_point=True).values_list("path", flat=True)
    return frozenset(path for path in below if not _is_mounted(root, path))


def _is_mounted(root: LibraryRoot, folder: str) -> bool:
    """Also where it holds files of its own now, or is not there at all: that can be told."""
    path = os.path.join(paths.from_text(root.path), paths.from_text(folder))  # noqa: PTH118
    try:
        with os.scandir(path) as items:
            if next(items, None) is not None:
                return True
        above = os.stat(os.path.dirname(path))  # noqa: PTH116, PTH120 (as above)
        return os.stat(path).st_dev != above.st_dev  # noqa: PTH116
    except FileNotFoundError:
        return True
    except OSError:
        return False
