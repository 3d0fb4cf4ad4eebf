"""Logs in the data folder that never grow without end.

The supervisor reads what its children say and writes the files itself: several processes cannot
rotate one file. PostgreSQL writes its own, since it may outlive us, and is copied and cut instead.
"""

import contextlib
import logging
import shutil
import threading
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

MAX_BYTES = 5_000_000
KEPT = 3


class PartLog:
    """One part's log file, and its last lines for the message when it gives up."""

    def __init__(self, path: Path, *, stamps_time: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()  # there to be found even while nothing was said
        self.path = path
        self._last: deque[str] = deque(maxlen=5)
        self._handler = RotatingFileHandler(path, "a", MAX_BYTES, KEPT, "utf-8", delay=True)
        if stamps_time:
            self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._thread: threading.Thread | None = None

    def follow(self, stream: IO[bytes]) -> None:
        """Reads `stream` to its end in a thread."""
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def collect_everything(self) -> None:
        """This process's own logging goes here instead of into the terminal."""
        logging.getLogger().handlers[:] = [self._handler]

    def write(self, line: str) -> None:
        self._last.append(line)
        record = logging.LogRecord(self.path.stem, logging.INFO, "", 0, line, None, None)
        self._handler.handle(record)

    def last_words(self) -> str:
        if self._thread:
            self._thread.join(1)
        return "\n".join(f"  {line}" for line in self._last)

    def close(self) -> None:
        if self._thread:
            self._thread.join(2)
        self._handler.close()

    def _read(self, stream: IO[bytes]) -> None:
        # A part that dies may leave the pipe broken; then there is nothing more to read.
        with stream, contextlib.suppress(ValueError, OSError):
            for line in stream:
                self.write(line.decode("utf-8", "replace").rstrip())


def cut(path: Path) -> None:
    """Keeps the old text in `<name>.1` and empties the file, which another process has open."""
    try:
        if path.stat().st_size < MAX_BYTES:
            return
    except FileNotFoundError:
        return
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    with path.open("r+b") as file:
        file.truncate()
