"""Folders of our own, closed to other users of the machine."""

import os
import sys
from pathlib import Path


def make_private(folder: Path) -> None:
    """Makes it where it is missing; one that is there keeps its permissions.

    Root's may be entered, not listed: PostgreSQL runs as another user and lives below it.
    """
    if folder.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform != "win32":
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
