"""Whether a folder of model files is there. An offline one changes nothing."""

import os

from django.utils import timezone

from dtoolkit.core import paths
from dtoolkit.core.errors import Unavailable
from gallery.models import ResourceFile, ResourceFolder


class FolderOffline(Unavailable):
    code = "resource_folder_offline"


def require_online(folder: ResourceFolder) -> None:
    """Keeps `offline_since` true to the disk; raises `FolderOffline` where the folder is away."""
    reason = why_offline(folder)
    since = None
    if reason:
        since = folder.offline_since or timezone.now()
    if since != folder.offline_since:
        folder.offline_since = since
        folder.save(update_fields=["offline_since"])
    if reason:
        raise FolderOffline(f"{folder} is offline: {reason} Its model files stay as they are.")


def why_offline(folder: ResourceFolder) -> str:
    """In words; empty where it is there. Changes nothing."""
    try:
        with os.scandir(paths.from_text(folder.path)) as items:
            is_empty = next(items, None) is None
    except FileNotFoundError:
        return "the folder is not there."
    except OSError as error:
        return f"it cannot be read ({error.strerror or type(error).__name__})."
    if is_empty and ResourceFile.objects.filter(folder=folder, is_available=True).exists():
        return "the folder is empty, as when its drive is not mounted."
    return ""
