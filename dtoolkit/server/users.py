"""Who uses the embedded database: one locked file for each process, so that the last one stops it.

A lock ends with its process, however it dies; no count can go wrong. Callers hold the start lock.
"""

import os
import secrets
from pathlib import Path

from dtoolkit.server.locks import FileLock


class Users:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: FileLock | None = None

    def join(self) -> None:
        if self._own is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            own = FileLock(self._folder / f"{os.getpid()}-{secrets.token_hex(4)}")
            own.take()
            self._own = own

    def leave(self) -> bool:
        """Whether nobody is left."""
        if self._own is not None:
            self._own.release()
            self._own.path.unlink(missing_ok=True)
            self._own = None
        return not any(self._is_alive(path) for path in self._folder.glob("*-*"))

    @staticmethod
    def _is_alive(path: Path) -> bool:
        lock = FileLock(path)
        if not lock.take():
            return True
        lock.release()
        path.unlink(missing_ok=True)
        return False
