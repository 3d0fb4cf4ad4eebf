"""A folder that a person names: there, a folder, and readable."""

import os
from pathlib import Path

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput


def absolute(folder: str | Path) -> Path:
    """There or not. Raises `BadInput` for what is no path."""
    if "\0" in str(folder) or not str(folder).strip():
        raise BadInput("Name a folder, like /home/you/Pictures.")
    try:
        return Path(os.path.normpath(Path(folder).expanduser().absolute()))
    except RuntimeError as error:
        raise BadInput(f"{folder}: there is no such person on this machine.") from error


def readable(folder: str | Path) -> Path:
    """Its absolute path. Raises `BadInput` that says why it cannot be used."""
    path = absolute(folder)
    shown = paths.display(paths.to_text(str(path)))
    try:
        with os.scandir(path):
            return path
    except FileNotFoundError as error:
        raise BadInput(
            f"There is no folder {shown}. Check the spelling, or that its drive is on."
        ) from error
    except NotADirectoryError as error:
        raise BadInput(f"{shown} is a file. Name the folder that it lies in.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadInput(f"{shown} cannot be read ({reason}). Check its permissions.") from error
