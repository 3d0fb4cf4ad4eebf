"""The system's trash: Send2Trash puts files there; where the platform says where they went (Linux
and its like, by the freedesktop.org Trash specification), they are found and fetched again.
"""

import os
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote_to_bytes

from send2trash import TrashPermissionError, send2trash

from gallery.filing import disk
from gallery.filing.refusals import Refused

NONE = "its drive has no trash that this program may use"
CAN_FETCH = sys.platform not in {"darwin", "win32"}
HOW_TO = (
    "only the trash itself can give it back: open it, choose the file, and take Put back or Restore"
)
_SLACK_S = 2  # the trash notes whole seconds


class NoTrash(Refused):
    """There is none for this file; deleting it for good is another matter."""


def put(path: str) -> str:
    """Returns where it lies now, '' where the platform does not say. Raises `NoTrash`, `Refused`
    and `OSError`."""
    if disk.look(path) is None:
        raise Refused(disk.GONE)
    if not is_there(path):
        raise NoTrash(NONE)
    expected = _next_names(path)
    try:
        send2trash(path)
    except TrashPermissionError as error:
        raise NoTrash(NONE) from error
    for file, top in expected:
        if disk.look(file) is not None and _is_note_of(file, top, path):
            return file
    return max(_found(path), default=(0.0, ""))[1]


def find(path: str, since: float, facts: tuple[int, int] | None = None) -> str:
    """Where the file lies that was thrown away from `path` last, not before `since`; else ''.

    `facts` are its size and mtime in ns, where they are known.
    """
    since -= _SLACK_S
    found = [each for each in _found(path) if each[0] >= since]
    if facts is not None:
        found = [each for each in found if _facts(each[1]) == facts]
    return max(found, default=(0.0, ""))[1]


def fetch(trashed: str, path: str, partial: str, *, is_again: bool = False) -> None:
    """Brings it back to where it was. Raises `Refused` and `OSError`."""
    if not trashed:
        raise Refused(HOW_TO)
    if disk.look(trashed) is None and not is_again:
        raise Refused("it is not in the trash any more")
    disk.carry(trashed, path, partial, is_again=is_again)
    files, name = os.path.split(trashed)
    disk.remove(os.path.join(os.path.dirname(files), "info", f"{name}.trashinfo"))  # noqa: PTH118, PTH120


def is_there(path: str) -> bool:
    """Whether the file's drive has a trash, or may be given one."""
    if not CAN_FETCH:
        return True
    home, top = _home(), _mount_point(path)
    if _device(path) == _device(os.path.expanduser("~")):  # noqa: PTH111
        return _is_writable(home)
    return any(_is_writable(trash) for trash in _of_drive(top))


def _found(path: str) -> list[tuple[float, str]]:
    """When each file was thrown away from `path`, and where it lies."""
    if not CAN_FETCH:
        return []
    files = [
        (when, os.path.join(trash, "files", info.removesuffix(".trashinfo")))  # noqa: PTH118
        for trash, top in _trashes(path)
        for info, when in _infos(trash, top, path)
    ]
    return [each for each in files if disk.look(each[1]) is not None]


def _next_names(path: str) -> list[tuple[str, str]]:
    """Where Send2Trash would put it in each trash, and what the paths there start at: without a
    look through all that was ever thrown away."""
    if not CAN_FETCH:
        return []
    stem, ending = os.path.splitext(os.path.basename(path))  # noqa: PTH119, PTH122
    found = []
    for trash, top in _trashes(path):
        name, number = f"{stem}{ending}", 0
        while any(disk.look(each) is not None for each in _pair(trash, name)):
            number += 1
            name = f"{stem} {number}{ending}"
        found.append((_pair(trash, name)[0], top))
    return found


def _pair(trash: str, name: str) -> tuple[str, str]:
    """A thrown file and the note about it."""
    return (
        os.path.join(trash, "files", name),  # noqa: PTH118
        os.path.join(trash, "info", f"{name}.trashinfo"),  # noqa: PTH118
    )


def _is_note_of(file: str, top: str, path: str) -> bool:
    files, name = os.path.split(file)
    note = os.path.join(os.path.dirname(files), "info", f"{name}.trashinfo")  # noqa: PTH118, PTH120
    return _told(note, top)[0] in _spellings(path)


def _facts(path: str) -> tuple[int, int]:
    found = os.lstat(path)
    return found.st_size, found.st_mtime_ns


def _trashes(path: str) -> Iterator[tuple[str, str]]:
    """Folders that may hold what was thrown away from `path`, each with what its paths start at."""
    yield _home(), "/"
    top = _mount_point(path)
    for trash in _of_drive(top):
        yield trash, top


def _infos(trash: str, top: str, path: str) -> Iterator[tuple[str, float]]:
    """Names and times of the notes about `path`."""
    wanted = _spellings(path)
    is_of = _note_names(os.path.basename(path))  # noqa: PTH119
    folder = os.path.join(trash, "info")  # noqa: PTH118
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return
    for name in names:
        if not is_of.fullmatch(name):
            continue
        source, when = _told(os.path.join(folder, name), top)  # noqa: PTH118
        if source in wanted:
            yield name, when


def _spellings(path: str) -> set[str]:
    return {os.path.abspath(path), os.path.realpath(path)}  # noqa: PTH100


def _told(note: str, top: str) -> tuple[str, float]:
    """Where a thrown file was, and when it was thrown away."""
    try:
        with open(note, "rb") as file:  # noqa: PTH123
            lines = file.read(65536).splitlines()
    except OSError:
        return "", 0.0
    told = dict(line.partition(b"=")[::2] for line in lines)
    source = os.fsdecode(unquote_to_bytes(told.get(b"Path", b"")))
    moment = _moment(told.get(b"DeletionDate", b""))
    return os.path.join(top, source), moment  # noqa: PTH118


def _note_names(name: str) -> re.Pattern[str]:
    """As trashes number what has one name: before the last ending, or before the first."""
    parts = {name.rpartition(".")[::2], name.partition(".")[::2]}
    numbered = "|".join(
        rf"{re.escape(stem)}[ .]\d+(?:\.{re.escape(end)})?" for stem, end in sorted(parts)
    )
    return re.compile(rf"(?:{re.escape(name)}|{numbered})\.trashinfo", re.DOTALL)


def _moment(text: bytes) -> float:
    try:
        return datetime.fromisoformat(text.decode("ascii")).timestamp()
    except ValueError:
        return 0.0


def _home() -> str:
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")  # noqa: PTH111
    return os.path.join(data, "Trash")  # noqa: PTH118


def _of_drive(top: str) -> Iterator[str]:
    own = str(os.getuid())
    shared = os.path.join(top, ".Trash")  # noqa: PTH118
    if os.path.isdir(shared) and not os.path.islink(shared):  # noqa: PTH112, PTH114
        yield os.path.join(shared, own)  # noqa: PTH118
    yield os.path.join(top, f".Trash-{own}")  # noqa: PTH118


def _mount_point(path: str) -> str:
    path = os.path.realpath(path)
    while not os.path.ismount(path):
        path = os.path.dirname(path)  # noqa: PTH120
    return path


def _device(path: str) -> int:
    try:
        return os.lstat(path).st_dev
    except OSError:
        return -1


def _is_writable(folder: str) -> bool:
    """There and writable, or to be made in the next folder above that is there."""
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)  # noqa: PTH120
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)  # noqa: PTH112


__all__ = ["CAN_FETCH", "HOW_TO", "NoTrash", "fetch", "find", "is_there", "put"]
