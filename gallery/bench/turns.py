"""Yardstick and measured thing take turns: a machine that is slower for a while slows both."""

import statistics
import time
from collections.abc import Callable

_TIMES = 3


def medians(*measures: Callable[[], float]) -> tuple[float, ...]:
    """The median of each, taken in turns."""
    rounds = [[measure() for measure in measures] for _ in range(_TIMES)]
    return tuple(statistics.median(times) for times in zip(*rounds, strict=True))


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
