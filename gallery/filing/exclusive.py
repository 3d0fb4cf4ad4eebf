"""Renames within a file system that never replace anything: as one step where the system has one,
else by a hard link, else by an empty file that takes the name."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache

_NO_LINKS = {errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_NOT_KNOWN = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP}
_AT_CWD, _NO_REPLACE = -100, 1


def rename(source: str, target: str) -> None:
    """Raises `FileExistsError` where the name is taken, else `OSError`, the source being whole."""
    if sys.platform == "win32":
        os.rename(source, target)  # noqa: PTH104 (replaces nothing there)
        return
    if _rename_at_once(source, target):
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_without_links(source, target)
    else:
        unlink_source(source, target)


def unlink_source(source: str, target: str) -> None:
    """The target goes again where the source cannot."""
    try:
        os.unlink(source)  # noqa: PTH108 (texts, as all here)
    except OSError:
        _remove(target)
        raise


def _rename_at_once(source: str, target: str) -> bool:
    """Linux's `renameat2`; False where it, or this file system, does not know how."""
    call = _renameat2()
    if call is None:
        return False
    if call(_AT_CWD, os.fsencode(source), _AT_CWD, os.fsencode(target), _NO_REPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_KNOWN:
        return False
    raise OSError(number, os.strerror(number), source, None, target)


@cache
def _renameat2() -> Callable[..., int] | None:
    if not sys.platform.startswith("linux"):
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is not None:
        call.argtypes = [
            *(ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
        ]
    return call


def _rename_without_links(source: str, target: str) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        os.replace(source, target)  # noqa: PTH105
    except OSError:
        _remove(target)
        raise


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108
