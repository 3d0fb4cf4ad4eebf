"""When a file was made, given to another one where the system lets it be said: Windows does, macOS
takes an earlier time of change for it, Linux knows no way."""

import ctypes
import os
import sys
from contextlib import suppress
from typing import Any

_EPOCH_100NS = 116_444_736_000_000_000
_WRITE_ATTRIBUTES, _SHARED, _OPEN_EXISTING = 0x0100, 7, 3


def give(path: str, like: os.stat_result) -> None:
    """Whatever cannot be said is left."""
    born = getattr(like, "st_birthtime", None)
    if born is None:
        return
    with suppress(OSError):
        if sys.platform == "darwin":
            os.utime(path, ns=(like.st_atime_ns, int(born * 1e9)))
            os.utime(path, ns=(like.st_atime_ns, like.st_mtime_ns))
        elif sys.platform == "win32":
            _give_on_windows(path, int(born * 1e7) + _EPOCH_100NS)


def _give_on_windows(path: str, moment: int) -> None:
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 (typed on Windows alone)
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = kernel.CreateFileW(path, _WRITE_ATTRIBUTES, _SHARED, None, _OPEN_EXISTING, 0, None)
    if handle in {None, ctypes.c_void_p(-1).value}:
        return
    made = ctypes.c_uint64(moment)
    kernel.SetFileTime(ctypes.c_void_p(handle), ctypes.byref(made), None, None)
    kernel.CloseHandle(ctypes.c_void_p(handle))
