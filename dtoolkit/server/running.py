"""One `start` for one data folder: who holds it, and where it answers."""

import json
import os
from pathlib import Path

from dtoolkit.server.errors import ServerError
from dtoolkit.server.locks import FileLock


class DataFolder:
    def __init__(self, data_dir: Path, part: str = "") -> None:
        name = f"start-{part}" if part else "start"
        self._data_dir = data_dir
        self._lock = FileLock(data_dir / f"{name}.lock")
        self._note = data_dir / f"{name}.json"

    def take(self, url: str) -> None:
        """Raises `ServerError` where another start runs on it."""
        if not self._lock.take():
            raise ServerError(self._who())
        self._note.write_text(json.dumps({"pid": os.getpid(), "url": url}), "utf-8")

    def release(self) -> None:
        self._note.unlink(missing_ok=True)
        self._lock.release()

    def _who(self) -> str:
        try:
            note = json.loads(self._note.read_text("utf-8"))
            who = f"at {note['url']} (process {note['pid']})"
        except (OSError, ValueError, KeyError):  # it is just starting or ending
            who = "(it is just starting or ending)"
        return (
            f"DiffusionToolkit already runs on {self._data_dir} {who}. Open that page, "
            "end it with Ctrl-C where it was started, or set DTOOLKIT_DATA_DIR to another folder."
        )
