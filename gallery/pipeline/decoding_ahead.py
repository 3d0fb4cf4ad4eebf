"""Reads and decodes pictures in a few threads, a bounded number ahead of whoever consumes them."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def ahead(
    work: Callable[[T], R], items: Iterable[T], *, threads: int, limit: int
) -> Generator[R, None, None]:
    """`work` of each item, in order, at most `limit` begun before they are asked for.

    What has not begun is dropped where the consumer stops early; what `work` raises is raised.
    """
    waiting: deque[Future[R]] = deque()
    executor = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        for item in items:
            waiting.append(executor.submit(work, item))
            if len(waiting) >= limit:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
