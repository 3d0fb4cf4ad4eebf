"""The file manager of the machine that this runs on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput


def is_there() -> bool:
    """Whether there is a desktop to show a folder on."""
    if sys.platform in {"win32", "darwin"}:
        return True
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return has_screen and shutil.which("xdg-open") is not None


def show(path: Path) -> None:
    """Opens the folder of the file `path`, the file chosen where the system can.

    Raises `BadInput` where there is no desktop.
    """
    folder = path if path.is_dir() else path.parent
    if not is_there():
        shown = paths.display(paths.to_text(str(folder)))
        raise BadInput(f"There is no desktop here. The folder is {shown}.")
    subprocess.Popen(
        _command(path, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _command(path: Path, folder: Path) -> list[str]:
    if sys.platform == "win32":
        return ["explorer", f"/select,{path}"]
    if sys.platform == "darwin":
        return ["open", "-R", str(path)]
    return ["xdg-open", str(folder)]
