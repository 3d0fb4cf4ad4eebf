"""Signs of life that cannot lie: PostgreSQL frees an advisory lock when its holder's process dies.

A running chunk holds one, so does whoever plans a job, runs it inline or watches a folder. Who
finds the lock free knows that the worker is gone, without waiting for a heartbeat to grow old.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from django.db import DatabaseError, connection


class Lock(IntEnum):
    """Name spaces in PostgreSQL's 64-bit keys: the topmost byte."""

    CHUNK = 0x4A
    PLAN = 0x4B
    INLINE = 0x4C
    WATCH = 0x4D

    def key(self, pk: int) -> int:
        return (self << 56) | pk


class Held:
    """A lock of this process's connection; `keep` takes it again where Django reconnected."""

    def __init__(self, lock: Lock, pk: int) -> None:
        self.key = lock.key(pk)
        self._connection: Any = None

    def take(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self.key])
            taken = bool(cursor.fetchone()[0])
        self._connection = connection.connection if taken else None
        return taken

    def keep(self) -> bool:
        return connection.connection is self._connection or self.take()

    def release(self) -> None:
        if self._connection is None or connection.connection is not self._connection:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [self.key])
        except DatabaseError:
            # The connection is beyond use; closing it frees the lock.
            connection.close()


@contextmanager
def holding(lock: Lock, pk: int) -> Iterator[Held | None]:
    """Holds the lock for the block; None where another process has it."""
    held = Held(lock, pk)
    if not held.take():
        yield None
        return
    try:
        yield held
    finally:
        held.release()


def held(lock: Lock) -> set[int]:
    """Primary keys that some living process of any host holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
            " WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        keys = [row[0] for row in cursor.fetchall()]
    return {key & ((1 << 56) - 1) for key in keys if key >> 56 == lock}
