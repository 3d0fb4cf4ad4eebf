"""One maker at a time for one thing, across the threads and processes of this machine.

A fixed set of lock files, chosen by the key: nothing to clean up, and the system frees the lock of
a process that dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import portalocker

from gallery.media import storing


@contextmanager
def only_one(folder: Path, key: str) -> Iterator[None]:
    """Holds the lock of the first two characters of `key`; waits while another maker has it."""
    with _opened(folder / f"{key[:2]}.lock") as file:
        portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE)
        try:
            yield
        finally:
            portalocker.unlock(file)


def _opened(path: Path) -> BinaryIO:
    with storing.failing_in_words():
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
