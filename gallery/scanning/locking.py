"""One scan of a root at a time, and none while the root itself is changed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from dtoolkit.core.errors import Conflict
from dtoolkit.jobs.kinds import Progress
from gallery.models import LibraryRoot

LOCK_CLASS = 0x5CA7  # tells our advisory locks from others'
_LOOK_S = 0.5
_PATIENCE_S = 3.0


@contextmanager
def alone(root: LibraryRoot, progress: Progress) -> Iterator[None]:
    """Waits as long as it takes. The lock goes with the connection, so a killed scan frees it."""
    while not _lock("pg_try_advisory_lock", root):
        progress.report(0, message=f"Waits for another scan of {root}.")
        progress.check()
        time.sleep(_LOOK_S)
    yield from _held(root)


@contextmanager
def alone_at_once(root: LibraryRoot) -> Iterator[None]:
    """For what a person waits for: raises `Conflict` where a scan goes on."""
    give_up_at = time.monotonic() + _PATIENCE_S
    while not _lock("pg_try_advisory_lock", root):
        if time.monotonic() > give_up_at:
            raise Conflict(f"{root} is being scanned. Cancel that first, or wait until it is done.")
        time.sleep(_LOOK_S)
    yield from _held(root)


def is_free(root: LibraryRoot) -> bool:
    """Whether nobody has it at this moment."""
    if not _lock("pg_try_advisory_lock", root):
        return False
    return _lock("pg_advisory_unlock", root)


def _held(root: LibraryRoot) -> Iterator[None]:
    ours = connection.connection
    try:
        yield
    finally:
        # A lost connection has taken the lock along.
        if connection.connection is ours and not ours.closed:
            _lock("pg_advisory_unlock", root)


def _lock(function: str, root: LibraryRoot) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_CLASS, root.pk])
        return bool(cursor.fetchone()[0])
