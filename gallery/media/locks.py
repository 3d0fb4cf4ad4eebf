"""One maker at a time for one thing, across the threads and processes of this machine.

A fixed set of lock files, chosen by the key: nothing to clean up, and the system frees the lock of
a process that dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker


@contextmanager
def only_one(folder: Path, key: str) -> Iterator[None]:
    """Holds the lock of the first two characters of `key`; waits while another maker has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{key[:2]}.lock").open("ab") as file:
        portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE)
        try:
            yield
        finally:
            portalocker.unlock(file)
