"""Rankings kept for a short while in this process, so that paging through one ranks once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    def __init__(
        self, ttl_s: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ttl_s, self._most, self._clock = ttl_s, most, clock
        self._found: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            until, value = self._found.get(key, (0.0, None))
            return value if until > self._clock() else None

    def put(self, key: Hashable, value: T) -> None:
        with self._lock:
            self._found[key] = (self._clock() + self._ttl_s, value)
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()
