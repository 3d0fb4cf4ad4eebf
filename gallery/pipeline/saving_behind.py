"""Saves one batch while the next is computed, so that a card does not wait for the database."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

from django.db import connection

T = TypeVar("T")


class Save(Protocol):
    """Begins to save, and gives a function that waits until that is done."""

    def __call__(self, work: Callable[[], T]) -> Callable[[], T]: ...


@contextmanager
def saver(*, is_behind: bool) -> Iterator[Save]:
    """Behind: in a thread with a database session of its own. Inside a transaction of the caller's
    nothing may be saved beside it, so there, as without `is_behind`, it is done at once.

    When the block ends, what was begun is saved.
    """
    if not is_behind or connection.in_atomic_block:
        yield _at_once
        return
    executor = ThreadPoolExecutor(1, thread_name_prefix="save")

    def behind(work: Callable[[], T]) -> Callable[[], T]:
        future: Future[T] = executor.submit(work)
        return future.result

    try:
        yield behind
    finally:
        # Looked up there: each thread has a session of its own under this name.
        executor.submit(lambda: connection.close())
        executor.shutdown(wait=True)


def _at_once(work: Callable[[], T]) -> Callable[[], T]:
    result = work()
    return lambda: result
