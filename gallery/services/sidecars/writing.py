"""One sidecar onto the disk: whole or not at all, and never over what is somebody else's."""

import os
import secrets
from enum import StrEnum
from pathlib import Path

import orjson

from gallery.metadata import sidecars
from gallery.metadata.parsers.sidecars.exported import MARK


class Written(StrEnum):
    """What became of it, in words for a person."""

    DONE = "written"
    SAME = "there already"
    OTHER = "left alone, since another file has the name"
    NOTHING = "without anything to say"
    REFUSED = "not writable"


def write(path: Path, text: str, *, overwrite: bool) -> Written:
    """Our own JSON is brought up to date; anything else only with `overwrite`. Raises `OSError`."""
    data = text.encode("utf-8", "replace")
    there = _content(path)
    if there == data:
        return Written.SAME
    may_replace = overwrite or (there is not None and _is_ours(there))
    if there is not None and not may_replace:
        return Written.OTHER
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with partial.open("xb") as file:
            file.write(data)
        if may_replace:
            partial.replace(path)
        else:
            _name(partial, path)
    except FileExistsError:
        return Written.OTHER
    finally:
        partial.unlink(missing_ok=True)
    return Written.DONE


def _name(partial: Path, path: Path) -> None:
    """Unlike a rename, a link fails where a file of that name came meanwhile."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError from None
        partial.replace(path)


def _content(path: Path) -> bytes | None:
    """As much of it as tells whether it is ours or the same; None where nothing is there."""
    if not os.path.lexists(path):
        return None
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(sidecars.LIMIT)


def _is_ours(data: bytes) -> bool:
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return isinstance(content, dict) and MARK in content
