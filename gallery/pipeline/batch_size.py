"""How many a network is given at once: few at first, more while that is quick, so that a machine
without a card, too, tells every few seconds how far it is and loses little when it is stopped."""

import functools
import time
from collections.abc import Iterator
from contextlib import contextmanager

FIRST, LEAST = 8, 4
QUICK_S, SLOW_S = 1.5, 6.0


class BatchSize:
    """`at_most(n)` of the next batch; how long it takes says how large the one after it is."""

    def __init__(self) -> None:
        self._size = FIRST

    def at_most(self, most: int) -> int:
        return min(self._size, most)

    @contextmanager
    def timed(self, count: int) -> Iterator[None]:
        """A batch of `count`; one that is not whole says only that fewer would have done."""
        start = time.monotonic()
        yield
        took = time.monotonic() - start
        if took > SLOW_S:
            self._size = max(LEAST, self._size // 2)
        elif took < QUICK_S and count >= self._size:
            self._size *= 2


@functools.cache
def of(name: str) -> BatchSize:
    """Of a network or a stage, for as long as this process lives."""
    return BatchSize()
