"""A read beside another one, over a connection of its own: two spaces take the time of the slower.

One lane a process. Where another search is in it, or where a transaction has what nobody else sees,
reads come one after the other.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import close_old_connections, connections

from embeddings.search.reading import Reader, reading

T = TypeVar("T")
Read = Callable[[Reader], T]

_lane = threading.Semaphore(1)
_threads: ThreadPoolExecutor | None = None


@contextmanager
def begun(reader: Reader, read: Read[T]) -> Iterator[Callable[[], T]]:
    """Call what it gives for the answer of `read`, which may be at work in the block; the end of
    the block waits for it. Raises there what `read` raises."""
    if reader.is_inside or not _lane.acquire(blocking=False):
        yield lambda: read(reader)
        return
    try:
        answer = _started(read)
        try:
            yield answer.result
        finally:
            answer.exception()
    finally:
        _lane.release()


def close() -> None:
    """Gives the connection back."""
    if _threads is not None:
        _threads.submit(connections.close_all).result()


def _started(read: Read[T]) -> "Future[T]":
    global _threads
    if _threads is None:
        _threads = ThreadPoolExecutor(1, thread_name_prefix="search-beside")
    return _threads.submit(_read, read)


def _read(read: Read[T]) -> T:
    close_old_connections()
    with reading() as reader:
        return read(reader)
