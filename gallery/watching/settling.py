"""Which changed files are done being written, told by their silence: pure, the clock handed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

# Size in bytes and modification time in ns; None where the file is not there.
Stamp = tuple[int, int] | None

QUIET_S = 0.4
# An empty file is about to be written, mostly; some stay empty.
EMPTY_S = 5.0


@dataclass(slots=True)
class _Waiting:
    touched_at: float
    first_at: float
    stamp: Stamp


class Settling:
    """Files that changed a moment ago. One is settled when for `QUIET_S` nothing was heard of it
    and its size and time stayed the same; a slow copy is heard of again and again."""

    def __init__(self, stamp: Callable[[str], Stamp], clock: Callable[[], float]) -> None:
        self._stamp = stamp
        self._clock = clock
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def touch(self, paths: Iterable[str]) -> None:
        now = self._clock()
        for path in paths:
            known = self._waiting.get(path)
            first_at = known.first_at if known else now
            self._waiting[path] = _Waiting(now, first_at, self._stamp(path))

    def settled(self) -> list[str]:
        """Those that are done, or gone; they are not waited for any more."""
        now = self._clock()
        done = []
        for path, waiting in self._waiting.items():
            if now - waiting.touched_at < QUIET_S:
                continue
            stamp = self._stamp(path)
            is_empty = stamp is not None and stamp[0] == 0
            if stamp != waiting.stamp or (is_empty and now - waiting.first_at < EMPTY_S):
                waiting.stamp, waiting.touched_at = stamp, now
            else:
                done.append(path)
        for path in done:
            del self._waiting[path]
        return done

    def unsettled(self) -> Iterable[str]:
        return self._waiting.keys()
