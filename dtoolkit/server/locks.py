"""File locks that the system lets go of when their process dies, however it dies."""

from pathlib import Path
from typing import IO

import portalocker

from dtoolkit.server.errors import ServerError

_NOW = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


class FileLock:
    """An exclusive lock on `path`; the file itself stays, so that no two locks differ by inode."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self, *, wait_s: float = 0) -> bool:
        """False where somebody else still holds it after `wait_s` seconds."""
        lock = portalocker.Lock(
            self.path,
            mode="a",
            timeout=wait_s,
            check_interval=0.05,
            flags=_NOW,
            fail_when_locked=wait_s == 0,
        )
        try:
            self._file = lock.acquire()
        except portalocker.AlreadyLocked:
            return False
        except portalocker.LockException as error:
            raise ServerError(f"{self.path} cannot be locked: {error}") from error
        except OSError as error:
            reason = error.strerror or error
            raise ServerError(
                f"The data folder cannot be used: {self.path}: {reason}. "
                "Set DTOOLKIT_DATA_DIR to a folder you own."
            ) from error
        return True

    def release(self) -> None:
        if self._file is not None:
            portalocker.unlock(self._file)
            self._file.close()
            self._file = None
