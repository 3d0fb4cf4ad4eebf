"""Runs an iterator in a thread: the disk is read while the database writes."""

import queue
import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

T = TypeVar("T")
_LIMIT = 4
_LOOK_S = 0.2


def ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """`items`, a few of them made before they are asked for; what making them raises is raised.

    Where the consumer stops early, no more are made.
    """
    made: queue.Queue[T | _End] = queue.Queue(_LIMIT)
    is_stopped = threading.Event()

    def put(item: "T | _End") -> bool:
        while not is_stopped.is_set():
            try:
                made.put(item, timeout=_LOOK_S)
            except queue.Full:
                continue
            return True
        return False

    def produce() -> None:
        end = _End()
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as error:
            end.error = error
        put(end)

    thread = threading.Thread(target=produce, name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := made.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        is_stopped.set()
        thread.join(timeout=5)


class _End:
    error: BaseException | None = None
